# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="firmware's iBFT has IPv6 alone: address, gateway, and two targets of which the first swallows everything"

run() {
	net_ip6
	net_ip4_drop
	net_dead fd00:77::9/64 3260
	root_tree
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	iscsi_start '[fd00:77::1]'
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 2 "$LAB_OUT/root.img"
	"$top/scripts/lab/ibft" initiator=iqn.2026-01.lab:firmware \
		"mac=52:54:00:77:00:01 address=fd00:77:0:0:0:0:0:50 prefix=64 gateway=fd00:77:0:0:0:0:0:1" \
		"target name=iqn.2026-01.lab:dead address=fd00:77:0:0:0:0:0:9 lun=1" \
		"target name=$LAB_IQN address=fd00:77:0:0:0:0:0:1 lun=2" >"$LAB_DIR/ibft"
	boot "rd.iscsi.firmware rw rd.debug" -acpitable "sig=iBFT,rev=1,data=$LAB_DIR/ibft"
	expect_init 60
	expect_verdict 'iscsi_session.session[0-9]*.targetname=iqn.2026-01.lab.example:root'
	expect_verdict 'iscsi_connection.connection[0-9]*:0.persistent_address=fd00:77::1'
	expect_verdict 'iscsi_session.session[0-9]*.initiatorname=iqn.2026-01.lab:firmware'
	expect_network 'address6.eth0=fd00:77::50/64' 'route6.eth0=::/0 via fd00:77::1'
	expect_verdict '.*"root.0": .*iqn.2026-01.lab:dead.*iBFT.*'
	expect_verdict '.*"root.1": .*lun 2 iqn.2026-01.lab.example:root.*iBFT.*'
	expect_console 'the path by fd00:77::9 port 3260 is called off'
	# the kernel took both from the table
	refuse_console 'iscsi_ibft: Cannot|sysfs: cannot create'
	# a connect to a dead portal takes ten seconds
	expect_phase attach 5
}
