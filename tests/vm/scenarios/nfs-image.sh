# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A squashfs file in an NFS export is the root, under a writable layer: what is wrong with it is named with its remedy, and it goes off clean"
limit=200
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_wire
	root_tree
	mkdir -p /srv/ltsp/images
	mksquashfs "$ROOT_DIR" /srv/ltsp/images/good.squashfs -quiet -no-progress -comp gzip
	head -c 100000 /srv/ltsp/images/good.squashfs >/srv/ltsp/images/half
	head -c 300000 /dev/zero | tr '\0' 'x' >/srv/ltsp/images/other
	nfs_export 1 /srv/ltsp
	nfs_start
	dhcp_start
	boot "root=nfs:$LAB_SERVER:/srv/ltsp rw ltsp.image=images/x86_64.img verdict.write verdict.mounts verdict.pivot=poweroff"
	# asked before anything is mounted
	expect_console "netroot: attach: $LAB_SERVER:/srv/ltsp has no image file /images/x86_64.img: check netroot.image=, which is a path inside the export; attempt 2 in" 40
	refuse_console 'netroot: mount: '
	ln -s other /srv/ltsp/images/x86_64.img
	expect_console 'netroot: image: the image /images/x86_64.img holds no filesystem .*: is it the right file, and whole\?; attempt 2 in' 20
	ln -sfn half /srv/ltsp/images/x86_64.img
	expect_console 'netroot: image: the image /images/x86_64.img is not all there: the squashfs in it is of [0-9]+ bytes, and there are 99840: .*; attempt 3 in' 20
	ln -sfn /images/good.squashfs /srv/ltsp/images/x86_64.img
	expect_init 60
	expect_console 'netroot: image: the root is the whole of /images/x86_64.img, squashfs' 0
	expect_console 'netroot: overlay: the writable layer is in memory' 0
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/loop0 squashfs ro,.*'
	expect_verdict 'write=ok'
	expect_verdict 'process.[0-9]*=@netroot-guard.*'
	refuse_verdict 'guard.mount=.*(nfs|squashfs|overlay).*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted|I/O error'
	# with the attempts of the files that are none; what holds the image is in no mount table
	expect_nfs_left 3
	# the same as a live system's
	mkdir /srv/ltsp/live
	ln -s ../images/good.squashfs /srv/ltsp/live/filesystem.squashfs
	boot "boot=live netboot=nfs nfsroot=$LAB_SERVER:/srv/ltsp ip=dhcp verdict.write verdict.pivot=poweroff"
	expect_init 60
	expect_console 'netroot: image: the root is the whole of /live/filesystem.squashfs, squashfs' 0
	expect_verdict 'write=ok'
}
