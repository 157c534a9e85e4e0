# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="iPXE hooks the target with CHAP and leaves an iBFT: netroot boots from what that says, and from nothing else"

run() {
	iscsi_root
	iscsi_account 1 boot geheimgeheim
	pxe_bios "rd.iscsi.firmware rw"
	{
		printf '%s\n' '#!ipxe' 'set initiator-iqn iqn.2026-01.lab:firmware' \
			'set username boot' 'set password geheimgeheim' \
			"sanhook --drive 0x80 iscsi:$LAB_SERVER:::1:$LAB_IQN"
		sed 1d "$LAB_DIR/tftp/boot.ipxe"
	} >"$LAB_DIR/tftp/boot.new"
	mv "$LAB_DIR/tftp/boot.new" "$LAB_DIR/tftp/boot.ipxe"
	dhcp_start
	boot_pxe bios
	expect_init 90
	expect_verdict 'iscsi_session.session1.initiatorname=iqn.2026-01.lab:firmware'
	expect_verdict 'iscsi_session.session1.username=boot'
	expect_verdict '.*"root.0": .*iBFT.*'
	expect_verdict '.*"ip.0": .*DHCPv4 on 52:54:00:77:00:01.*iBFT.*'
	refuse_console geheimgeheim
}
