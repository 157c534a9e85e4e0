# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="One NIC behind 30 s of spanning tree, one that answers: nobody waits for the first"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_segment net1 10.78.0
	dhcp_start
	ip link set net1 type bridge stp_state 1 forward_delay 1500
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp"
	expect_console 'booting over eth1 ' 40
	ip -d link show dev tap1 | grep -qE 'bridge_slave state (listening|learning)' || fail "no spanning tree on net1"
	expect_init 60
	expect_phase link 4
	expect_phase address 4
	expect_network 'address.eth1=10\.77\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'link.eth0=.* up'
}
