# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Options 33 beside 3, 249 instead of 3, 119 compressed, the host name of the lease"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_segment net1 10.78.0 second
	# a host and a network of its class
	dhcp_line "dhcp-option=tag:!second,33,10.98.0.7,10.77.0.7,192.168.9.0,10.77.0.8"
	dhcp_line "dhcp-option=tag:!second,option:domain-search,lab.example,two.lab.example"
	dhcp_line "dhcp-option-force=tag:!second,12,leased7"
	# 10.99.0.0/16 by 10.78.0.9, and nothing of the router in option 3
	dhcp_line "dhcp-option=tag:second,249,10.99.0.0/16,10.78.0.9"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	# the second NIC has its lease before the boot goes on
	ip link set tap1 nomaster
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR verdict.files=/run/netroot"
	expect_console 'eth1: 10\.78\.0\.[0-9]*/24 from DHCP server' 30
	ip link set tap1 master net0
	expect_init 40
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1' \
		'route.eth0=10\.98\.0\.7/32 via 10\.77\.0\.7' 'route.eth0=192\.168\.9\.0/24 via 10\.77\.0\.8' \
		'address.eth1=10\.78\.0\.1[0-9][0-9]/24' 'route.eth1=10\.99\.0\.0/16 via 10\.78\.0\.9'
	expect_verdict 'search lab\.example two\.lab\.example'
	expect_verdict 'hostname=leased7'
}
