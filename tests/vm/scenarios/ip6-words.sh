# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip=auto6, ip=link-local and nfsaddrs= on a NIC each: what each has is that and no more, DHCP there or not"

run() {
	net_segment net1
	net_ip6
	nfs_root
	dhcp_line "enable-ra"
	dhcp_line "dhcp-range=fd00:77::,ra-only,64,10m"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "ip=eth0:auto6 ip=eth1:link-local nfsaddrs=10.77.0.60::10.77.0.1:255.255.255.0::eth2:off \
root=nfs:[fd00:77::1]:$ROOT_DIR"
	expect_init 40
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	expect_network 'address6.eth0=fd00:77::5054:ff:fe77:1/64' 'route6.eth0=::/0 via fe80::.*' \
		'address.eth1=169\.254\.[0-9]+\.[0-9]+/16' \
		'address.eth2=10\.77\.0\.60/24' 'route.eth2=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'address6.eth1=fe80::5054:ff:fe77:2/64'
}
