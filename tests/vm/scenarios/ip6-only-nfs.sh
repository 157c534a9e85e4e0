# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A site without IPv4: SLAAC, the root by DHCPv6 option 59, NFS over IPv6; rd.route= and mtu= beside it"

run() {
	net_ip6
	net_ip4_drop
	nfs_root
	dhcp_only_ip6 "dhcp-range=fd00:77::,ra-stateless,64,10m" \
		"dhcp-option=option6:bootfile-url,nfs://[fd00:77::1]$ROOT_DIR"
	dhcp_start
	boot "root=dhcp mtu=1400 rd.route=[fd00:99::]/48:[fd00:77::1] rd.route=[fd00:98::]/48:[fd00:55::1] verdict.read=/run/net6-eth0.conf"
	expect_init 60
	expect_verdict 'address6.eth0=fd00:77::5054:ff:fe77:1/64'
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	expect_verdict 'route6.eth0=::/0 via fe80::.*'
	expect_verdict 'route6.eth0=fd00:99::/48 via fd00:77::1'
	# A gateway on nobody's network.
	expect_verdict 'route6.eth0=fd00:98::/48 via fd00:55::1'
	expect_verdict 'link.eth0=.* mtu 1400.*'
	refuse_verdict 'address.eth0=.*'
	gateway=$(sed -n 's|^route6\.eth0=::/0 via \(fe80::[0-9a-f:]*\).*|\1|p' "$LAB_OUT/client.verdict")
	expect_sourced /run/net6-eth0.conf DEVICE6=eth0 IPV6PROTO=none IPV6NETMASK=64 \
		IPV6ADDR=fd00:77::5054:ff:fe77:1 "IPV6GATEWAY=$gateway"
}
