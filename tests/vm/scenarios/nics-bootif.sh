# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Three NICs that all get leases with a root, and IPv6: BOOTIF chooses, the others stay untouched"

run() {
	net_ip6
	nfs_root
	dhcp_option 17 "[fd00:77::1]:$ROOT_DIR"
	dhcp_line "enable-ra"
	dhcp_line "dhcp-range=fd00:77::,ra-only,64,10m"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp BOOTIF=01-52-54-00-77-00-02"
	expect_init 40
	expect_console 'booting over eth1 with 10\.77\.0\.[0-9]*/24.*: BOOTIF names it'
	expect_console 'eth0 .*is left alone: BOOTIF names another NIC'
	expect_network 'address.eth1=10\.77\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1' \
		'address6.eth1=fd00:77::5054:ff:fe77:2/64' 'route6.eth1=::/0 via fe80::.*'
	expect_verdict 'link.eth0=.* down'
	expect_verdict 'link.eth2=.* down'
}
