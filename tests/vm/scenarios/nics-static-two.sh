# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two static NICs, each with IPv4 and IPv6 and a gateway of both: one IPv4 default route, IPv6's in order; a third NIC is left alone"

# metric GATEWAY: of the IPv6 default route by it, as the kernel writes both
metric() {
	client_verdict client | sed -n "s/^0\{32\} 00 0\{32\} 00 $1 \([0-9a-f]\{8\}\) .*/\1/p"
}

run() {
	net_segment net1 10.78.0.1/24
	net_ip6
	nfs_root
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ip=10.77.0.50::10.77.0.1:24::eth0:none ip=10.78.0.50::10.78.0.1:255.255.255.0::eth1:none \
ip=[fd00:77::50]::[fd00:77::1]:64::eth0:none ip=[fd00:78::50]::[fd00:78::1]:64::eth1:none root=nfs:[fd00:77::1]:$ROOT_DIR \
verdict.read=/proc/net/ipv6_route"
	expect_init 40
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	expect_network 'address.eth0=10\.77\.0\.50/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1' \
		'address.eth1=10\.78\.0\.50/24' \
		'address6.eth0=fd00:77::50/64' 'route6.eth0=::/0 via fd00:77::1' \
		'address6.eth1=fd00:78::50/64' 'route6.eth1=::/0 via fd00:78::1'
	expect_verdict 'link.eth2=.* down'
	metric0=$(metric fd000077000000000000000000000001)
	metric1=$(metric fd000078000000000000000000000001)
	[ "$((0x$metric0))" -lt "$((0x$metric1))" ] || fail "metrics of the IPv6 default routes: $metric0, $metric1"
}
