# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian on an NFS root whose fstab tells of / what it likes: what systemd makes of it, the mount table and doctor agree"
limit=400
needs=debian
soak=yes

# In the root: systemd-remount-fs once more with each entry for /, how / is mounted then, and what doctor says of it.
fstabs() {
	cat <<'END'
try() { # NAME ENTRY
	echo "$2" >/etc/fstab
	systemctl daemon-reload
	systemctl restart systemd-remount-fs
	echo "fstab.$1=$(systemctl show -P Result systemd-remount-fs) $(findmnt -n -o SOURCE,FSTYPE,OPTIONS / | tr -s ' ') $(
		netrootctl doctor | sed -n 's/^warning  \(fstab[^:]*\):.*/\1/p')"
}
source=$(findmnt -n -o SOURCE /)
echo "fstab.boot=$(systemctl show -P Result systemd-remount-fs) $(netrootctl doctor | sed -n 's/^warning  \(fstab[^:]*\):.*/\1/p')"
try none ''
try kernel '/dev/nfs / nfs defaults 0 1'
try noatime "$source / nfs rw,noatime 0 0"
try version "$source / nfs vers=3 0 0"
try size "$source / nfs rw,rsize=65536 0 0"
END
}

run() {
	root_tree debian
	# as of an image that was made from a machine with a disk
	printf 'UUID=5f0c3a3e-0000-4000-8000-00000000dead / ext4 rw,errors=remount-ro 0 1\n' >"$ROOT_DIR/etc/fstab"
	fstabs >"$ROOT_DIR/usr/local/sbin/fstabs"
	nfs_export 1 "$ROOT_DIR"
	nfs_start
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rw verdict.debian verdict.run=/usr/local/sbin/fstabs"
	expect_init 340
	expect_verdict 'multi-user=active'
	# as the agent has mounted it, whatever fstab says
	as_mounted="$LAB_SERVER:$ROOT_DIR nfs4 rw,[a-z]*time,vers=4.2,.*,addr=$LAB_SERVER"
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
	expect_verdict 'root.options=rw,relatime,vers=4.2,.*'
	refuse_verdict 'failed=(-\.mount|systemd-fsck.*|dev-.*)'
	expect_verdict 'fstab.boot=exit-code fstab'
	expect_verdict "fstab.none=success $as_mounted "
	expect_verdict "fstab.kernel=success $as_mounted "
	expect_verdict "fstab.noatime=success $LAB_SERVER:$ROOT_DIR nfs4 rw,noatime,vers=4.2,.* "
	expect_verdict "fstab.version=exit-code $as_mounted fstab-options"
	expect_verdict "fstab.size=exit-code $as_mounted fstab-options"
}
