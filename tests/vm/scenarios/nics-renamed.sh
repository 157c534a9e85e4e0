# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ifname= gives a NIC its name, ip= configures it under that name"

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ifname=boot0:52:54:00:77:00:02 ip=boot0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.boot0=10\.77\.0\..*/24'
	expect_verdict 'link.boot0=52:54:00:77:00:02 .*'
	refuse_verdict 'address.eth[01]=.*'
}
