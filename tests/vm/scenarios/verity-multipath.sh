# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A LUN with two paths is verified by a tree on a partition of it: a path fails as it is read, and it goes off clean; a tree on a LUN of its own is told to have one path, and a program with a changed bit is not started"
limit=300
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/image.sh"
. "$top/tests/vm/outage.sh"
. "$top/tests/vm/multipath.sh"
. "$top/tests/vm/verity.sh"

run() {
	boot_packed initrd-multipath-verity --add-feature multipath --add-feature verity
	net_segment net1 "$MULTIPATH_OTHER/24"
	image_tree 20000000
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	verity_make "$LAB_OUT/root.img"
	verity_disk "$LAB_OUT/disk.img" "$LAB_OUT/root.img" "$LAB_OUT/root.img.verity"
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/disk.img"
	cp --sparse=always "$LAB_OUT/root.img" "$LAB_OUT/changed.img"
	verity_flip "$LAB_OUT/changed.img" "$(verity_at "$LAB_OUT/changed.img" /sbin/init 0)"
	iscsi_target 2 "$LAB_IQN.other"
	iscsi_lun 2 1 "$LAB_OUT/changed.img"
	iscsi_lun 2 2 "$LAB_OUT/root.img.verity"
	multipath_portal
	multipath_dhcp
	multipath_boot "root=/dev/mapper/root roothash=$VERITY_HASH rd.overlay verdict.sums=90:/big verdict.maps verdict.pivot=poweroff"
	wait_for 90 file_has "$LAB_OUT/client.verdict" '^sums=begun' || fail "the root is not read"
	first=$(multipath_first)
	multipath_cut "$first"
	expect_init 120
	expect_verdict "sums.result=$image_sum"
	expect_verdict 'sums.longest=([3-9]|[1-9][0-9])\..*'
	expect_console 'netroot: verity: the root is dm-3, which the kernel verifies, with sda2' 0
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/dm-3 ext4 ro,.*'
	expect_verdict "map\.dm-3\.table=[0-9]+ verity 1 25[34]:1 25[34]:2 1024 4096 [0-9]+ 1 sha256 $VERITY_HASH [0-9a-f]{64}"
	expect_verdict 'map\.dm-3\.status=V.*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted|Buffer I/O error|EXT4-fs error|is corrupted'
	refuse_console 'has one path only'
	multipath_mend "$first"
	LAB_IQN=$LAB_IQN.other
	multipath_boot "root=/dev/sda netroot.verity=$VERITY_HASH rd.overlay"
	expect_console 'netroot: verity: the tree of hashes on sdb has one path only, and the root fails with it: put it on the root.s LUN' 60
	expect_console "netroot: handover: the root: not what was signed for: it or its tree of hashes was changed, or the root hash $(verity_short)\\.\\.\\. is another's; .*; attempt 2 in" 20
	refuse_console 'netroot: handover: starting'
}
