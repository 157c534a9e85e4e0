# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="What cannot be verified is not mounted: an initrd without dm-verity, a root hash that is none, an export, a LUN without the partitions that systemd's word means"
limit=120
. "$top/tests/vm/verity.sh"

run() {
	nfs_root
	verity_squashfs /srv/root.img
	mv /srv/root.img* "$ROOT_DIR"
	dhcp_start
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.image=/root.img roothash=$VERITY_HASH"
	expect_console 'netroot: image: roothash= is read by systemd of the root, too, which waits for partitions called by it, and this image has none: netroot.verity= takes the same hash' 40
	expect_console 'netroot: image: the image /root.img: the kernel has no device mapper: is the initrd packed with mkinitrd --add-feature verity\?; attempt 2 in' 40
	refuse_console 'netroot: image: the root is'
	client_stop client
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.image=/root.img netroot.verity=\$HASH"
	expect_console 'netroot: verity: netroot.verity=".HASH": no root hash, which is hexadecimal, 64 digits of sha256; nothing is mounted unverified; attempt 2 in' 40
	refuse_console 'netroot: mount: '
	client_stop client
	# no longer than it takes without the word
	iscsi_start
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$ROOT_DIR/root.img"
	boot "netroot=iscsi:$LAB_SERVER:::1:$LAB_IQN ro roothash=$VERITY_HASH"
	expect_console "netroot: device: roothash= means the partition that its first half names \\(by netroot.verity= the hash is of whatever root= says\\): no filesystem .*PARTUUID=$(verity_partuuid data).* on target $LAB_IQN: .*squashfs.*; attempt 2 in" 40
	refuse_console 'netroot: mount: '
	client_stop client
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.verity=$VERITY_HASH"
	expect_console 'netroot: verity: an NFS export is not verified, only an image in it \(netroot.image=\) or an iSCSI root; nothing is mounted unverified; attempt 2 in' 40
	refuse_console 'netroot: mount: '
}
