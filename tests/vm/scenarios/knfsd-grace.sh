# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The kernel's NFS server has restarted and waits for a client that is gone: the root comes when its grace period is over, and that is what is waited for is said"
limit=240
soak=yes
. "$top/tests/vm/knfsd.sh"

run() {
	knfsd_root "echo 30 >/proc/fs/nfsd/nfsv4gracetime"
	knfsd_asker
	dhcp_start
	peer_ready knfsd 60
	peer_ready asker 60
	# one that has a file open and will not come back
	peer_do asker "mount -t nfs -o vers=4.2,addr=$KNFSD $KNFSD:/srv/root /mnt && { sleep 1000 </mnt/sbin/init & }" 20
	knfsd 'until cat /proc/fs/nfsd/clients/*/states | grep open; do sleep 1; done'
	peer_stop asker
	knfsd 'rpc.nfsd 0; rpc.nfsd 4; dmesg | grep "starting 30-second grace"'
	boot "root=nfs:$KNFSD:/srv/root rw verdict.write rd.debug"
	expect_init 100
	expect_verdict 'root.options=rw,.*vers=4.2,.*'
	expect_verdict 'write=ok'
	expect_console "netroot: attach: NFS server $KNFSD has restarted and opens no file yet .*: the root is mounted when that is over" 0
	expect_console "netroot: attach: waiting for NFS server $KNFSD to end its grace period \\([0-9]+ s so far\\)" 0
	# nothing else was tried meanwhile
	refuse_console 'netroot: (mount|handover): .*(no answer|attempt)'
	grep -a netroot: "$LAB_OUT/client.console"
}
