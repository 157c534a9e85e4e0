# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="firmware's iBFT names NIC, target, LUN and mutual CHAP; no DHCP; of ACPI's tables, as iscsi_ibft is not there"

run() {
	iscsi_root
	iscsi_lun 1 2 "$LAB_OUT/root.img"
	iscsi_account 1 boot geheimgeheim
	iscsi_account 1 disk heimlichheimlich --outgoing
	"$top/scripts/lab/ibft" initiator=iqn.2026-01.lab:firmware \
		"mac=52:54:00:77:00:01 address=10.77.0.50 prefix=24 gateway=10.77.0.1" \
		"target name=$LAB_IQN address=$LAB_SERVER lun=2 user=boot secret=geheimgeheim in-user=disk in-secret=heimlichheimlich" \
		>"$LAB_DIR/ibft"
	boot "rd.iscsi.firmware rw rd.debug module_blacklist=iscsi_ibft" \
		-acpitable "sig=iBFT,rev=1,data=$LAB_DIR/ibft"
	expect_init 40
	expect_verdict 'address.eth0=10.77.0.50/24'
	expect_verdict 'iscsi_session.session1.initiatorname=iqn.2026-01.lab:firmware'
	expect_verdict 'iscsi_session.session1.username=boot'
	expect_verdict 'iscsi_session.session1.username_in=disk'
	expect_verdict '.*"root.0": .*lun 2 .*iBFT.*'
	refuse_console 'geheimgeheim|heimlichheimlich|DHCPDISCOVER'
	refuse_verdict '.*"[^"]*(geheimgeheim|heimlichheimlich).*'
}
