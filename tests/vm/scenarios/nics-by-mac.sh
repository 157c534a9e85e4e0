# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip= names the second of three NICs by its MAC"

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ip=52-54-00-77-00-02:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.eth1=10\.77\.0\..*/24'
	refuse_verdict 'address.eth[02]=.*'
}
