# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two DHCP servers, the faster one knows no root-path: the other's offer is taken"

run() {
	nfs_root
	net_host useless net0 10.77.0.2/24
	dhcp_host_start useless dhcp-range=10.77.0.200,10.77.0.250,255.255.255.0,10m
	# offers an address once nobody has answered a ping of it: a quarter of a second behind the other
	isc_start "default-lease-time 600; ping-check true; ping-timeout-ms 250;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.100 10.77.0.199;" \
		"option root-path \"$LAB_SERVER:$ROOT_DIR\"; }"
	boot "root=dhcp"
	expect_init 40
	expect_console '2 offers, 10\.77\.0\.2 has no root-path, taking 10\.77\.0\.1'
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
}
