# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An initrd made with --small: modules without signature load, iSCSI root with ext4"

run() {
	INITRD=$LAB_DIR/initrd
	boot_pack --small --output "$INITRD"
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp"
	expect_init 60
	expect_verdict 'root.fstype=ext4'
}
