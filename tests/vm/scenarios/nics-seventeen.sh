# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Seventeen NICs, one more than are used: bootdev= names the one that came last, another is let go for it and that is said"
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
	expect_console 'netroot: link: eth[0-9]* is let go, words name eth[0-9]* and 16 NICs are all' 0
	expect_console 'booting over eth[0-9]* .*: bootdev= names it'
	expect_verdict 'link.eth[0-9]*=52:54:00:77:00:11 .* up.*'
	expect_network 'address.eth[0-9]*=10\.77\.0\.1[0-9][0-9]/24' 'route.eth[0-9]*=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
