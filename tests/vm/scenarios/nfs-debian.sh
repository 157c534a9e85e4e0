# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd on an NFS root reaches multi-user with nothing failed, and is unmounted"
limit=300
needs=debian

run() {
	nfs_root debian
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rw verdict.debian"
	expect_init 240
	expect_verdict 'multi-user=active'
	expect_verdict 'root.fstype=nfs4'
	refuse_verdict 'failed=.*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted'
}
