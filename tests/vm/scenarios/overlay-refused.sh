# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A writable layer on NFS is refused with its reason, and is in memory: the root that others share is not written to"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw netroot.overlay=nfs:$LAB_SERVER:/srv/layers/%s verdict.write"
	expect_init 40
	expect_console 'netroot: plan: netroot.overlay="nfs:.*": the kernel takes no layer on NFS .*, the layer is in memory instead' 0
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'write=ok'
	[ ! -e "$ROOT_DIR/netroot-verdict" ] || fail "written to the server"
}
