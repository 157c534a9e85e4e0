# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The DHCP server starts 15 s late"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	boot "root=dhcp"
	expect_console 'netroot: address: eth0: no answer from a DHCP server' 30
	sleep 15 # how late the server is, not a wait for anything
	dhcp_start
	expect_init 60
}
