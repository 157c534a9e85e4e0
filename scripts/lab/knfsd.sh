# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# The kernel's NFS server, on a peer called "knfsd" with Debian's nfs-kernel-server: /srv of it is a disk, made of what
# the site has below $KNFSD_TREE when it starts, and outlives its restarts. There may be others.

KNFSD=10.77.0.2
KNFSD6=fd00:77::2
KNFSD_TREE=/srv/knfsd
KNFSD_MOUNTD=20048

# knfsd_start EXPORTS [SCRIPT]: /etc/exports is that text; SCRIPT is run with /srv mounted, before anything is exported. There
# is no grace period yet: nfsd begins one where nfsdcld does not talk to it within 2 s, which a busy machine may take.
knfsd_start() {
	knfsd_start_as knfsd "$KNFSD" "$KNFSD6" "$@"
}

# knfsd_start_as PEER ADDRESS ADDRESS6 EXPORTS [SCRIPT]: one more of them; its disk is $LAB_OUT/PEER.img where that is there.
knfsd_start_as() {
	[ -s "$LAB_OUT/$1.img" ] || root_image "$KNFSD_TREE" "$LAB_OUT/$1.img"
	for knfsd_program in grep nft rpcbind exportfs rpc.mountd rpc.nfsd nfsdcld; do
		peer_program "$knfsd_program"
	done
	for knfsd_file in netconfig protocols services nsswitch.conf passwd group; do
		peer_file "/etc/$knfsd_file" "/etc/$knfsd_file"
	done
	printf '%s\n' "$4" >"$LAB_DIR/peer/etc/exports"
	peer_modules ext4 crc32c_generic nfsd nft_reject_inet
	peer_disk "$LAB_OUT/$1.img"
	peer_nic net0
	peer_start "$1" "$limit" "ip link set eth0 up
ip address add $2/24 dev eth0
ip address add $3/64 dev eth0 nodad
mkdir -p /srv /run/rpcbind /run/rpc_pipefs /var/lib/nfs
mount -t ext4 /dev/vda /srv
mount -t nfsd nfsd /proc/fs/nfsd
mount -t rpc_pipefs rpc_pipefs /run/rpc_pipefs
mkdir -p /srv/.nfsdcld
: >/var/lib/nfs/etab
: >/var/lib/nfs/rmtab
${5-}
rpcbind -w
nfsdcld -s /srv/.nfsdcld -p /run/rpc_pipefs
exportfs -ra
rpc.mountd -p $KNFSD_MOUNTD
rpc.nfsd 4
echo Y >/proc/fs/nfsd/v4_end_grace"
}

# knfsd_root [SCRIPT]: with the small root, writable for everybody, as its one export.
knfsd_root() {
	mkdir -p "$KNFSD_TREE/root"
	root_small "$KNFSD_TREE/root"
	knfsd_start "/srv/root *(rw,no_root_squash,no_subtree_check)" ${1:+"$1"}
}

# knfsd COMMAND [SECONDS]: a line of shell there.
knfsd() {
	peer_do knfsd "$@" || fail "knfsd: $1"
}

# knfsd_export LINE...: what is exported from now on.
knfsd_export() {
	knfsd ": >/etc/exports"
	for knfsd_line; do
		knfsd "echo '$knfsd_line' >>/etc/exports"
	done
	knfsd "exportfs -ra"
}
