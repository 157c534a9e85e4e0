# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154,SC2016
desc="Command lines of live-boot, casper and archiso boot the images in the export that they boot there, with their options, layer and copy in memory"
limit=240
. "$top/tests/vm/shutdown.sh"

# live_image FILE: one of a live medium, in which /which and /of-NAME tell it from the others.
live_image() {
	live_name=${1##*/}
	mkdir -p "${1%/*}"
	rm -f "$ROOT_DIR"/of-*
	echo "$1" >"$ROOT_DIR/which"
	echo "in $live_name" >"$ROOT_DIR/of-$live_name"
	case $1 in
	*.erofs) mkfs.erofs -zlz4 "$1" "$ROOT_DIR" ;;
	*) mksquashfs "$ROOT_DIR" "$1" -quiet -no-progress -comp gzip ;;
	esac
}

# live_boot FILE WORDS [NAME]...: that one is at /, over those others.
live_boot() {
	live_file=$1
	live_words="$2 verdict.write verdict.read=/which"
	shift 2
	for live_name; do
		live_words="$live_words verdict.read=/of-$live_name"
	done
	boot "$live_words"
	expect_init 60
	expect_verdict "$live_file"
	for live_name; do
		expect_verdict "in $live_name"
	done
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'write=ok'
}

run() {
	shutdown_wire
	root_tree
	medium=/srv/medium
	for file in live/filesystem.squashfs live/more.squashfs casper/minimal.squashfs casper/minimal.standard.squashfs \
		casper/other.squashfs arch/x86_64/airootfs.erofs; do
		live_image "$medium/$file"
	done
	nfs_export 1 $medium
	nfs_start
	dhcp_option 17 "$LAB_SERVER:$medium"
	dhcp_start
	# all of the directory; where there is a list, what that says
	live_boot $medium/live/more.squashfs \
		"boot=live netboot=nfs nfsroot=$LAB_SERVER:$medium nfsopts=vers=3,nosharecache components quiet splash persistence overlay-size=40M verdict.pivot=poweroff" \
		filesystem.squashfs more.squashfs
	expect_verdict 'mount./run/initramfs/overlay/upper=tmpfs tmpfs rw,relatime,size=40960k,.*'
	expect_verdict 'mount./run/initramfs/overlay/below/0=/dev/loop[01] squashfs ro,.*'
	expect_console 'netroot: plan: persistence: nothing is kept here: netroot.overlay=LABEL=NAME' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 30
	refuse_console 'given up|forcing|cannot be unmounted|I/O error'
	echo filesystem.squashfs >$medium/live/mini.module
	live_boot $medium/live/filesystem.squashfs \
		"boot=live netboot=nfs nfsroot=$LAB_SERVER:$medium module=mini toram" filesystem.squashfs
	refuse_verdict 'mount./run/initramfs/overlay/below.*'
	expect_console 'netroot: toram: the image /live/filesystem.squashfs is in memory' 0
	client_stop client
	live_boot $medium/casper/minimal.standard.squashfs \
		"root=/dev/ram0 boot=casper netboot=nfs nfsroot=$LAB_SERVER:$medium NFSOPTS=vers=4.2 layerfs-path=minimal.standard.squashfs ip=dhcp toram" \
		minimal.squashfs minimal.standard.squashfs
	expect_console 'netroot: toram: the image /casper/minimal.standard.squashfs is read over the network: of 2 images over each other none is copied' 0
	expect_console 'netroot: image: under it lie 1 more, "minimal.squashfs" is the lowest' 0
	client_stop client
	# what archiso's menu has, but for the signature, which is not let pass
	boot 'archisobasedir=arch archiso_nfs_srv=${pxeserver}:/srv/medium cms_verify=y ip=:::::eth0:dhcp'
	expect_console 'netroot: verity: cms_verify="y": no signature of an image is checked here: .*; nothing is mounted unverified; attempt 2 in' 40
	client_stop client
	live_boot $medium/arch/x86_64/airootfs.erofs \
		'archisobasedir=arch archiso_nfs_srv=${pxeserver}:/srv/medium archiso_nfs_opt=vers=4.1 cow_spacesize=64M checksum=y ip=:::::eth0:dhcp'
	expect_verdict 'mount./run/initramfs/overlay/upper=tmpfs tmpfs rw,relatime,size=65536k,.*'
	expect_console 'netroot: toram: the image /arch/x86_64/airootfs.erofs is in memory' 0
}
