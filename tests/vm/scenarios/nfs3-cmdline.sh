# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NFSv3 root by the kernel's words root=/dev/nfs nfsroot="

run() {
	nfs_root
	dhcp_start
	boot "root=/dev/nfs nfsroot=$LAB_SERVER:$ROOT_DIR,vers=3 ip=dhcp"
	expect_init 40
	expect_verdict 'root.fstype=nfs'
	expect_verdict 'root.options=ro,.*vers=3,.*'
}
