# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An active-backup bond whose active port fails while the client boots"

run() {
	nfs_root
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "bond=bond0:eth0,eth1:mode=active-backup,miimon=50,primary=eth0 ip=bond0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	# no server yet: the client is in the middle of its boot
	expect_console 'netroot: address: bond0: no answer from a DHCP server' 30
	client_monitor client "set_link nic1 off"
	dhcp_start
	expect_init 60
	expect_network 'address.bond0=10\.77\.0\.1[0-9][0-9]/24' 'route.bond0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'port.eth0=bond0'
	expect_verdict 'port.eth1=bond0'
	# the kernel gives ports no IPv6 address, a link-local one neither
	refuse_verdict 'address6.eth[01]=.*'
	expect_verdict 'link.eth0=.* down'
	expect_verdict 'Bonding Mode: fault-tolerance \(active-backup\)'
	expect_verdict 'Primary Slave: eth0 .*'
	expect_verdict 'Currently Active Slave: eth1'
}
