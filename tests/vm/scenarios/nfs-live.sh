# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2016
desc="Command lines of live-boot, casper and archiso boot the image in the export that they boot there, with their options, layer and copy in memory"

# The tree of a live medium, with another root in each file.
live_image() { # FILE COMPRESSION
	mkdir -p "${1%/*}"
	echo "$1" >"$ROOT_DIR/which"
	case $1 in
	*.erofs) mkfs.erofs -zlz4 "$1" "$ROOT_DIR" ;;
	*) mksquashfs "$ROOT_DIR" "$1" -quiet -no-progress -comp gzip ;;
	esac
}

# live_boot FILE WORDS: that one is the root.
live_boot() {
	boot "$2 verdict.write verdict.read=/which"
	expect_init 60
	expect_verdict "$1"
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'write=ok'
	client_stop client
}

run() {
	root_tree
	for file in live/filesystem.squashfs xfce/filesystem.squashfs casper/filesystem.squashfs arch/x86_64/airootfs.erofs; do
		live_image "/srv/medium/$file"
	done
	nfs_export 1 /srv/medium
	nfs_start
	dhcp_option 17 "$LAB_SERVER:/srv/medium"
	dhcp_start
	live_boot /srv/medium/live/filesystem.squashfs \
		"boot=live netboot=nfs nfsroot=$LAB_SERVER:/srv/medium nfsopts=vers=3,nosharecache components quiet splash persistence overlay-size=40M"
	expect_verdict 'mount./run/initramfs/overlay/upper=tmpfs tmpfs rw,relatime,size=40960k,.*'
	expect_console 'netroot: plan: persistence: nothing is kept here: netroot.overlay=LABEL=NAME' 0
	live_boot /srv/medium/casper/filesystem.squashfs \
		"root=/dev/ram0 boot=casper netboot=nfs nfsroot=$LAB_SERVER:/srv/medium NFSOPTS=vers=4.2 ip=dhcp"
	# what archiso's menu has, but for the signature, which is not let pass
	boot 'archisobasedir=arch archiso_nfs_srv=${pxeserver}:/srv/medium cms_verify=y ip=:::::eth0:dhcp'
	expect_console 'netroot: verity: cms_verify="y": no signature of an image is checked here: .*; nothing is mounted unverified; attempt 2 in' 40
	client_stop client
	live_boot /srv/medium/arch/x86_64/airootfs.erofs \
		'archisobasedir=arch archiso_nfs_srv=${pxeserver}:/srv/medium archiso_nfs_opt=vers=4.1 cow_spacesize=64M checksum=y ip=:::::eth0:dhcp'
	expect_verdict 'mount./run/initramfs/overlay/upper=tmpfs tmpfs rw,relatime,size=65536k,.*'
	expect_console 'netroot: toram: the image /arch/x86_64/airootfs.erofs is in memory' 0
}
