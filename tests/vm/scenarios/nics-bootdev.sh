# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two NICs configured by ip=, bootdev= says whose root counts"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_line "dhcp-option=tag:!second,17,\"$LAB_SERVER:/srv/wrong\""
	dhcp_segment net1 10.78.0 second
	dhcp_line "dhcp-option=tag:second,17,\"10.78.0.1:$ROOT_DIR\""
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "root=dhcp ip=eth0:dhcp ip=eth1:dhcp bootdev=eth1"
	expect_init 40
	expect_console 'booting over eth1 with 10\.78\.0\.[0-9]*/24.*: bootdev= names it'
	expect_verdict 'root.device=10\.78\.0\.1:.*'
	# the other one's may come while the boot goes on
	expect_network 'address.eth1=10\.78\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.78\.0\.1' \
		'?address.eth0=10\.77\.0\.1[0-9][0-9]/24'
}
