# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An 802.3ad bond loses one of its two ports while the client boots; the partner finds out by itself"
. "$top/tests/vm/lacp.sh"

run() {
	nfs_root
	lacp_switch net0
	boot "bond=bond0:eth0,eth1:mode=802.3ad,lacp_rate=fast,miimon=100 ip=bond0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	# no server yet: the client is in the middle of its boot
	expect_console 'netroot: address: bond0: no answer from a DHCP server' 30
	lacp_aggregated
	client_monitor client "set_link nic1 off"
	dhcp_start
	expect_init 60
	expect_network 'address.bond0=10\.77\.0\.1[0-9][0-9]/24' 'route.bond0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'link.eth0=.* down'
	expect_verdict 'bond0\.slaves=eth0 eth1'
	expect_verdict 'bond0\.ad_num_ports=1'
	expect_verdict 'bond0\.ad_partner_mac=52:54:00:78:00:01'
}
