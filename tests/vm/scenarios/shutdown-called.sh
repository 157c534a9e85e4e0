# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="/run/initramfs/shutdown called by the last script of an init that holds the root: clean, logged out"
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_wire
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.dirty verdict.call=poweroff"
	wait_for 40 told_or_over || :
	client_told client || fail "init not reached"
	shutdown_ended 20
	expect_console 'netroot: shutdown: iSCSI session 1: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	expect_console 'reboot: Power down' 0
	refuse_console 'given up|dropped|forcing|not read-only'
	expect_logouts 1
	expect_no_session
	expect_clean
}
