# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCP on a VLAN by firmware's iBFT, which asks for the address that firmware had"

run() {
	net_segment net5 10.79.0.1/24
	nfs_root
	dhcp_segment net5 10.79.0
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	net_vlan "$client_tap" 5 net5
	"$top/scripts/lab/ibft" \
		"mac=52:54:00:77:00:01 address=10.79.0.177 prefix=24 dhcp=10.79.0.1 origin=3 vlan=5" \
		>"$LAB_DIR/ibft"
	boot "ip=ibft root=nfs:10.79.0.1:$ROOT_DIR verdict.read=/proc/net/vlan/config" \
		-acpitable "sig=iBFT,rev=1,data=$LAB_DIR/ibft"
	expect_init 40
	expect_network 'address.ibft0\.5=10\.79\.0\.177/24' 'route.ibft0\.5=0\.0\.0\.0/0 via 10\.79\.0\.1'
	expect_verdict 'ibft0\.5 *\| 5 *\| eth0'
}
