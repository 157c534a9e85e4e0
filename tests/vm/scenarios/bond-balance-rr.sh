# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A bond of two NICs in balance-rr, without ip=: DHCP is asked on the bond alone, frames go out by both ports"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "bond=bond0:eth0,eth1:mode=balance-rr root=dhcp"
	expect_init 40
	expect_network 'address.bond0=10\.77\.0\.1[0-9][0-9]/24' 'route.bond0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'Bonding Mode: load balancing \(round-robin\)'
	expect_verdict 'port.eth0=bond0'
	expect_verdict 'port.eth1=bond0'
	for tap in tap1 tap2; do
		frames=$(ip -s link show dev "$tap" | awk '$1 == "RX:" { getline; print $2 }')
		[ "$frames" -ge 20 ] || fail "only $frames frames by $tap"
	done
}
