# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two NICs in ip=, the cable of the first is out: the root comes by the second"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp ip=eth0:dhcp ip=eth1:dhcp" -S
	client_monitor client "set_link nic1 off"
	client_monitor client cont
	expect_init 40
	expect_console 'booting over eth1 .*: its lease names the root'
	expect_verdict 'link.eth0=52:54:00:77:00:01 .* down'
	expect_network 'address.eth1=10\.77\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_phase address 4
}
