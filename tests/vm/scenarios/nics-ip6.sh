# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A router on every NIC's segment: IPv4 of words leaves the kernel's IPv6 as it is, a bridge has its own, its port none"

# answers NUMBER...: the site finds that NIC at the address that its MAC makes
answers() {
	for answers; do
		ip -6 neigh show dev net0 to "fd00:77::5054:ff:fe77:$answers" | grep -q REACHABLE && continue
		ip -6 neigh replace "fd00:77::5054:ff:fe77:$answers" lladdr "52:54:00:77:00:0$answers" dev net0 nud probe
		return 1
	done
}

run() {
	net_ip6
	# who does not forward says so when asked whether he is there, and is no default router from then on
	echo 1 >/proc/sys/net/ipv6/conf/net0/forwarding
	nfs_root
	dhcp_line "enable-ra"
	dhcp_line "dhcp-range=fd00:77::,ra-only,64,10m"
	dhcp_start
	for nic in 0 1 2 3 4; do
		client_nic net0 virtio-net-pci romfile=
	done
	# the kernel may give so many NICs their names in any order
	names=
	for nic in 0 1 2 3 4; do
		names="$names ifname=lan$nic:52:54:00:77:00:0$((nic + 1))"
	done
	boot "$names ip=lan0:dhcp ip=10.77.0.60::10.77.0.1:24::lan1:none ip=lan2:auto6 bridge=br0:lan3 ip=br0:dhcp \
bootdev=br0 root=nfs:$LAB_SERVER:$ROOT_DIR verdict.until=/now"
	# the kernel takes its time: up to 2 s until it asks for a router, and to see whether the address is another's
	wait_for 60 answers 1 2 3 4 || fail "no answer from all addresses: $(ip -6 neigh show dev net0)"
	: >"$ROOT_DIR/now"
	expect_init 40
	expect_network_later 'address.lan0=10\.77\.0\.1[0-9][0-9]/24' \
		'address6.lan0=fd00:77::5054:ff:fe77:1/64' 'route6.lan0=::/0 via fe80::.*' \
		'address.lan1=10\.77\.0\.60/24' \
		'address6.lan1=fd00:77::5054:ff:fe77:2/64' 'route6.lan1=::/0 via fe80::.*' \
		'address6.lan2=fd00:77::5054:ff:fe77:3/64' 'route6.lan2=::/0 via fe80::.*' \
		'address.br0=10\.77\.0\.1[0-9][0-9]/24' 'route.br0=0\.0\.0\.0/0 via 10\.77\.0\.1' \
		'address6.br0=fd00:77::5054:ff:fe77:4/64' 'route6.br0=::/0 via fe80::.*'
	expect_verdict 'address6.br0=fe80::.*/64'
	expect_verdict 'port.lan3=br0'
	# a link-local one neither
	refuse_verdict 'address6.lan[34]=.*'
	expect_verdict 'link.lan4=.* down'
}
