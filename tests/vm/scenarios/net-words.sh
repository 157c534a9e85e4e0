# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Words beside DHCP: vendor class, client identifiers, route, name server instead of the lease's, MTU"

run() {
	net_segment net1 10.78.0.1/24
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_line "dhcp-option=6,10.77.0.1"
	dhcp_segment net1 10.78.0
	# whoever says who it is; text has type 0
	dhcp_line "dhcp-host=id:ff:6c:61:62,10.77.0.61"
	dhcp_line "dhcp-host=id:07:70:63:37,10.78.0.62"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "root=dhcp bootdev=eth0 ip=eth0:dhcp ip=eth1:dhcp,7,pc7:1300 dhcpclass=kiosk \
rd.net.dhcp.client-id=ff:6c:61:62 rd.route=10.99.0.0/16:10.77.0.7 rd.peerdns=0 nameserver=10.77.0.53 mtu=1400 \
verdict.read=/run/netroot/resolv.conf"
	expect_init 40
	file_has "$LAB_OUT/dnsmasq.log" 'vendor class: kiosk$' || fail "the server was told no class"
	expect_verdict 'address\.eth0=10\.77\.0\.61/24'
	expect_verdict 'address\.eth1=10\.78\.0\.62/24'
	expect_verdict 'route\.eth0=10\.99\.0\.0/16 via 10\.77\.0\.7'
	refuse_verdict 'route\.eth1=10\.99\..*'
	expect_verdict 'nameserver 10\.77\.0\.53'
	refuse_verdict 'nameserver 10\.77\.0\.1'
	expect_verdict 'link\.eth0=.* mtu 1400 .*'
	expect_verdict 'link\.eth1=.* mtu 1300 .*'
}
