# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="No target name, as dracut has it: the portal asks for CHAP and tells of three; the first two have no such LUN or root"

run() {
	iscsi_root
	# the root is the last of three, and its second portal is dead
	iscsi_stop
	iscsi_start
	iscsi_target 1 iqn.2026-01.lab.example:none
	iscsi_target 2 iqn.2026-01.lab.example:data
	truncate -s 8M "$LAB_OUT/data.img"
	iscsi_lun 2 1 "$LAB_OUT/data.img"
	iscsi_target 3 "$LAB_IQN"
	iscsi_lun 3 1 "$LAB_OUT/root.img"
	for tid in 1 2 3; do
		tgtadm --lld iscsi --op new --mode account --user boot --password geheimgeheim 2>/dev/null || :
		tgtadm --lld iscsi --op bind --mode account --tid "$tid" --user boot
	done
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER::::  rd.iscsi.username=boot rd.iscsi.password=geheimgeheim root=LABEL=netroot rw"
	expect_init 60
	expect_console "attach: $LAB_SERVER port 3260 tells of .*:none, .*:data, $LAB_IQN, to be tried in this order"
	expect_console 'device: target .*:none shows no disk.*; going on with another path'
	expect_console 'device: no filesystem with LABEL=netroot on target .*:data.*; going on with another path'
	expect_verdict "iscsi_session.session[0-9]*.targetname=$LAB_IQN"
	expect_verdict 'root.device=/dev/sd.'
}
