# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd with a writable layer over an NFS root that fstab calls a disk: nothing failed, and it goes off unmounted"
limit=300
needs=debian
soak=yes

run() {
	root_manager=networkd
	root_tree debian
	# as of an image that was made from a machine with a disk: systemd would remount / by these options
	printf 'UUID=5f0c3a3e-0000-4000-8000-00000000dead / ext4 ro,errors=remount-ro 0 1\n' >"$ROOT_DIR/etc/fstab"
	nfs_export 1 "$ROOT_DIR" '*' ro
	nfs_start
	find "$ROOT_DIR" -newer "$LAB_DIR/ganesha.conf" >"$LAB_OUT/newer"
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rd.overlay verdict.debian verdict.mounts"
	expect_init 240
	expect_verdict 'multi-user=active'
	expect_verdict 'root.device=overlay'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'root.options=rw,.*'
	refuse_verdict 'failed=.*'
	expect_verdict 'manager=networkd'
	# it has run, and changed nothing
	expect_verdict 'unit.systemd-remount-fs.service=active .*'
	expect_verdict 'unit.systemd-fsck-root.service=inactive .*'
	expect_verdict 'unit.-.mount=active Conflicts='
	expect_verdict 'unit.run-initramfs-overlay-lower.mount=active Conflicts='
	expect_verdict 'unit.run-initramfs-overlay-upper.mount=active Conflicts='
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted|Failed unmounting'
	find "$ROOT_DIR" -newer "$LAB_DIR/ganesha.conf" | cmp -s - "$LAB_OUT/newer" || fail "the root has changed on the server"
}
