# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server tells owners as names: root's files are root's at once after the switch and stay so, and the root looks the others up"
soak=yes
limit=240
. "$top/tests/vm/knfsd.sh"

# names_root DIR: a root in which Debian's keyutils and nfs-common look names up.
names_root() {
	root_small "$1"
	for program in /sbin/request-key /usr/sbin/nfsidmap; do
		install -D "$program" "$1$program"
		for library in $(ldd "$program" | grep -o '/[^ ]*'); do
			[ -e "$1$library" ] || install -D "$library" "$1$library"
		done
	done
	mkdir -p "$1/usr/lib/x86_64-linux-gnu/libnfsidmap" "$1/etc/request-key.d"
	cp /usr/lib/x86_64-linux-gnu/libnfsidmap/nsswitch.so "$1/usr/lib/x86_64-linux-gnu/libnfsidmap/"
	cp /etc/request-key.conf /etc/nsswitch.conf "$1/etc"
	cp /etc/request-key.d/id_resolver.conf "$1/etc/request-key.d"
	names_etc "$1/etc"
}

names_etc() { # DIRECTORY
	printf '[General]\nDomain = lab.example\n' >"$1/idmapd.conf"
	printf '%s\n' root:x:0:0::/: joe:x:1234:1234::/: ann:x:1235:1235::/: >"$1/passwd"
	printf '%s\n' root:x:0: joe:x:1234: ann:x:1235: >"$1/group"
}

run() {
	names_root "$KNFSD_TREE/root"
	mkdir "$KNFSD_TREE/root/ann"
	cp "$KNFSD_TREE/root/sbin/init" "$KNFSD_TREE/root/ann"
	echo x >"$KNFSD_TREE/root/etc/joes"
	chown 1234:1234 "$KNFSD_TREE/root/etc/joes"
	chown 1235:1235 "$KNFSD_TREE/root/ann"
	for program in rpc.idmapd /usr/lib/x86_64-linux-gnu/libnfsidmap/nsswitch.so; do
		peer_program "$program" "$(command -v "$program")"
	done
	knfsd_start "/srv/root *(rw,no_root_squash,no_subtree_check)" "
for user in joe:x:1234 ann:x:1235; do
	echo \$user:\${user##*:}::/: >>/etc/passwd
	echo \$user: >>/etc/group
done
printf '[General]\nDomain = lab.example\n[Mapping]\nNobody-Group = nogroup\n' >/etc/idmapd.conf
echo N >/sys/module/nfsd/parameters/nfs4_disable_idmapping
/usr/sbin/rpc.idmapd -p /run/rpc_pipefs"
	dhcp_start
	peer_ready knfsd 60
	boot "root=nfs:$KNFSD:/srv/root init=/ann/init verdict.owner=/ verdict.owner=/sbin/init verdict.owner=/etc/joes \
verdict.owner=/ann verdict.read=/proc/keys"
	expect_init 120
	# as on any boot, before anybody could ask the root's request-key
	expect_verdict 'owner\./=0:0 0755'
	expect_verdict 'owner\./sbin/init=0:0 0[0-7]*'
	# by that
	expect_verdict 'owner\./etc/joes=1234:1234 0644'
	# of the way to init, and not root's
	expect_verdict 'owner\./ann=65534:65534 0755'
	expect_console 'owner: the NFS server calls an owner "ann@lab\.example", and nobody looks names up before the root' 0
	# were root's ever asked about again, nobody could reach request-key for it
	for kind in uid gid; do
		expect_verdict ".* perm 3b[0-9a-f]* +0 +0 id_resolv $kind:root@lab.example: 2"
	done
}
