# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A LUN that is not there is named with those that are, a root on one of these is not taken for it; LUN 300 boots once it is there"

run() {
	iscsi_root
	truncate -s 8M "$LAB_OUT/data.img"
	# another machine's, as good as ours
	cp --sparse=always "$LAB_OUT/root.img" "$LAB_OUT/other.img"
	iscsi_stop
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/other.img"
	iscsi_lun 1 255 "$LAB_OUT/data.img"
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER:::300:$LAB_IQN rw"
	expect_console 'device: no disk at LUN 300 on target .*: LUN 1 sd. ext4 LABEL=netroot, LUN 255 sd. no filesystem; attempt' 60
	iscsi_lun 1 300 "$LAB_OUT/root.img"
	expect_init 60
	expect_console 'device: root is sd., ext4 on LUN 300'
}
