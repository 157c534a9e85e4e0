# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip6=dhcp and Kea's DHCPv6: an address, the root by option 59, its server's name by options 23 and 24"

run() {
	net_ip6
	net_ip4_drop
	nfs_root
	dhcp_names "address=/nas.lab.example/fd00:77::1" "local=/lab.example/"
	dhcp_only_ip6 "dhcp-range=fd00:77::,ra-only,64,10m"
	dhcp_start
	kea_start 6 '"server-id": { "type": "LL", "persist": false, "htype": 1, "identifier": "020000000001" },
		"preferred-lifetime": 500, "valid-lifetime": 600,
		"subnet6": [{ "subnet": "fd00:77::/64", "interface": "net0",
		"pools": [{ "pool": "fd00:77::2000 - fd00:77::20ff" }],
		"option-data": [{ "name": "dns-servers", "data": "fd00:77::1" },
			{ "name": "domain-search", "data": "lab.example" },
			{ "name": "bootfile-url", "data": "nfs://nas'"$ROOT_DIR"'" }] }]'
	boot "ip6=dhcp root=dhcp"
	expect_init 40
	expect_console 'eth0: fd00:77::20[0-9a-f]{2}/128 from DHCPv6 server fe80::'
	expect_console 'resolve: nas is fd00:77::1'
	expect_network 'address6.eth0=fd00:77::20[0-9a-f][0-9a-f]/128' 'route6.eth0=::/0 via fe80::.*'
	expect_verdict 'root.device=nas:.*'
}
