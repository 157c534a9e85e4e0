# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="One NIC behind 30 s of spanning tree, one that answers: nobody waits for the first"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_line "interface=net1"
	dhcp_line "dhcp-range=10.78.0.100,10.78.0.199,255.255.255.0,10m"
	dhcp_start
	ip link set net1 type bridge stp_state 1 forward_delay 1500
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp"
	expect_init 60
	expect_phase address 4
	expect_verdict 'address.eth1=10\.77\.0\..*/24'
	refuse_verdict 'address.eth0=.*'
}
