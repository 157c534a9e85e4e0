# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="UEFI's own PXE fetches one unified kernel image, then an NFS root by root-path"
limit=180

run() {
	nfs_root
	pxe_uefi "root=dhcp ro"
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot_pxe uefi
	expect_init 150
	expect_verdict 'root.fstype=nfs4'
	expect_verdict 'root.options=ro,.*'
}
