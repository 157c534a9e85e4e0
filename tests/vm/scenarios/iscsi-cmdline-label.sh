# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="iSCSI root by netroot=iscsi: and root=LABEL=, second partition of a GPT"

run() {
	iscsi_root gpt
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN root=LABEL=netroot rd.iscsi.initiator=iqn.2026-01.lab.example:words ro"
	expect_init 40
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'root.device=/dev/sda2'
	expect_verdict 'root.options=ro,.*'
	expect_verdict 'iscsi_session.session1.initiatorname=iqn.2026-01.lab.example:words'
}
