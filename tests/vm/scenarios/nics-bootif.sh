# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Three NICs that all get leases with a root: BOOTIF chooses, the others stay untouched"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp BOOTIF=01-52-54-00-77-00-02"
	expect_init 40
	expect_verdict 'address.eth1=10\.77\.0\..*/24'
	refuse_verdict 'address.eth[02]=.*'
	expect_console 'booting over eth1 with 10\.77\.0\.[0-9]*/24.*: BOOTIF names it'
	expect_console 'eth0 .*is left alone: BOOTIF names another NIC'
}
