# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="VLANs by all four forms of their name, the root over one of them"

run() {
	net_segment net5 10.79.0.1/24
	nfs_root
	dhcp_segment net5 10.79.0
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	net_vlan "$client_tap" 5 net5
	boot "vlan=vlan0005:eth0 vlan=vlan6:eth0 vlan=eth0.0007:eth0 vlan=eth0.8:eth0 ip=vlan0005:dhcp \
root=nfs:10.79.0.1:$ROOT_DIR verdict.read=/proc/net/vlan/config"
	expect_init 40
	expect_network 'address.vlan0005=10\.79\.0\.1[0-9][0-9]/24' 'route.vlan0005=0\.0\.0\.0/0 via 10\.79\.0\.1'
	expect_verdict 'vlan0005 *\| 5 *\| eth0'
	expect_verdict 'vlan6 *\| 6 *\| eth0'
	expect_verdict 'eth0.0007 *\| 7 *\| eth0'
	expect_verdict 'eth0.8 *\| 8 *\| eth0'
}
