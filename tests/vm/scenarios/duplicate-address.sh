# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The address that DHCP gives is in use: it goes back, another one comes, the boot goes on"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_line "dhcp-host=52:54:00:77:00:01,10.77.0.66"
	dhcp_start
	net_host squatter net0 10.77.0.66/24
	boot "root=dhcp"
	expect_init 60
	expect_console 'eth0: 10\.77\.0\.66 is in use by [0-9a-f:]*, giving it back'
	# what was given back is gone, with its routes
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	file_has "$LAB_OUT/dnsmasq.log" 'DHCPDECLINE.*10\.77\.0\.66' || fail "no DECLINE in dnsmasq's log"
}
