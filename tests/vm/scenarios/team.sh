# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="team= as the bond that does the same; one that no bond can be is refused with the reason, and its NIC stays as it is"

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "team=team0:eth0,eth1:roundrobin team=team1:eth2:random ip=team0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_console 'team=.team1:eth2:random.*: no mode of a bond does what the runner "random" does, use bond=' 1
	expect_verdict 'Bonding Mode: load balancing \(round-robin\)'
	expect_verdict 'MII Polling Interval \(ms\): 100'
	expect_verdict 'port.eth0=team0'
	expect_verdict 'port.eth1=team0'
	refuse_verdict 'link.team1=.*'
	expect_verdict 'link.eth2=.* down'
	expect_network 'address.team0=10\.77\.0\.1[0-9][0-9]/24' 'route.team0=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
