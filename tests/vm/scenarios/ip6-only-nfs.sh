# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A site without IPv4: SLAAC, the root by DHCPv6 option 59, NFS over IPv6"

run() {
	net_ip6
	net_ip4_drop
	nfs_root
	dhcp_only_ip6 "dhcp-range=fd00:77::,ra-stateless,64,10m" \
		"dhcp-option=option6:bootfile-url,nfs://[fd00:77::1]$ROOT_DIR"
	dhcp_start
	boot "root=dhcp"
	expect_init 60
	expect_verdict 'address6.eth0=fd00:77::5054:ff:fe77:1/64'
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	expect_verdict 'route6.eth0=::/0 via fe80::.*'
	refuse_verdict 'address.eth0=.*'
}
