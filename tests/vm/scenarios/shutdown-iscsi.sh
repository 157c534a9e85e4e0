# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The end as systemd begins it: an iSCSI root is unmounted clean and logged out of, then reboot"
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_wire
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.dirty verdict.pivot=reboot rd.debug"
	wait_for 40 told_or_over || :
	client_told client || fail "init not reached"
	shutdown_ended 20
	expect_console 'netroot: shutdown: iSCSI session 1: logged out' 0
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
	expect_console 'reboot: Restarting system' 0
	refuse_console 'Buffer I/O error|given up|dropped|forcing'
	expect_logouts 1
	expect_no_session
	expect_clean
	[ -n "$(debugfs -R 'stat /netroot-dirty' "$LAB_OUT/root.img" 2>/dev/null)" ] ||
		fail "what was written last is not on the disk"
}
