# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The end as systemd begins it: an iSCSI root is unmounted clean and logged out of, then reboot"
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_iscsi "verdict.pivot=reboot rd.debug"
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
	expect_console 'reboot: Restarting system' 0
	refuse_console 'Buffer I/O error'
	[ -n "$(debugfs -R 'stat /netroot-dirty' "$LAB_OUT/root.img" 2>/dev/null)" ] ||
		fail "what was written last is not on the disk"
}
