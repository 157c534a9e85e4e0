# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="BOOTIF's NIC gets its address later than another one: it is the boot NIC all the same, with the default route"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_segment net1 10.78.0 second
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	# its first packets are lost
	ip link set "$client_tap" nomaster
	boot "BOOTIF=01-52-54-00-77-00-02 ip=eth0:dhcp ip=eth1:dhcp root=nfs:10.78.0.1:$ROOT_DIR"
	expect_console 'eth0: 10\.77\.0\.[0-9]*/24 from DHCP server' 30
	ip link set "$client_tap" master net1
	expect_init 60
	expect_console 'booting over eth1 .*: BOOTIF names it'
	expect_network 'address.eth1=10\.78\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.78\.0\.1' \
		'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
}
