# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An image in memory is verified, by a tree that came with it: a copy with a changed bit is refused and not kept"
limit=200
. "$top/tests/vm/verity.sh"

verity_change() {
	verity_flip /srv/images/root.img 8
	touch -r /srv/images/time /srv/images/root.img
}

run() {
	verity_initrd
	root_tree
	verity_squashfs /srv/images/root.img
	touch -r /srv/images/root.img /srv/images/time
	verity_change
	nfs_export 1 /srv/images
	nfs_start
	dhcp_start
	boot "root=nfs:$LAB_SERVER:/srv/images toram netroot.image=/root.img netroot.verity=$VERITY_HASH rd.overlay verdict.maps verdict.pivot=poweroff"
	expect_console "netroot: image: the image /root.img: not what was signed for.*; attempt 2 in" 60
	# as if it had been changed on the way: it is the same file
	verity_change
	expect_init 60
	expect_console 'netroot: image: the root is the whole of /root.img, squashfs, verified' 0
	expect_verdict "map\\.dm-0\\.table=[0-9]+ verity 1 7:[0-9]+ 7:[0-9]+ 4096 4096 [0-9]+ 1 sha256 $VERITY_HASH [0-9a-f]{64}"
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted'
}
