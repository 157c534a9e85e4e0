# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NFSv4.2 root by dracut's root=nfs4:"

run() {
	nfs_root
	dhcp_start
	boot "root=nfs4:$LAB_SERVER:$ROOT_DIR:vers=4.2 rw verdict.write"
	expect_init 40
	expect_verdict 'root.fstype=nfs4'
	expect_verdict 'root.options=rw,.*vers=4.2,.*'
	expect_verdict 'write=ok'
}
