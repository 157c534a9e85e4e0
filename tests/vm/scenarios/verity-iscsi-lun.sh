# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A LUN is verified: systemd's words and a partition with the tree, under a writable layer, go off clean; with the tree on a LUN of its own a program with a changed bit is not started"
limit=200
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/verity.sh"

run() {
	shutdown_wire
	verity_initrd
	root_tree
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	verity_make "$LAB_OUT/root.img"
	verity_disk "$LAB_OUT/disk.img" "$LAB_OUT/root.img" "$LAB_OUT/root.img.verity"
	cp --sparse=always "$LAB_OUT/root.img" "$LAB_OUT/changed.img"
	verity_flip "$LAB_OUT/changed.img" "$(verity_at "$LAB_OUT/changed.img" /sbin/init 0)"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	iscsi_target 2 "$LAB_IQN.other"
	iscsi_lun 2 1 "$LAB_OUT/changed.img"
	iscsi_lun 2 2 "$LAB_OUT/root.img.verity"
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER:::1:$LAB_IQN root=/dev/mapper/root ro roothash=$VERITY_HASH rd.overlay verdict.write verdict.maps verdict.pivot=poweroff"
	expect_init 60
	expect_console 'netroot: verity: the root is dm-0, which the kernel verifies, with sda2' 0
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/dm-0 ext4 ro,.*'
	expect_verdict 'write=ok'
	expect_verdict "map\\.dm-0\\.table=[0-9]+ verity 1 8:1 8:2 1024 4096 [0-9]+ 1 sha256 $VERITY_HASH [0-9a-f]{64}"
	expect_console 'netroot: shutdown: iSCSI session [0-9]+: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|cannot be unmounted|Buffer I/O error'
	expect_logouts 1
	# with the LUN in the name of the root, whose tree is on another
	boot "netroot=iscsi:$LAB_SERVER:::1:$LAB_IQN.other netroot.verity=$VERITY_HASH rd.overlay"
	expect_console 'netroot: verity: the root is dm-0, which the kernel verifies, with sdb' 60
	expect_console "netroot: handover: the root: not what was signed for: it or its tree of hashes was changed, or the root hash $(verity_short)\\.\\.\\. is another's; .*; attempt 2 in" 20
	refuse_console 'netroot: handover: starting'
}
