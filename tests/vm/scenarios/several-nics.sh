# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Three NICs: one without carrier, one without a DHCP server, one that boots"

run() {
	net_segment net1
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp" -S
	client_monitor client "set_link nic1 off"
	client_monitor client cont
	expect_init 40
	expect_verdict 'link.eth0=52:54:00:77:00:01 .* down'
	expect_verdict 'link.eth1=52:54:00:77:00:02 .* up'
	expect_network 'address.eth2=10\.77\.0\.1[0-9][0-9]/24' 'route.eth2=0\.0\.0\.0/0 via 10\.77\.0\.1'
	# The other two must not have been waited for.
	expect_phase link 4
	expect_phase address 4
}
