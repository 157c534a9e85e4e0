# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Kea's DHCPv4 server: classless routes instead of the router, search list, host name, root-path"

run() {
	nfs_root
	kea_start 4 '"valid-lifetime": 600, "subnet4": [{ "subnet": "10.77.0.0/24",
		"pools": [{ "pool": "10.77.0.150 - 10.77.0.160" }],
		"option-data": [{ "name": "routers", "data": "10.77.0.250" },
			{ "code": 121, "csv-format": false, "data": "000A4D0001100A630A4D0007" },
			{ "name": "domain-search", "data": "lab.example, example" },
			{ "name": "host-name", "data": "kea7" },
			{ "name": "root-path", "data": "'"$LAB_SERVER:$ROOT_DIR"'" }] }]'
	boot "root=dhcp verdict.read=/run/net-eth0.conf"
	expect_init 40
	expect_verdict 'address.eth0=10\.77\.0\.15./24'
	expect_verdict 'hostname=kea7'
	expect_verdict "DOMAINSEARCH='lab\\.example\\. example\\.'"
	expect_verdict 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'route.eth0=10\.99\.0\.0/16 via 10\.77\.0\.7'
	# RFC 3442: with 121 there, 3 is ignored
	refuse_verdict 'route.eth0=.* via 10\.77\.0\.250'
}
