# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A squashfs file in an NFS export is verified by its tree of hashes: the right one boots and goes off clean; no tree, another's hash, and a changed bit are refused in words"
limit=200
. "$top/tests/vm/verity.sh"

run() {
	verity_initrd
	root_tree
	verity_squashfs /srv/images/root.img
	mv /srv/images/root.img.verity /srv/images/elsewhere
	cp /srv/images/root.img /srv/images/good
	# the first block, which holds the squashfs' own superblock; nothing but its time stamp changes
	verity_flip /srv/images/root.img 8
	nfs_export 1 /srv/images
	nfs_start
	dhcp_start
	boot "root=nfs:$LAB_SERVER:/srv/images rw netroot.image=/root.img netroot.verity=$VERITY_HASH netroot.overlay=tmpfs verdict.write verdict.mounts verdict.maps verdict.pivot=poweroff"
	expect_console 'netroot: image: the image /root.img: no tree of hashes, there is no file /root.img.verity: mkverity makes it.*; attempt 2 in' 40
	mv /srv/images/elsewhere /srv/images/root.img.verity
	expect_console "netroot: image: the image /root.img: not what was signed for: it or its tree of hashes was changed, or the root hash $(verity_short)\.\.\. is another's; .*; attempt [0-9]+ in" 20
	refuse_console 'netroot: image: the root is'
	mv /srv/images/good /srv/images/root.img
	expect_init 60
	expect_console 'netroot: image: the root is the whole of /root.img, squashfs, verified' 0
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/dm-0 squashfs ro,.*'
	expect_verdict 'write=ok'
	expect_verdict 'map\.dm-0\.name=root'
	expect_verdict 'map\.dm-0\.uuid=CRYPT-VERITY-[0-9a-f]{32}-root'
	expect_verdict "map\.dm-0\.table=[0-9]+ verity 1 7:[0-9]+ 7:[0-9]+ 4096 4096 [0-9]+ 1 sha256 $VERITY_HASH [0-9a-f]{64}"
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted'
	# the same words with another image's hash
	boot "root=nfs:$LAB_SERVER:/srv/images netroot.image=/root.img netroot.verity=$(verity_other) rd.overlay"
	expect_console "netroot: image: the image /root.img: not what was signed for.*; attempt 2 in" 60
	refuse_console 'netroot: image: the root is'
}
