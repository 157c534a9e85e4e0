# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Image files on an iSCSI LUN: squashfs of zstd, a compressed erofs, an ext4"
limit=200
. "$top/tests/vm/image.sh"

# kind FILE FSTYPE: is booted, and what is in it is as it was put there.
kind() {
	boot "root=iscsi:$LAB_SERVER::::$LAB_IQN netroot.image=/vm/$1 verdict.sum=/big verdict.pivot=poweroff"
	expect_init 60
	expect_console "netroot: image: the root is the whole of /vm/$1, $2" 0
	expect_verdict 'root.device=/dev/loop0'
	expect_verdict "root.fstype=$2"
	expect_verdict "sum=$image_sum /big"
}

run() {
	image_tree 3000000
	# not all of it random, or nothing is compressed
	head -c 3000000 /dev/zero | tr '\0' x >>"$ROOT_DIR/big"
	image_sum=$(cksum <"$ROOT_DIR/big")
	mkdir -p /srv/lun/vm
	mksquashfs "$ROOT_DIR" /srv/lun/vm/zstd.squashfs -quiet -no-progress -comp zstd
	mkfs.erofs -zlz4hc /srv/lun/vm/root.erofs "$ROOT_DIR" >/dev/null
	root_image "$ROOT_DIR" /srv/lun/vm/root.ext4
	rm "$ROOT_DIR/big"
	image_lun
	dhcp_start
	kind zstd.squashfs squashfs
	kind root.erofs erofs
	kind root.ext4 ext4
}
