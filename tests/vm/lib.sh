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
	client_console_has client "$1" || fail "not on the console within ${2-5} s: $1"
}

# refuse_console REGEX: must not have been said so far.
refuse_console() {
	client_console_has client "$1" || return 0
	fail "on the console: $(grep -m 1 -E -e "$1" "$LAB_OUT/client.console")"
}

told_or_over() {
	client_told client || client_over
}

# expect_init SECONDS: the booted root told its verdict, and the machine went off by itself.
expect_init() {
	wait_for "$1" told_or_over || :
	client_told client || fail "init not reached within $1 s"
	wait_for 20 client_ended client || fail "the client does not power off"
	refuse_console 'Kernel panic|BUG:|Oops'
}

# expect_verdict REGEX: a whole line of the verdict.
expect_verdict() {
	tr -d '\r' <"$LAB_OUT/client.verdict" | grep -qxE -e "$1" || fail "not in the verdict: $1"
}

# refuse_verdict REGEX: no such line.
refuse_verdict() {
	refused=$(tr -d '\r' <"$LAB_OUT/client.verdict" | grep -m 1 -xE -e "$1") || return 0
	fail "in the verdict: $refused"
}

# expect_phase NAME SECONDS: from its first attempt to its end it took less, by the client's own clock.
expect_phase() {
	phase_took=$(tr -d '\r' <"$LAB_OUT/client.verdict" |
		sed -n "s/^ *{\"name\": \"$1\".*\"first\": \([0-9.]*\), .*\"end\": \([0-9.]*\)}.*/\1 \2/p" |
		awk '{ printf "%.2f", $2 - $1 }')
	[ -n "$phase_took" ] || fail "no phase $1 in boot.json"
	awk -v took="$phase_took" -v limit="$2" 'BEGIN { exit !(took < limit) }' ||
		fail "the phase $1 took $phase_took s, at most $2 s were expected"
}
