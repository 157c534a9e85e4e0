# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An 802.3ad bond of one port, a VLAN on it, the root over that"

run() {
	net_segment net5 10.79.0.1/24
	nfs_root
	dhcp_line "interface=net5"
	dhcp_line "dhcp-range=10.79.0.100,10.79.0.199,255.255.255.0,10m"
	dhcp_start
	# 802.3ad takes no port whose speed is not known
	client_nic net0 virtio-net-pci romfile=,speed=1000,duplex=full
	net_vlan "$client_tap" 5 net5
	boot "bond=bond0:eth0:mode=802.3ad,lacp_rate=fast vlan=bond0.5:bond0 ip=bond0.5:dhcp root=nfs:10.79.0.1:$ROOT_DIR"
	expect_init 60
	expect_verdict 'address.bond0.5=10\.79\.0\..*/24'
	refuse_verdict 'address.(eth0|bond0)=.*'
	expect_verdict 'Bonding Mode: IEEE 802.3ad Dynamic link aggregation'
	expect_verdict 'LACP rate: fast'
}
