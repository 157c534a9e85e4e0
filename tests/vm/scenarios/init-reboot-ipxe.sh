# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="PXELINUX's ip= of four fields: used at once, its lease asked for behind it, and no second address"

run() {
	nfs_root
	dhcp_start
	boot "ip=10.77.0.120:$LAB_SERVER:10.77.0.1:255.255.255.0 root=/dev/nfs nfsroot=$ROOT_DIR verdict.until=/now"
	wait_for 40 file_has "$LAB_OUT/dnsmasq.log" 'DHCPACK.* 10\.77\.0\.120 ' || fail "no lease asked for"
	refuse_console 'DHCPDISCOVER'
	: >"$ROOT_DIR/now"
	expect_init 40
	expect_verdict 'address.eth0=10\.77\.0\.120/24'
	expect_console 'booting over eth0 with 10\.77\.0\.120/24'
	! file_has "$LAB_OUT/dnsmasq.log" DHCPDISCOVER || fail "a DISCOVER where the address was known"
}
