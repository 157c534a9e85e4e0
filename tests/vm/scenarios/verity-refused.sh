# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="What cannot be verified is not mounted: an initrd without dm-verity, a root hash that is none, an export"
limit=120
. "$top/tests/vm/verity.sh"

run() {
	nfs_root
	verity_squashfs /srv/root.img
	mv /srv/root.img* "$ROOT_DIR"
	dhcp_start
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.image=/root.img netroot.verity=$VERITY_HASH"
	expect_console 'netroot: image: the image /root.img: the kernel has no device mapper: is the initrd packed with mkinitrd --add-feature verity\?; attempt 2 in' 40
	refuse_console 'netroot: image: the root is'
	client_stop client
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.image=/root.img netroot.verity=\$HASH"
	expect_console 'netroot: verity: netroot.verity=".HASH": no root hash, which is hexadecimal, 64 digits of sha256; nothing is mounted unverified; attempt 2 in' 40
	refuse_console 'netroot: mount: '
	client_stop client
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR netroot.verity=$VERITY_HASH"
	expect_console 'netroot: verity: an NFS export is not verified, only an image in it \(netroot.image=\) or an iSCSI root; nothing is mounted unverified; attempt 2 in' 40
	refuse_console 'netroot: mount: '
}
