# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of an NFS server that moves have in common: a root by the server's name that writes a checked stream,
# and a server that is at another address some time later; or a root by address, whose export another server has then.

# moved_site ADDRESS [VARIANT]: the export is there, the name means that address.
moved_site() {
	nfs_root ${2:+"$2"}
	sysctl -q net.ipv4.conf.net0.promote_secondaries=1 # the address that goes does not take those behind it along
	moved_name "$1"
	dhcp_names "addn-hosts=$LAB_DIR/hosts" "local=/lab.example/"
	dhcp_line "dhcp-option=6,10.77.0.3"
	dhcp_line "dhcp-option=option:domain-search,lab.example"
	ip address add 10.77.0.3/24 dev net0
	dhcp_start
}

moved_name() { # ADDRESS
	echo "$1 nas.lab.example" >"$LAB_DIR/hosts"
	! service_runs dnsmasq || kill -HUP "$(cat "$LAB_DIR/dnsmasq.pid")"
}

# moved_other: from its next start on the server has another file system by the root's path; moved_own: its own again.
moved_other() {
	mkdir -p /srv/other
	mount -t tmpfs other /srv/other
	mv "$LAB_DIR/exports/1" "$LAB_DIR/root-export"
	sed "s|	Path = .*|Path = /srv/other;|; s|Export_Id = 1|Export_Id = 9|" "$LAB_DIR/root-export" >"$LAB_DIR/exports/1"
}

moved_own() {
	mv "$LAB_DIR/root-export" "$LAB_DIR/exports/1"
}

# moved_boot OPTIONS SECONDS: a root that writes for so long.
moved_boot() {
	boot "root=nfs:${moved_host-nas}:$ROOT_DIR:$1 rw verdict.stream=$2"
	expect_stream 60
}

# moved_unharmed SECONDS: the stream ends within them and all is read back as it was written.
moved_unharmed() {
	expect_init "$1"
	expect_verdict 'stream\.result=ok'
	expect_verdict 'stream\.records=[1-9][0-9]*'
	refuse_console 'was refused, which is a bug'
	grep -aE '^stream\.' "$LAB_OUT/client.verdict"
}

# moved_export VERSION: the export of the kernel's NFS server goes to another one, the first saying so, then the first ends.
moved_export() {
	moved_to=10.77.0.3
	mkdir -p "$KNFSD_TREE/root"
	root_small "$KNFSD_TREE/root"
	knfsd_start "/srv *(rw,no_root_squash,no_subtree_check,fsid=7)"
	dhcp_start
	peer_ready knfsd 60
	boot "root=nfs:$KNFSD:/srv/root:vers=$1 rw verdict.stream=40"
	expect_stream 60
	knfsd 'nft "table inet t { chain in { type filter hook input priority 0; tcp dport 2049 drop; }; }"'
	knfsd sync
	cp "$LAB_OUT/knfsd.img" "$LAB_OUT/second.img"
	knfsd_start_as second "$moved_to" fd00:77::3 "/srv *(rw,no_root_squash,no_subtree_check,fsid=7)"
	peer_ready second 60
	knfsd_export "/srv *(rw,no_root_squash,no_subtree_check,fsid=7,refer=/srv@$moved_to)"
	knfsd 'nft flush ruleset'
	expect_console "guard: NFS server $(echo "$KNFSD" | sed 's/\./\\./g') says that its export has moved" 60
	peer_do second 'until grep -q . /proc/fs/nfsd/clients/*/info 2>/dev/null; do sleep 1; done' 30 # who comes there
	peer_do second 'rpc.nfsd 0'
	peer_stop knfsd
	peer_do second 'rpc.nfsd 4'
	moved_unharmed 120
	refuse_console 'I/O error|[Ss]tale|state recovery failed|lost lock|segfault'
}
