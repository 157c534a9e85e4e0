# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A bridge over the boot NIC, as hosts of virtual machines want it: the NIC is its port, the address the bridge's"

run() {
	nfs_root
	dhcp_start
	boot "bridge=br0:eth0 ip=br0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR verdict.read=/sys/class/net/br0/bridge/bridge_id"
	expect_init 40
	expect_verdict 'port.eth0=br0'
	# not a NIC of that name
	expect_verdict '8000\.525400770001'
	expect_verdict 'link.eth0=.* up'
	expect_network 'address.br0=10\.77\.0\.1[0-9][0-9]/24' 'route.br0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	# with spanning tree it would have no carrier for half a minute
	expect_phase link 10
}
