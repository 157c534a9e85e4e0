# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NFSv4.2 root named by DHCP root-path; the highest version is taken without being asked for"

run() {
	nfs_root linked
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw verdict.write"
	expect_init 40
	expect_verdict 'root.fstype=nfs4'
	expect_verdict 'root.options=rw,.*vers=4.2,.*'
	expect_verdict 'write=ok'
}
