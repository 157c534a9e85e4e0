# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two NICs get addresses, only the second has a way to the server: it is the boot NIC"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_segment net1 10.78.0 second
	# no way out of the second network
	dhcp_line "dhcp-option=tag:second,3"
	dhcp_start
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	# its first packets are lost
	ip link set "$client_tap" nomaster
	boot "root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_console 'eth0: 10\.78\.0\.[0-9]*/24 from DHCP server' 30
	ip link set "$client_tap" master net0
	expect_init 40
	expect_console 'booting over eth1 with 10\.77\.0\.[0-9]*/24.*: the server is on its network'
	expect_network 'address.eth0=10\.78\.0\.1[0-9][0-9]/24' 'address.eth1=10\.77\.0\.1[0-9][0-9]/24' \
		'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
