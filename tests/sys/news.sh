# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # sourced: names are set elsewhere
#
# What tests/sys/dhcp and ip6 have in common: a client, $work/client, on the NIC c0 of the namespace $client. Its news, a line
# each that begins with the milliseconds since its start, are in $work/news.

# run SECONDS WORD...: the client, until it ends.
run() {
	ran=$*
	ip netns exec "$client" timeout 60 "$work/client" c0 "$@" >"$work/news" 2>&1 || :
}

# run_beside SECONDS WORD...: the same in the background; run_over waits for it.
run_beside() {
	ran=
	: >"$work/news"
	ip netns exec "$client" timeout 60 "$work/client" c0 "$@" >"$work/news" 2>&1 &
	run_pid=$!
}

run_over() {
	wait "$run_pid" || :
}

# news_come PATTERN: what runs beside has said so, or has had ten seconds.
news_come() {
	wait_for 10 file_has "$work/news" "$1" || :
}

# news NAME PATTERN [COUNT]: so many lines match, 1 by default; COUNT may be a pattern.
news() {
	n=$(grep -Ec -- "$2" "$work/news" || :)
	# shellcheck disable=SC2254 # it is meant as a pattern
	case $n in
	${3:-1}) pass ;;
	*) fail "$1: $n lines, not ${3:-1}, match $2" "$work/news" ;;
	esac
}

# news_ms PATTERN: when the first such line came.
news_ms() {
	sed -En "s/^([0-9]+) ms $1.*/\1/p" "$work/news" | head -n 1
}

# within NAME PATTERN FROM TO: the first such line came in that many milliseconds. A busy machine only ever adds to them, and
# what is to be found, a wait of our own, is in every run: where it was run by itself, the best of three counts.
within() {
	ms=$(news_ms "$2")
	for _ in 1 2; do
		if [ -z "$ran" ] || [ "${ms:-0}" -le "$4" ]; then break; fi
		# shellcheck disable=SC2086 # words
		run $ran
		ms=$(news_ms "$2")
	done
	if [ -n "$ms" ] && [ "$ms" -ge "$3" ] && [ "$ms" -le "$4" ]; then
		pass
		echo "${0##*/}: $1: $ms ms"
	else
		fail "$1: after ${ms:-no} ms, not within $3 to $4" "$work/news"
	fi
}
