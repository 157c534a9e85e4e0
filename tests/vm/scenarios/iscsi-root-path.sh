# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="iSCSI root named by DHCP root-path (RFC 4173), whole disk, LUN field empty"

run() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_option 203 "iqn.2026-01.lab.example:client"
	dhcp_start
	boot "root=dhcp rw verdict.write"
	expect_init 40
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'root.options=rw,.*'
	expect_verdict 'write=ok'
	expect_verdict "iscsi_session.session1.targetname=$LAB_IQN"
	expect_verdict 'iscsi_session.session1.initiatorname=iqn.2026-01.lab.example:client'
	expect_verdict 'iscsi_session.session1.state=LOGGED_IN'
	expect_verdict "iscsi_connection.connection1:0.persistent_address=$LAB_SERVER"
	expect_verdict 'iscsi_connection.connection1:0.persistent_port=3260'
	expect_verdict 'iscsi_session.session1.tpgt=1'
	expect_verdict 'iscsi_session.session1.ifacename=default'
	expect_verdict 'iscsi_session.session1.recovery_tmo=86400'
	expect_verdict 'boot.log=there'
	expect_verdict '  "peak_kib": [1-7][0-9][0-9][0-9],' # below 8 MB
}
