# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An 802.3ad bond of two ports with a real partner, a VLAN on it, the root over that"
. "$top/tests/vm/lacp.sh"

run() {
	net_segment net5 10.79.0.1/24
	nfs_root
	dhcp_segment net5 10.79.0
	dhcp_start
	lacp_switch net5 5
	boot "bond=bond0:eth0,eth1:mode=802.3ad,lacp_rate=fast,miimon=100 vlan=bond0.5:bond0 ip=bond0.5:dhcp \
root=nfs:10.79.0.1:$ROOT_DIR verdict.wait=/sys/class/net/bond0/bonding/ad_num_ports:2"
	expect_init 60
	expect_network 'address.bond0\.5=10\.79\.0\.1[0-9][0-9]/24' 'route.bond0\.5=0\.0\.0\.0/0 via 10\.79\.0\.1'
	expect_verdict 'Bonding Mode: IEEE 802.3ad Dynamic link aggregation'
	expect_verdict 'LACP rate: fast'
	expect_verdict 'bond0\.slaves=eth0 eth1'
	expect_verdict 'bond0\.ad_num_ports=2'
	expect_verdict 'bond0\.ad_partner_mac=52:54:00:78:00:01'
}
