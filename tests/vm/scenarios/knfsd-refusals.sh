# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server refuses, by either version: paths, addresses, ports, flavours, versions, files that may not be read, firewalls, daemons that are dead"
limit=400
soak=yes
. "$top/tests/vm/knfsd.sh"

# says WHAT PATH VERSIONS TEXT: asked for by each of them, or by any of them where the word is "soft", the sentence begins so.
says() {
	for says_version in $3; do
		ask "$1, $says_version" "$KNFSD" "$2" "$says_version" /sbin/init 1500
		has "says=$4"
	done
}

# firewall PORT VERDICT: what one there does with that port.
firewall() {
	knfsd "nft 'flush ruleset; table inet t { chain in { type filter hook input priority 0; tcp dport $1 $2; }; }'"
}

# knfsd_end NAME: of a daemon there.
knfsd_end() {
	# shellcheck disable=SC2016 # of the shell there
	knfsd 'for p in /proc/[0-9]*; do read -r comm <$p/comm; [ $comm != '"$1"' ] || kill ${p#/proc/}; done'
}

# ports: a NAT on the way has made something else of the ports below 1024 that we come from.
ports() {
	net_host nat net0 10.77.0.60/24
	host nat nft 'table ip t { chain out { type nat hook postrouting priority 100; meta l4proto tcp snat to 10.77.0.60:20000-30000; }; }'
	ports_ask vers=3
	has "says=$KNFSD refuses /srv/root, which its export list opens to everybody (MNT3ERR_ACCES): it wants requests from ports below 1024"
	ports_ask vers=4
	has "says=$KNFSD turns requests for /srv/root down (NFS4ERR_PERM): it wants them from ports below 1024"
}

ports_ask() { # OPTIONS
	asked="behind NAT, $1"
	answer=$(host nat "$top/build/sys/nfs_helper" "$KNFSD" /srv/root "$1" /sbin/init 3000)
	printf '%s\n' "--- $asked" "$answer"
}

versions() {
	knfsd 'rpc.nfsd 0; rpc.nfsd -N 4 4'
	says "no version 4" /srv/root vers=4 "$KNFSD does not offer NFS version 4.2, 4.1, 4.0: enable it there, or change vers="
	ask "no version 4, none asked for" "$KNFSD" /srv/root ""
	mounted 3
	knfsd 'rpc.nfsd 0; rpc.nfsd -V 4 -N 3 -N 4.2 4'
	says "no version 3" /srv/root vers=3 "$KNFSD does not offer NFS version 3: enable it there, or change vers="
	says "no version 4.2" /srv/root vers=4.2 "$KNFSD does not offer NFS version 4.2 (but 4.0): enable it there, or change vers="
	ask "neither 3 nor 4.2, none asked for" "$KNFSD" /srv/root ""
	mounted 4.1
	knfsd 'rpc.nfsd 0; rpc.nfsd -V 3 -V 4.2 4'
}

firewalls() {
	turned="reject with icmpx type admin-prohibited"
	firewall 2049 drop
	says "2049 dropped" /srv/root "vers=4 vers=3 soft" "$KNFSD does not answer on TCP port 2049: is it up, and does a firewall let this client through?"
	firewall 2049 "reject with tcp reset"
	says "2049 reset" /srv/root "vers=4 vers=3 soft" "nothing listens on $KNFSD port 2049 (connection refused): is the NFS server running?"
	firewall 2049 "$turned"
	says "2049 rejected" /srv/root "vers=4 vers=3 soft" "there is no way to $KNFSD (no route, nobody has that address, or a firewall turns us away): check"
	firewall 111 drop
	says "111 dropped" /srv/root vers=3 "$KNFSD does not answer on TCP port 111 (portmapper), which NFS version 3 needs"
	firewall 111 "reject with tcp reset"
	says "111 reset" /srv/root vers=3 "$KNFSD refuses connections on TCP port 111 (portmapper), which NFS version 3 needs"
	firewall 111 "$turned"
	says "111 rejected" /srv/root vers=3 "a firewall turns us away from $KNFSD TCP port 111 (portmapper), which NFS version 3 needs"
	firewall "$KNFSD_MOUNTD" drop
	says "mountd dropped" /srv/root vers=3 "$KNFSD does not answer on port $KNFSD_MOUNTD (mountd) when asked for /srv/root"
	firewall "$KNFSD_MOUNTD" "$turned"
	says "mountd rejected" /srv/root vers=3 "a firewall turns us away from $KNFSD port $KNFSD_MOUNTD (mountd), which NFS version 3 needs"
	# version 4 needs neither
	ask "version 4 past mountd" "$KNFSD" /srv/root ""
	mounted 4.2
	knfsd 'nft flush ruleset'
}

run() {
	for dir in root krb closed squash gone; do
		mkdir -p "$KNFSD_TREE/$dir"
		root_small "$KNFSD_TREE/$dir"
	done
	mkdir "$KNFSD_TREE/empty"
	chmod 700 "$KNFSD_TREE/squash/sbin"
	knfsd_start "/srv/root *(rw,no_root_squash,no_subtree_check)
/srv/krb *(rw,no_root_squash,no_subtree_check,sec=krb5)
/srv/closed 10.77.0.99(rw,no_root_squash,no_subtree_check)
/srv/squash *(rw,no_subtree_check)
/srv/empty *(rw,no_root_squash,no_subtree_check)
/srv/gone *(rw,no_root_squash,no_subtree_check)"
	knfsd_asker
	peer_ready knfsd 60
	peer_ready asker 60
	knfsd 'mv /srv/gone /srv/away'
	unlisted="this client is not in the export list, or there is no such export (MNT3ERR_ACCES): check the list there (exported there: /srv/"
	says "unknown" /srv/nowhere "vers=3 soft" "$KNFSD refuses /srv/nowhere: $unlisted"
	says "unknown" /srv/nowhere vers=4 "$KNFSD has no /srv/nowhere for this client: no such export, or not open to it (NFS4ERR_NOENT)"
	says "closed" /srv/closed "vers=3 soft" "$KNFSD refuses /srv/closed: this client is not in the export list (open to 10.77.0.99) (MNT3ERR_ACCES): add it there"
	says "closed" /srv/closed vers=4 "$KNFSD has no /srv/closed for this client: no such export, or not open to it (NFS4ERR_NOENT)"
	says "not there" /srv/gone "vers=3 soft" "$KNFSD has no directory /srv/gone (MNT3ERR_NOENT): check the path, and that it is there"
	says "Kerberos" /srv/krb "vers=3 vers=4 soft" "$KNFSD refuses /srv/krb: the export wants Kerberos: allow sec=sys there"
	says "squashed" /srv/squash "vers=3 vers=4 soft" "$KNFSD:/srv/squash does not let this client execute /sbin/init: check the modes, and root_squash"
	says "empty" /srv/empty "vers=3 vers=4 soft" "$KNFSD:/srv/empty has no /sbin/init (nor /etc/init, /bin/init, /bin/sh): is it the root of a system?"
	ports
	versions
	firewalls
	says "a file" /srv/root/sbin/init "vers=3 vers=4 soft" "$KNFSD:/srv/root/sbin/init is not a directory ("
	knfsd_end rpc.mountd
	knfsd 'exportfs -f'
	says "mountd dead" /srv/root vers=3 "$KNFSD has no mountd for NFS version 3 (the portmapper knows none)"
	says "mountd dead" /srv/root "vers=4 soft" "$KNFSD takes connections on port 2049 but answers no NFS call: is its NFS service stuck, or rpc.mountd dead"
}
