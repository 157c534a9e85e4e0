# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server takes the export back between the mount and the switch, or while an image is read: that the handle is stale is told with its cause and remedy, and the boot goes on once it is exported again"
limit=240
soak=yes
. "$top/tests/vm/knfsd.sh"
. "$top/tests/vm/image.sh"
remedy="it is not exported any more, was replaced there, or shares its fsid= or UUID with another export: mend that, and export it again"

# twins: a directory below one of two exports that nothing tells apart, of which the server takes the handle for the other's.
twins() {
	flock "$top/build" make -s -C "$top" build/sys/nfs_helper
	for version in 3 4; do
		asked="twins, version $version"
		answer=$("$top/build/sys/nfs_helper" "$KNFSD" /srv/twin/root "vers=$version" /sbin/init 3000)
		has "says=$KNFSD no longer knows its own handle of /srv/twin/root (STALE): $remedy"
	done
}

# stale EXPORT PHASE: it is taken back during that phase, and given again.
stale() {
	knfsd "exportfs -u '*:$1'; exportfs -f"
	expect_console "netroot: $2: $KNFSD no longer knows its own handle of $1 \\(Stale file handle\\): $remedy \\(exportfs -ra\\); attempt 2 in" 20
	expect_console "netroot: attach: $KNFSD refuses $1: this client is not in the export list, .*; attempt 3 in" 20
	knfsd "exportfs -ra"
	expect_init 60
}

run() {
	for dir in root twin/root; do
		mkdir -p "$KNFSD_TREE/$dir"
		root_small "$KNFSD_TREE/$dir"
	done
	mkdir "$KNFSD_TREE/double" "$KNFSD_TREE/images"
	image_tree 120000000
	mksquashfs "$ROOT_DIR" "$KNFSD_TREE/images/x86_64.img" -quiet -no-progress -noI -noD -noF
	rm "$ROOT_DIR/big"
	peer_program cp
	knfsd_start "/srv/root *(rw,no_root_squash,no_subtree_check)
/srv/images *(rw,no_root_squash,no_subtree_check)
/srv/double *(rw,no_root_squash,no_subtree_check,fsid=7)
/srv/twin *(rw,no_root_squash,no_subtree_check,fsid=7)" \
		"mount -t tmpfs none /srv/double; cp -a /srv/twin/root /srv/double"
	hooks=$LAB_DIR/hooks
	mkdir -p "$hooks/mount.d"
	# the first time only: until the server does not know the handle any more
	cat >"$hooks/mount.d/10-hold" <<'END'
#!/bin/sh
[ ! -e /run/held ] || exit 0
: >/run/held
echo "hook: mounted"
while ls /sysroot/sbin/init; do sleep 1; done
END
	chmod +x "$hooks/mount.d/10-hold"
	plain=$INITRD
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$hooks" --output "$INITRD"
	dhcp_start
	peer_ready knfsd 60
	twins
	boot "root=nfs:$KNFSD:/srv/root"
	expect_console '^hook: mounted' 60
	stale /srv/root handover
	expect_verdict "root.device=$KNFSD:/srv/root"
	INITRD=$plain
	client_memory=640
	boot "root=nfs:$KNFSD:/srv/images ltsp.image=x86_64.img toram verdict.sum=/big"
	expect_console 'netroot: toram: [0-9]+ of 12[01] MB copied' 60
	stale /srv/images toram
	expect_verdict "sum=$image_sum /big"
}
