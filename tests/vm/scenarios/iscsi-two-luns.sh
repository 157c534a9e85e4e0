# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two LUNs: a LABEL that is on neither, then on both, is refused by name; found once it is on LUN 2 alone"

run() {
	iscsi_root
	root_small "$LAB_OUT/other" without-init
	root_image "$LAB_OUT/other" "$LAB_OUT/other.img"
	mv "$LAB_OUT/root.img" "$LAB_OUT/two.img"
	mv "$LAB_OUT/other.img" "$LAB_OUT/root.img"
	iscsi_stop
	tune2fs -L data -U random "$LAB_OUT/root.img" >/dev/null
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/root.img"
	iscsi_lun 1 2 "$LAB_OUT/two.img"
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN root=LABEL=system"
	expect_console 'netroot: device: no filesystem with LABEL=system .*LUN 1 .*LABEL=data.*LUN 2 .*LABEL=netroot' 40
	tune2fs -L system "$LAB_OUT/two.img" >/dev/null
	tune2fs -L system "$LAB_OUT/root.img" >/dev/null
	expect_console 'netroot: device: more than one filesystem with LABEL=system .*sda \(LUN 1\), sdb \(LUN 2\)' 20
	tune2fs -L data "$LAB_OUT/root.img" >/dev/null
	expect_init 60
	expect_verdict 'root.device=/dev/sdb'
}
