# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="PXELINUX's ip= of four fields, two NICs, no BOOTIF, no DHCP server: the next NIC is tried, the guard gets the lease later"

run() {
	net_segment net1
	# The server is not to be had there: Linux answers for its addresses on all devices.
	sysctl -q net.ipv4.conf.net1.arp_ignore=1
	nfs_root
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ip=10.77.0.120:$LAB_SERVER:10.77.0.1:255.255.255.0 root=/dev/nfs nfsroot=$ROOT_DIR verdict.until=/now" -S
	client_monitor client "set_link nic2 off"
	client_monitor client cont
	expect_console 'booting over eth0 with 10\.77\.0\.120/24' 40
	client_monitor client "set_link nic2 on"
	expect_console '10\.77\.0\.120 is tried on eth1, the root was not reached with it on eth0' 40
	expect_console 'booting over eth1 with 10\.77\.0\.120/24' 5
	wait_for 40 file_has "$LAB_OUT/client.console" 'netroot: handover: ' || :
	dhcp_start
	wait_for 60 file_has "$LAB_OUT/dnsmasq.log" 'DHCPACK.* 10\.77\.0\.120 ' || fail "no lease asked for"
	: >"$ROOT_DIR/now"
	expect_init 40
	expect_verdict 'address.eth1=10\.77\.0\.120/24'
	refuse_verdict 'address.eth0=.*'
}
