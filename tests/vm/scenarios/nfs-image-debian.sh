# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd as a squashfs on NFS that is read where it is and then in memory, with a layer, and an fstab that calls / a disk: nothing failed, and it goes off unmounted; without the layer doctor tells of fstab"
limit=900
needs=debian
soak=yes

# attempt WORDS...: nothing failed, and the layer's fstab is left alone by what mounts again.
attempt() {
	boot "root=nfs:$LAB_SERVER:/srv/ltsp ltsp.image=debian.img verdict.debian verdict.mounts verdict.ctl $*"
	expect_init 300
	expect_verdict 'multi-user=active'
	expect_verdict 'root.device=overlay'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'findmnt=/ overlay overlay'
	refuse_verdict 'failed=.*'
	expect_verdict 'unit.systemd-remount-fs.service=active .*'
	expect_verdict 'unit.systemd-fsck-root.service=inactive .*'
	expect_verdict 'unit.-.mount=active Conflicts='
	expect_verdict 'unit.run-initramfs-overlay-lower.mount=active Conflicts='
	expect_verdict 'ctl.status= mounted *squashfs on /dev/loop0, ro, disk loop0, under a writable layer'
	expect_verdict 'ctl.status= layer *in memory, at /run/initramfs/overlay/upper'
	expect_verdict "ctl.status= source *nfs $LAB_SERVER:/srv/ltsp"
	refuse_verdict 'ctl.doctor=.*fstab.*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted|Failed unmounting'
}

run() {
	root_manager=networkd
	root_tree debian
	# as of an image that was made from a machine with a disk
	printf 'UUID=5f0c3a3e-0000-4000-8000-00000000dead / ext4 ro,errors=remount-ro 0 1\n' >"$ROOT_DIR/etc/fstab"
	mkdir -p /srv/ltsp "$LAB_OUT/ltsp"
	mount --bind "$LAB_OUT/ltsp" /srv/ltsp
	mksquashfs "$ROOT_DIR" /srv/ltsp/debian.img -quiet -no-progress -noI -noD -noF -noX -e "$ROOT_DIR/usr/lib/modules"
	nfs_export 1 /srv/ltsp '*' ro
	nfs_export 2 "$ROOT_DIR"
	nfs_start
	dhcp_start
	client_memory=1024
	attempt
	expect_verdict 'ctl.status= image */debian.img, a file of the source'
	client_memory=2048
	attempt toram
	expect_verdict 'ctl.status= image */debian.img, copied into memory'
	# a plain NFS root is mounted again by that entry, for which there is no such disk
	client_memory=1024
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR rw verdict.debian verdict.mounts verdict.ctl"
	expect_init 300
	expect_verdict 'multi-user=active'
	expect_verdict 'root.fstype=nfs4'
	expect_verdict 'ctl.doctor=warning  fstab: /etc/fstab'
	expect_verdict 'failed=systemd-remount-fs.service'
	expect_verdict 'ctl.doctor= *cause .*but the root is on NFS .*: systemd-remount-fs.service mounts / again with its options.*'
	rm -rf "$LAB_OUT/ltsp"
}
