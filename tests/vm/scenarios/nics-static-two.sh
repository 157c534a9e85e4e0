# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two static NICs with a gateway each, one of them IPv6 as well"

run() {
	net_segment net1 10.78.0.1/24
	net_ip6
	nfs_root
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "ip=10.77.0.50::10.77.0.1:24::eth0:none ip=10.78.0.50::10.78.0.1:255.255.255.0::eth1:none \
ip=[fd00:77::50]::[fd00:77::1]:64::eth0:none root=nfs:[fd00:77::1]:$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.eth0=10\.77\.0\.50/24'
	expect_verdict 'address.eth1=10\.78\.0\.50/24'
	expect_verdict 'address6.eth0=fd00:77::50/64'
	expect_verdict 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'route6.eth0=::/0 via fd00:77::1'
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
}
