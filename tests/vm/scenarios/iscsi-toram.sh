# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A LUN as a whole is copied into memory and logged out of, and the target may go; without room it is read where it is; a verified one is verified as it is copied: a changed bit that nobody has read yet is refused"
limit=400
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/image.sh"
. "$top/tests/vm/verity.sh"

run() {
	verity_initrd
	shutdown_wire
	image_tree 10000000
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	# verified and copied while it is emulated, it takes its time
	resize2fs -f "$LAB_OUT/root.img" 24M
	truncate -s 24M "$LAB_OUT/root.img"
	cp "$LAB_OUT/root.img" "$LAB_OUT/large.img"
	truncate -s 600M "$LAB_OUT/large.img"
	verity_make "$LAB_OUT/root.img"
	verity_disk "$LAB_OUT/disk.img" "$LAB_OUT/root.img" "$LAB_OUT/root.img.verity"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	dhcp_start
	lun="netroot=iscsi:$LAB_SERVER:::1:$LAB_IQN"
	words="toram rd.overlay verdict.sum=/big verdict.pivot=poweroff"
	boot "$lun $words root=LABEL=netroot verdict.wait=/sys/class/net/eth0/carrier:0 verdict.write"
	expect_console 'netroot: toram: the disk sda1 is in memory, [0-9]+ MB in [0-9.]+ s' 90
	expect_console 'netroot: image: the root is the copy in memory, ext4' 20
	image_lun_left
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/loop0 ext4 ro,.*'
	expect_verdict 'write=ok'
	refuse_console 'I/O error'
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	iscsi_lun 1 2 "$LAB_OUT/large.img"
	boot "netroot=iscsi:$LAB_SERVER:::2:$LAB_IQN $words"
	expect_init 90
	expect_console 'netroot: toram: the disk sd[ab] is read over the network: 629 MB do not fit into memory: [34][0-9]+ MB are available, of which 134 MB have to stay free' 0
	expect_verdict "sum=$image_sum /big"
	# of a file that no mount and no start of init reads
	changed=$(((2 << 20) + $(verity_at "$LAB_OUT/root.img" /big 9)))
	verity_flip "$LAB_OUT/disk.img" "$changed"
	boot "$lun $words root=/dev/mapper/root roothash=$VERITY_HASH verdict.maps"
	expect_console "netroot: toram: the disk sda1: not what was signed for: it or its tree of hashes was changed, or the root hash $(verity_short)\.\.\. is another's; .*; attempt 2 in" 90
	verity_flip "$LAB_OUT/disk.img" "$changed"
	expect_init 90
	expect_console 'netroot: image: the root is the copy in memory, ext4, verified' 0
	expect_verdict "sum=$image_sum /big"
	refuse_verdict 'map\..*'
	refuse_verdict 'iscsi_session\..*'
}
