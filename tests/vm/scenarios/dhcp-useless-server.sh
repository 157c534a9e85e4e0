# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two DHCP servers, the faster one knows no root-path: the other's offer is taken"

run() {
	nfs_root
	net_host useless net0 10.77.0.2/24
	dhcp_host_start useless dhcp-range=10.77.0.200,10.77.0.250,255.255.255.0,10m
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	# slower than the other
	dhcp_line "dhcp-reply-delay=0"
	dhcp_start
	boot "root=dhcp"
	expect_init 40
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
	file_has "$LAB_OUT/dnsmasq-useless.log" DHCPOFFER || fail "the useless server offered nothing"
}
