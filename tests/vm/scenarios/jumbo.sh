# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="MTU 9000 by DHCP option 26, frames of that size go through"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_line "dhcp-option=26,9000"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	ip link set "$client_tap" mtu 9000
	ip link set net0 mtu 9000
	boot "root=dhcp rw verdict.write"
	expect_init 40
	expect_verdict 'link.eth0=.* mtu 9000 .*'
	expect_verdict 'write=ok'
}
