# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Root-path with an IQN the target does not know; recovers when the target is made"

run() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::iqn.2026-01.lab.example:typo"
	dhcp_start
	boot "root=dhcp"
	expect_console 'netroot: attach: .*iqn.2026-01.lab.example:typo.*not found.*0x0203' 40
	expect_console 'netroot: .*attempt 2 in' 5
	iscsi_target 2 iqn.2026-01.lab.example:typo
	iscsi_lun 2 1 "$LAB_OUT/root.img"
	expect_init 60
	expect_verdict 'root.fstype=ext4'
}
