# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd on an iSCSI root reaches multi-user with nothing failed, and ends clean"
limit=300
needs=debian
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_wire
	iscsi_root whole debian
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rw verdict.debian"
	expect_init 240
	expect_verdict 'multi-user=active'
	expect_verdict 'root.device=/dev/sda'
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'iscsi.state=LOGGED_IN'
	refuse_verdict 'failed=.*'
	expect_console 'netroot: shutdown: iSCSI session [0-9]+: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|not read-only'
	expect_logouts 1
	expect_no_session
	expect_clean
}
