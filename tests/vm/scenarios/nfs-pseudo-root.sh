# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The server speaks version 4, but the export is there for version 3 only: mounted by 3, and 4 is not tried"

run() {
	root_tree
	nfs_versions=3
	nfs_export 1 "$ROOT_DIR"
	nfs_versions=3,4
	# something for version 4 to have
	nfs_export 2 "$LAB_DIR"
	nfs_start
	dhcp_start
	boot "root=nfs://$LAB_SERVER:2049$ROOT_DIR rd.debug"
	expect_init 60
	expect_verdict 'root.fstype=nfs'
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
	expect_verdict 'root.options=ro,.*vers=3,.*'
	expect_console "mount: $LAB_SERVER:$ROOT_DIR by NFS 3"
}
