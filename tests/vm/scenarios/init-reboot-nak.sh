# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Firmware's address is asked for again and refused (NAK): another one comes at once"

run() {
	nfs_root
	dhcp_start
	boot "ip=10.99.0.5::::kiosk7::dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_console 'eth0: .*NAK from 10\.77\.0\.1'
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	file_has "$LAB_OUT/dnsmasq.log" 'DHCPREQUEST\(net0\) 10\.99\.0\.5' || fail "the address was not asked for"
	expect_verdict 'hostname=kiosk7'
}
