# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="BIOS, iPXE, TFTP, then an iSCSI root by root-path; nothing of its own but the firmware"

run() {
	iscsi_root
	pxe_bios "root=dhcp rw"
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot_pxe bios
	expect_init 80
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'cmdline=.* BOOTIF=01-52-54-00-77-00-01 .*'
}
