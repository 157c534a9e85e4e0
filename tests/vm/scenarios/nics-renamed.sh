# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ifname= gives a NIC its name, ip= configures it under that name; hostname= goes before the name in the lease"

run() {
	nfs_root
	dhcp_line "dhcp-option-force=12,leased7"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ifname=boot0:52:54:00:77:00:02 ip=boot0:dhcp hostname=word7 root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_network 'address.boot0=10\.77\.0\.1[0-9][0-9]/24' 'route.boot0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'link.boot0=52:54:00:77:00:02 .*'
	expect_verdict 'hostname=word7'
	expect_verdict 'link.eth0=52:54:00:77:00:01 .* down'
}
