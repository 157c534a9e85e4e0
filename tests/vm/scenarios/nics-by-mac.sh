# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip= names the second of three NICs by its MAC, with the MTU and the MAC that it is to have"

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ip=52-54-00-77-00-02:dhcp:1400:02:00:00:00:00:09 root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_network 'address.eth1=10\.77\.0\.1[0-9][0-9]/24' 'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'link.eth1=02:00:00:00:00:09 mtu 1400 up'
	expect_verdict 'link.eth0=52:54:00:77:00:01 mtu 1500 down'
	expect_verdict 'link.eth2=52:54:00:77:00:03 mtu 1500 down'
	file_has "$LAB_OUT/dnsmasq.log" 'DHCPACK\(net0\) .* 02:00:00:00:00:09' || fail "the lease is not of the new MAC"
}
