# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Malformed root-path; recovers when the DHCP server gives a right one"

run() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER:6:3260:$LAB_IQN"
	dhcp_start
	boot "root=dhcp"
	expect_console 'netroot: .*root-path.*iscsi:10.77.0.1:6:3260' 40
	dhcp_option_drop 17
	dhcp_option 17 "iscsi:$LAB_SERVER:6:3260:1:$LAB_IQN"
	dhcp_restart
	expect_init 90
	expect_verdict 'root.fstype=ext4'
}
