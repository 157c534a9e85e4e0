# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A DHCP server that only says PXEClient: the root-path comes from the boot server on its port 4011"

run() {
	nfs_root
	dhcp_line "dhcp-option-force=60,PXEClient"
	dhcp_start
	dhcp_boot_server "dhcp-option=17,\"$LAB_SERVER:$ROOT_DIR\""
	boot "root=dhcp"
	expect_init 40
	expect_console 'DHCP server 10\.77\.0\.1 with proxy 10\.77\.0\.1, root-path '
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
}
