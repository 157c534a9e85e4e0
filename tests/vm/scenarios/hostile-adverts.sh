# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Router advertisements that no router would send, in header and options: refused, named, harmless; the boot goes on by the right one"

run() {
	net_ip6
	nfs_root
	dhcp_only_ip6 "dhcp-range=fd00:77::,ra-only,64,10m"
	# an option of no length, one past the end, from another link, from beyond it
	service_start liars "$(root_program badrouter)" net0 \
		fe80::bad:1,255,1900000000000e10 \
		fe80::bad:2,255,1905000000000e10fd000bad000000000000000000000053 \
		fe80::bad:3,64,0501000000000500 \
		fd00:77::bad,255,0501000000000500
	boot "ip=auto6 root=nfs:[fd00:77::1]:$ROOT_DIR verdict.files=/run"
	expect_console 'eth0: advertisement from fe80::bad:1: an option of no length, or past the end' 40
	expect_console 'eth0: advertisement from fe80::bad:2: an option of no length, or past the end' 5
	expect_console 'eth0: advertisement from fe80::bad:3: hop limit is not 255: it came from elsewhere' 5
	expect_console 'eth0: advertisement from fd00:77::bad: source is not link-local' 5
	service_stop liars
	# three, for no more than four routers are kept: MTU 0 and one that no link has, a prefix of 200 bits, name servers
	# that are none; search lists that are none, one with ";touch" in it; routes cut short, of 200 bits, of a reserved
	# preference, to multicast
	service_start fools "$(root_program badrouter)" net0 \
		"fe80::bad:5,255,05010000000000000501000000ffffff0304c8c00000ffff0000ffff00000000fd000bad000000000000000000000000\
1903000000000e10ff020000000000000000000000000bad1902000000000e10fd000bad00000000" \
		fe80::bad:6,255,1f02000000000e10063b746f756368001f02000000000e10c000000000000000 \
		"fe80::bad:7,255,1801400000000e101803c80000000e10fd000bad0000000000000000000000001802401000000e10fd000bad00000000\
1802080000000e10ff00000000000000"
	expect_console 'eth0: MTU: not one of 1280 or more; MTU: not one of 1280 or more; prefix: of more than 128 bits; RDNSS: holds an address that is none of a host; RDNSS: wrong length' 20
	expect_console 'eth0: DNSSL: malformed; DNSSL: malformed' 5
	expect_console 'eth0: route: wrong length; route: wrong length; route: reserved preference; route: to multicast or link-local addresses' 5
	dhcp_start
	expect_init 40
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	# the route to multicast is the kernel's doing, and its own table "local" comes before
	expect_network 'address6.eth0=fd00:77::5054:ff:fe77:1/64' 'route6.eth0=::/0 via fe80::.*' \
		'?route6.eth0=ff00::/8 via fe80::bad:7'
	refuse_verdict 'route6.eth0=::/0 via fe80::bad:.*'
	expect_verdict 'link.eth0=.* mtu 1500.*'
	refuse_verdict '(DNS=|nameserver |IPV6DNS).*bad.*'
	refuse_verdict '.*;touch.*'
}
