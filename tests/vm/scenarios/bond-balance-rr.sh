# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A bond of two NICs in balance-rr, without ip=: DHCP is asked on the bond alone"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "bond=bond0:eth0,eth1:mode=balance-rr root=dhcp"
	expect_init 40
	expect_verdict 'address.bond0=10\.77\.0\..*/24'
	refuse_verdict 'address.eth[01]=.*'
	expect_verdict 'Bonding Mode: load balancing \(round-robin\)'
	expect_verdict 'Slave Interface: eth0'
	expect_verdict 'Slave Interface: eth1'
}
