# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server restarts before the attach, in the pivot and under writes, by version 3 and 4.2: the root waits and comes back, nothing is lost or ended"
limit=400
soak=yes

outage() { # SECONDS
	knfsd 'rpc.nfsd 0'
	sleep "$1"
	knfsd 'rpc.nfsd 4'
}

restarts() { # VERSION
	knfsd 'rpc.nfsd 0'
	boot "root=nfs:$KNFSD:/srv/root:vers=$1 rw verdict.stream=15"
	expect_console "netroot: attach: nothing listens on $KNFSD port 2049 \\(connection refused\\): is the NFS server running\\?; attempt 2 in" 60
	knfsd 'rpc.nfsd 4'
	expect_console 'netroot: handover: starting' 60
	outage 4
	expect_stream 60
	outage 6
	expect_init 90
	expect_verdict "root.options=rw,.*vers=$1,.*"
	expect_verdict 'stream\.result=ok'
	expect_verdict 'stream\.stall=[0-9.]*'
	refuse_console 'I/O error|[Ss]tale|lost lock|segfault'
	grep -a '^stream\.' "$LAB_OUT/client.verdict"
}

run() {
	knfsd_root
	dhcp_start
	peer_ready knfsd 60
	restarts 3
	restarts 4.2
}
