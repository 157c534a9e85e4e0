# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server: each version over IPv4 and IPv6, mounts below an export, a version 4 tree of its own (fsid=0), options passed through"
. "$top/tests/vm/knfsd.sh"

# without_40: a server of 4.1 and 4.2 alone is asked all the same.
without_40() {
	knfsd 'rpc.nfsd 0; rpc.nfsd -N 3 -N 4.0 4'
	for version in 4.1 4.2; do
		ask "without 4.0, version $version" "$KNFSD" /srv/root "vers=$version"
		mounted "$version" "v4_export=yes v4_init=yes"
	done
	ask "without 4.0" "$KNFSD" /srv/root ""
	has "v3=no" "v4=no/yes/yes v4_export=yes v4_init=yes" "tries=4.2,4.1
"
	# the clients that asked are gone, and no lease is waited for
	knfsd '! grep -h "^name:.*netroot" /proc/fs/nfsd/clients/*/info'
	ask "without 4.0, no such path" "$KNFSD" /srv/nowhere ""
	has "says=$KNFSD has no /srv/nowhere for this client: no such export, or not open to it (NFS4ERR_NOENT)"
	ask "without 4.0, no init" "$KNFSD" /srv ""
	has "says=$KNFSD:/srv has no /sbin/init (nor /etc/init, /bin/init, /bin/sh)"
	ask "without 4.0, another init" "$KNFSD" /srv/root "" /sbin/gone
	has "says=$KNFSD:/srv/root has no /sbin/gone: check init="
	knfsd 'rpc.nfsd 0; rpc.nfsd -V 3 -V 4.0 4'
}

run() {
	mkdir -p "$KNFSD_TREE/hide/sub" "$KNFSD_TREE/cross/sub"
	for dir in root tree tree/inner; do
		mkdir -p "$KNFSD_TREE/$dir"
		root_small "$KNFSD_TREE/$dir"
	done
	peer_program cp
	knfsd_start "/srv/root *(rw,no_root_squash,no_subtree_check)
/srv/cross *(rw,no_root_squash,no_subtree_check,crossmnt,fsid=1)
/srv/hide *(rw,no_root_squash,no_subtree_check,fsid=2)
/srv/hide/sub *(rw,no_root_squash,no_subtree_check,nohide,fsid=3)" \
		"for dir in /srv/cross/sub /srv/hide/sub; do mount -t tmpfs none \$dir; cp -a /srv/root/. \$dir; done"
	knfsd_asker
	peer_ready knfsd 60
	peer_ready asker 60
	for server in "$KNFSD" "[$KNFSD6]"; do
		for version in 3 4.0 4.1 4.2; do
			# exports are "secure" unless told otherwise: both of us come from ports below 1024
			ask "version $version" "$server" /srv/root "vers=$version"
			mounted "$version" "mounted=$server:/srv/root "
		done
	done
	has ",proto=tcp6,"
	ask "any version" "$KNFSD" /srv/root ""
	mounted 4.2 "tries=4.2,4.1,4.0,3"
	for path in /srv/cross/sub /srv/hide/sub; do
		ask "version 3 below an export" "$KNFSD" "$path" vers=3
		mounted 3
		ask "version 4 below an export" "$KNFSD" "$path" ""
		mounted 4.2
	done
	ask "options" "$KNFSD" /srv/root vers=4.2,nconnect=4,rsize=16384,wsize=8192,sec=sys,soft,timeo=70,noatime
	mounted 4.2 ",nconnect=4," ",rsize=16384,wsize=8192," ",soft," ",timeo=70," ",sec=sys," "rw,noatime,"
	ask "options of version 3" "$KNFSD" /srv/root "vers=3,lock,mountproto=udp,port=2049,mountport=$KNFSD_MOUNTD"
	# no statd: locks are this machine's own
	mounted 3 ",nolock," ",local_lock=all," ",mountproto=udp,"
	ask "UDP" "$KNFSD" /srv/root proto=udp
	has "says=the kernel rejects the mount of $KNFSD:/srv/root: most have no NFS over UDP any more (CONFIG_NFS_DISABLE_UDP_SUPPORT): leave udp out"
	ask "TLS" "$KNFSD" /srv/root vers=4.2,xprtsec=tls
	has "says=the kernel rejects xprtsec=tls for $KNFSD:/srv/root: it takes Linux 6.5"
	ask "Kerberos without a ticket" "$KNFSD" /srv/root vers=4.2,sec=krb5
	has "says=the kernel rejects sec=krb5 for $KNFSD:/srv/root: it takes rpc.gssd"
	ask "unknown" "$KNFSD" /srv/root hard,gone=1
	has "says=the kernel rejects the mount options of $KNFSD:/srv/root: it may not know gone either"
	without_40
	# version 4 has a tree of its own
	knfsd_export "/srv/tree *(rw,fsid=0,no_root_squash,no_subtree_check)" \
		"/srv/root *(rw,no_root_squash,no_subtree_check)"
	ask "only version 3 has the path" "$KNFSD" /srv/root ""
	mounted 3 "v4_export=not-found" "tries=3
"
	ask "only version 4 has the path" "$KNFSD" /inner ""
	mounted 4.2 "v3_export=unasked"
	ask "the root of version 4" "$KNFSD" / ""
	mounted 4.2
	ask "not of version 4" "$KNFSD" /srv/root vers=4
	has "says=$KNFSD has no /srv/root for this client: no such export, or not open to it (NFS4ERR_NOENT): check the path"
}
