# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Seventeen NICs, one more than are used: bootdev= names the one that came last"
soak=yes
limit=180

run() {
	net_segment net1
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	seventeen=0
	while [ "$seventeen" -lt 16 ]; do
		client_nic net1 virtio-net-pci romfile=
		seventeen=$((seventeen + 1))
	done
	client_nic net0 virtio-net-pci romfile=
	boot "root=dhcp bootdev=52:54:00:77:00:11"
	expect_init 120
	expect_console 'booting over eth[0-9]* .*: bootdev= names it'
	expect_verdict 'link.eth[0-9]*=52:54:00:77:00:11 .* up.*'
	expect_verdict 'address.eth[0-9]*=10\.77\.0\..*/24'
}
