# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Image files of an NFS export with root_squash: squashfs of xz and lz4, an ext4, a partitioned disk; one that only the server's root may read is named with its remedy"
limit=200

# kind FILE WHAT DEVICE FSTYPE: is booted.
kind() {
	boot "$words netroot.image=/$1"
	expect_kind "$@"
}

expect_kind() {
	expect_init 60
	expect_console "netroot: image: the root is $2 of /$1, $4" 0
	expect_verdict "root.device=/dev/$3"
	expect_verdict "root.fstype=$4"
	expect_verdict 'root.options=ro,.*'
}

run() {
	root_tree
	mkdir -p /srv/images
	for comp in xz lz4; do
		mksquashfs "$ROOT_DIR" "/srv/images/$comp.squashfs" -quiet -no-progress -comp "$comp"
	done
	root_image "$ROOT_DIR" /srv/images/whole.ext4
	root_image "$ROOT_DIR" /srv/images/disk.img gpt
	chmod 600 /srv/images/xz.squashfs
	nfs_export 1 /srv/images '*' ro
	sed -i s/No_Root_Squash/Root_Squash/ "$LAB_DIR/exports/1"
	nfs_start
	dhcp_start
	words="root=nfs:$LAB_SERVER:/srv/images verdict.pivot=poweroff"
	boot "$words netroot.image=/xz.squashfs"
	expect_console 'netroot: image: the image /xz.squashfs of the root may not be read by this client: make it readable for all .*, or export it with no_root_squash; attempt 2 in' 60
	chmod 644 /srv/images/xz.squashfs
	expect_kind xz.squashfs "the whole" loop0 squashfs
	kind lz4.squashfs "the whole" loop0 squashfs
	kind whole.ext4 "the whole" loop0 ext4
	kind disk.img "a partition" loop0p2 ext4
}
