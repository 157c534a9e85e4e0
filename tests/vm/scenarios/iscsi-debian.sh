# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd on an iSCSI root reaches multi-user with nothing failed"
limit=300
needs=debian

run() {
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
}
