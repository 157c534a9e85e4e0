# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server does not let this client in; recovers when the export list is mended"

run() {
	root_tree
	nfs_export 1 "$ROOT_DIR" 10.77.0.250
	nfs_start
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp"
	expect_console "netroot: .*$LAB_SERVER refuses .*$ROOT_DIR" 40
	expect_console 'netroot: .*attempt 2 in' 5
	nfs_export 1 "$ROOT_DIR"
	nfs_restart
	expect_init 90
}
