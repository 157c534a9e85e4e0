# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The only NIC is behind 30 s of spanning tree: the boot goes on when it is over, the link is not bounced"
limit=200
soak=yes

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	ip link set net0 type bridge stp_state 1 forward_delay 1500
	boot "root=dhcp rd.debug"
	expect_init 150
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_console 'no answer from a DHCP server yet \(([89]|1[0-9]) s so far\)'
	refuse_console 'eth0: carrier down'
}
