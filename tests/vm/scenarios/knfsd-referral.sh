# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The export has moved to another server, to which the kernel's NFS server refers: the root is mounted from there"
limit=120
soak=yes

run() {
	nfs_root
	mkdir -p "$KNFSD_TREE/moved"
	knfsd_start "/srv/moved *(ro,no_subtree_check,refer=$ROOT_DIR@$LAB_SERVER)" "mount --bind /srv/moved /srv/moved"
	dhcp_start
	peer_ready knfsd 60
	boot "root=nfs4:$KNFSD:/srv/moved rw verdict.stream=3"
	expect_init 90
	grep -aE 'netroot: (attach|mount|handover)' "$LAB_OUT/client.console"
	grep -aE '^(mount\./|root)' "$LAB_OUT/client.verdict"
	expect_verdict 'stream\.result=ok'
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
}
