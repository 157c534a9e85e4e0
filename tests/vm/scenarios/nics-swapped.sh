# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ifname= gives two NICs each other's names"

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ifname=eth0:52:54:00:77:00:02 ifname=eth1:52:54:00:77:00:01 ip=eth0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_verdict 'link.eth0=52:54:00:77:00:02 .*'
	expect_verdict 'link.eth1=52:54:00:77:00:01 .*'
	expect_verdict 'address.eth0=10\.77\.0\..*/24'
	refuse_verdict 'address.eth1=.*'
}
