# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two roots, the first a server that is not there, the second by DHCP: asked side by side, and again until the second is mended"
limit=150

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:/srv/mistaken"
	dhcp_start
	boot "ip=dhcp netroot=nfs:10.77.0.99:/nowhere netroot=dhcp"
	expect_console 'attach: .*/srv/mistaken.*; 1 other left' 60
	# its address is asked for in vain for some seconds
	expect_console 'attach: there is no way to 10\.77\.0\.99.*; attempt 2 in' 20
	dhcp_option_drop 17
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_restart
	expect_init 120
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
}
