# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # sourced: names are set elsewhere
#
# What the scenarios of two clients at once have in common: one more, "second", beside "client".

# second_boot WORDS: it is started, of the same kernel and initrd.
second_boot() {
	client_nic net0 virtio-net-pci romfile=
	client_start second "$limit" -kernel "$VMLINUX" -initrd "$INITRD" -append "$BOOT_WORDS $1"
}

second_told_or_over() {
	client_told second || client_ended second
}

# expect_second SECONDS: its root told its verdict, and the machine went off by itself.
expect_second() {
	wait_for "$1" second_told_or_over || :
	client_told second || fail "the second client does not tell within $1 s: $(client_verdict second | tail -n 1)"
	wait_for 60 client_ended second || fail "the second client does not power off"
}

# second_verdict REGEX: a whole line of what it told.
second_verdict() {
	client_verdict second | grep -qxE -e "$1" || fail "not in the second's verdict: $1"
}

# expect_absent NAME PATH: that client was asked for the file (verdict.read=) and had none: nothing stands between "begin PATH"
# and "end PATH".
expect_absent() {
	client_verdict "$1" | awk -v path="$2" '
		$0 == "begin " path { begun = 1; getline; absent = $0 == "end " path }
		END { exit !(begun && absent) }' || fail "$1 has $2, or does not tell"
}
