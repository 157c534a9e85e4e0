# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server does not let this client in; recovers when the export list is mended"

run() {
	NFS_ROOT=$LAB_OUT/root
	root_small "$NFS_ROOT"
	nfs_export 1 "$NFS_ROOT" 10.77.0.250
	nfs_start
	dhcp_option 17 "$LAB_SERVER:$NFS_ROOT"
	dhcp_start
	boot "root=dhcp"
	expect_console "netroot: .*$LAB_SERVER refuses .*$NFS_ROOT" 40
	expect_console 'netroot: .*attempt 2 in' 5
	nfs_export 1 "$NFS_ROOT"
	nfs_restart
	expect_init 90
}
