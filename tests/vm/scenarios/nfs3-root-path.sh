# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NFSv3 root named by DHCP root-path"

run() {
	nfs_versions=3
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw verdict.write"
	expect_init 40
	expect_verdict 'root.fstype=nfs'
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
	expect_verdict 'root.options=rw,.*vers=3,.*'
	expect_verdict 'write=ok'
}
