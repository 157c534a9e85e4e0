# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A NIC whose server has no root-path, and one whose server has: no wait for the first"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_segment net1 10.78.0 second
	dhcp_line "dhcp-option=tag:second,17,\"10.78.0.1:$ROOT_DIR\""
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "root=dhcp"
	expect_init 40
	expect_console 'booting over eth1 .*: its lease names the root'
	# whether the lease without a root comes before the boot is over is no matter; it is no way out
	expect_network 'address.eth1=10\.78\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.78\.0\.1' \
		'?address.eth0=10\.77\.0\.1[0-9][0-9]/24'
	expect_phase address 4
}
