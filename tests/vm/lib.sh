# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What scenarios are written in, on top of scripts/lab. A scenario sets desc, perhaps limit (seconds
# for all of it) and needs=debian, and defines run(). Everything expected ends the scenario where it does not come.

. "$top/scripts/lab/lab.sh"

fail() {
	echo "$*" >"$LAB_OUT/reason"
	exit 1
}

skip() {
	echo "$*" >"$LAB_OUT/reason"
	exit 77
}

# --- expectations ---

# A kernel that has panicked stands still: nothing more is to be expected.
client_over() {
	client_ended client || client_console_has client 'Kernel panic'
}

console_has_or_over() {
	client_console_has client "$1" || client_over
}

# expect_console REGEX [SECONDS]: a line of the console.
expect_console() {
	wait_for "${2-5}" console_has_or_over "$1" || :
	client_console_has client "$1" || fail "not on the console within ${2-5} s: $1; $(console_last)"
}

# console_last: for whoever is told that something was not said, what was.
console_last() {
	if client_over; then printf 'the client has ended, '; fi
	console_line=$(tr -d '\r' <"$LAB_OUT/client.console" | grep -a 'netroot: ' | tail -n 1)
	echo "last there: ${console_line:-nothing of netroot}"
}

# refuse_console REGEX: must not have been said so far.
refuse_console() {
	client_console_has client "$1" || return 0
	fail "on the console: $(grep -m 1 -E -e "$1" "$LAB_OUT/client.console")"
}

told_or_over() {
	client_told client || client_over
}

# expect_init SECONDS: the booted root told its verdict, and the machine went off by itself. What the root is to do before, for
# so long at most (verdict.stream=, verdict.sums=), has to end within them.
expect_init() {
	wait_for "$1" told_or_over || :
	client_told client || fail "$(untold "$1")"
	# a busy machine takes half a minute for a Debian; a unit that hangs gets 90 s
	wait_for 60 client_ended client || fail "the client does not power off"
	refuse_console 'Kernel panic|BUG:|Oops'
}

untold() { # SECONDS
	if [ -s "$LAB_OUT/client.verdict" ]; then
		echo "init was reached, but has no more to tell within $1 s than: $(client_verdict client | tail -n 1)"
	elif client_console_has client 'netroot: handover: starting'; then
		echo "init was started, but has told nothing within $1 s"
	else
		echo "init not reached within $1 s; $(console_last)"
	fi
}

stream_begun_or_over() {
	file_has "$LAB_OUT/client.verdict" '^stream=begun' || client_over
}

# expect_stream SECONDS: within them the root is there and has written the first records of its stream (stream.h).
expect_stream() {
	wait_for "$1" stream_begun_or_over || :
	file_has "$LAB_OUT/client.verdict" '^stream=begun' || fail "no root that writes within $1 s; $(console_last)"
}

# expect_verdict REGEX: a whole line of the verdict.
expect_verdict() {
	client_verdict client | grep -qxE -e "$1" || fail "not in the verdict: $1; $(verdict_near "$1")"
}

# verdict_near REGEX: what is there of that key.
verdict_near() {
	near=$(client_verdict client | grep -aE -e "^${1%%=*}=" 2>/dev/null | head -n 4 | paste -sd ';' -)
	echo "there: ${near:-nothing of that name}"
}

# refuse_verdict REGEX: no such line.
refuse_verdict() {
	refused=$(client_verdict client | grep -m 1 -xE -e "$1") || return 0
	fail "in the verdict: $refused"
}

# expect_network REGEX...: what the booted root has of addresses of both families and of routes by a gateway, of all NICs
# but lo and without link-local addresses, is these lines of the verdict and no others. A REGEX with "?" in front may be
# missing: what comes by advertisement is no matter of order.
expect_network() {
	expect_network_in '/^later$/,$ d' "$@"
}

# expect_network_later REGEX...: what is told again behind verdict.until=.
expect_network_later() {
	expect_network_in '1,/^later$/d' "$@"
}

expect_network_in() { # LINES-LEFT-OUT REGEX...
	client_verdict client | sed "$1" | grep -E '^(address|route)6?\.' |
		grep -vE '^[a-z0-9]*\.lo=|=fe80::[^ ]*/64$| via (0\.0\.0\.0|::)$' >"$LAB_DIR/network" || :
	shift
	expect_only "the network" "$LAB_DIR/network" "$@"
}

# expect_only WHAT FILE REGEX...: every line of the file matches one of these, and each of them one line at least unless it
# has "?" in front. The file is used up.
expect_only() {
	only_what=$1
	only_file=$2
	only_there="there: $(paste -sd ';' "$2")"
	shift 2
	for only_line; do
		grep -qxE -e "${only_line#\?}" "$only_file" || [ "${only_line#\?}" != "$only_line" ] ||
			fail "$only_what: not there: $only_line; $only_there"
		grep -vxE -e "${only_line#\?}" "$only_file" >"$only_file.left" || :
		mv "$only_file.left" "$only_file"
	done
	[ ! -s "$only_file" ] || fail "$only_what: beyond what is meant: $(head -n 1 "$only_file"); $only_there"
}

# client_cpu_cs: hundredths of a second that the client's machine has used of this one's processors. Halted it uses next to
# none, however busy this machine is; a program that spins there uses all it gets.
client_cpu_cs() {
	cpu_sum=0
	for cpu_stat in /proc/[0-9]*/stat; do
		grep -q "^[0-9]* (qemu-system" "$cpu_stat" 2>/dev/null || continue
		cpu_sum=$((cpu_sum + $(sed 's/.*) //' "$cpu_stat" | cut -d ' ' -f 12,13 | tr ' ' +)))
	done
	echo $((cpu_sum * 100 / $(getconf CLK_TCK)))
}

# expect_idle PERCENT SECONDS: over that time, in which it waits, the client uses no more of a processor.
expect_idle() {
	idle_cpu=$(client_cpu_cs)
	idle_began=$(lab_now_cs)
	sleep "$2" # what is measured, not a wait for anything
	idle_used=$((($(client_cpu_cs) - idle_cpu) * 100 / ($(lab_now_cs) - idle_began)))
	echo "idle: $idle_used % of a processor"
	service_runs client || fail "the client ended while it was to wait"
	[ "$idle_used" -le "$1" ] || fail "the client uses $idle_used % of a processor while it waits"
}

# expect_phase NAME SECONDS: from its first attempt to its end it took less, by the client's own clock.
expect_phase() {
	phase_took=$(client_verdict client |
		sed -n "s/^ *{\"name\": \"$1\".*\"first\": \([0-9.]*\), .*\"end\": \([0-9.]*\)}.*/\1 \2/p" |
		awk '{ printf "%.2f", $2 - $1 }')
	[ -n "$phase_took" ] || fail "no phase $1 in boot.json"
	awk -v took="$phase_took" -v limit="$2" 'BEGIN { exit !(took < limit) }' ||
		fail "the phase $1 took $phase_took s, at most $2 s were expected"
}

# expect_sourced PATH VARIABLE=VALUE...: of a file that verdict.read has told, what a shell has that
# sources it.
expect_sourced() {
	sourced=$1
	shift
	client_verdict client | awk -v path="$sourced" '
		$0 == "end " path { exit }
		told { print }
		$0 == "begin " path { told = 1 }' >"$LAB_OUT/sourced"
	for sourced_want; do
		# shellcheck disable=SC2016 # for the inner shell
		sourced_got=$(env -i sh -c '. "$1"; eval "printf %s \"\$$2\""' sh "$LAB_OUT/sourced" \
			"${sourced_want%%=*}")
		[ "$sourced_got" = "${sourced_want#*=}" ] ||
			fail "$sourced: ${sourced_want%%=*} is \"$sourced_got\", not \"${sourced_want#*=}\""
	done
}
