# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian on an NFS root whose server gets another address: netrootctl tells which, while the mount table has the old one, and it can be remounted as before"
limit=400
needs=debian
soak=yes
. "$top/tests/vm/moved.sh"

# In the root: what netrootctl tells before the server has moved, and after it.
told() {
	cat <<'END'
remount() { # NAME COMMAND...
	name=$1
	shift
	said=$(timeout 60 "$@" 2>&1)
	echo "remount.$name=$? $said $(findmnt -n -o SOURCE,OPTIONS /)"
}
remounts() { # before|after
	: >/etc/fstab
	remount "$1.fstab-empty" mount -o remount,rw /
	echo "$(findmnt -n -o SOURCE /) / nfs rw 0 0" >/etc/fstab
	systemctl daemon-reload
	remount "$1.fstab" mount -o remount,rw /
	remount "$1.service" systemctl restart systemd-remount-fs
	remount "$1.noatime" mount -o remount,noatime /
	remount "$1.relatime" mount -o remount,relatime /
}
remounts before
mkdir -p /var/tmp/moved
netrootctl status | sed 's/^  */before=/'
echo moved=begun
until [ -e /var/tmp/moved/over ]; do
	cat /proc/uptime >/var/tmp/moved/beat.new && mv /var/tmp/moved/beat.new /var/tmp/moved/beat
	sleep 0.5
done
netrootctl status | sed 's/^  */after=/'
remounts after
netrootctl status --json | sed 's/^ */json=/; s/,$//'
END
}

run() {
	moved_site "$LAB_SERVER" debian
	told >"$ROOT_DIR/usr/local/sbin/told"
	# mount.nfs looks the protocol of the mount table up there; Debian has it in netbase
	echo "tcp 6 TCP" >"$ROOT_DIR/etc/protocols"
	client_memory=1024
	boot "root=nfs:nas:$ROOT_DIR:vers=4.2 rw verdict.debian verdict.run=/usr/local/sbin/told"
	wait_for 300 file_has "$LAB_OUT/client.verdict" '^moved=begun' || fail "no root that waits"
	nfs_stop
	ip address del "$LAB_SERVER/24" dev net0
	ip address add 10.77.0.2/24 dev net0
	moved_name 10.77.0.2
	nfs_start
	expect_console 'guard: NFS server nas at 10\.77\.0\.2: connected again' 60
	: >"$ROOT_DIR/var/tmp/moved/over"
	expect_init 120
	expect_verdict "after=mounted +nfs4 on .*:$ROOT_DIR, rw"
	expect_verdict "after=server now +10\.77\.0\.2, moved from 10\.77\.0\.1"
	expect_verdict 'json="server": "10\.77\.0\.1"'
	expect_verdict 'json="server_now": "10\.77\.0\.2"'
	refuse_verdict 'before=server now.*'
	for when in before after; do
		for what in fstab-empty fstab service noatime relatime; do
			atime=relatime
			[ "$what" != noatime ] || atime=noatime
			expect_verdict "remount.$when.$what=0 +nas:$ROOT_DIR rw,$atime,vers=4.2,.*,addr=$LAB_SERVER"
		done
	done
}
