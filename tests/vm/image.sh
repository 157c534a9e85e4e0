# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# Images of the small root with a large file in it, whose sum the root tells: /big, $image_sum.

# image_tree BYTES: the tree.
image_tree() {
	root_tree
	head -c "$1" /dev/urandom >"$ROOT_DIR/big"
	image_sum=$(cksum <"$ROOT_DIR/big")
}

# image_nfs BYTES squashfs|erofs: /images/x86_64.img of the export /srv/ltsp; servers run.
image_nfs() {
	image_tree "$1"
	image_file=/srv/ltsp/images/x86_64.img
	mkdir -p /srv/ltsp/images
	case $2 in
	squashfs) mksquashfs "$ROOT_DIR" "$image_file" -quiet -no-progress -noI -noD -noF ;;
	erofs) mkfs.erofs -zlz4 "$image_file" "$ROOT_DIR" ;;
	esac
	rm "$ROOT_DIR/big"
	nfs_export 1 /srv/ltsp
	nfs_start
	dhcp_start
}

# image_disk BYTES: a disk with the tree as a partition, /srv/lun/vm/disk.img, of what a LUN is to have.
image_disk() {
	image_tree "$1"
	mkdir -p /srv/lun/vm
	root_image "$ROOT_DIR" /srv/lun/vm/disk.img gpt
	rm "$ROOT_DIR/big"
}

# image_lun: the LUN with that file in it; the target runs.
image_lun() {
	root_image /srv/lun "$LAB_OUT/root.img"
	iscsi_start
	iscsi_lun_back
}

# image_lun_left: the only session so far is logged out of, the target and the wire go, and the root in memory reads all of itself
# and goes off without them. For scenarios of shutdown.sh, with shutdown_wire, whose root waits until the wire is gone
# (verdict.wait=/sys/class/net/eth0/carrier:0).
image_lun_left() {
	expect_console 'netroot: handover: starting /sbin/init' 20
	expect_logouts 1
	expect_no_session
	iscsi_stop
	client_monitor client "set_link nic1 off"
	expect_init 60
	expect_verdict "sum=$image_sum /big"
	refuse_verdict 'iscsi_session\..*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|cannot be unmounted'
}
