# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Static address by firmware's iBFT; a second NIC stays as it is"

run() {
	net_segment net1
	nfs_root
	dhcp_start
	client_nic net1 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	"$top/scripts/lab/ibft" initiator=iqn.2026-01.lab:firmware \
		"mac=52:54:00:77:00:02 address=10.77.0.50 prefix=24 gateway=10.77.0.1 hostname=kiosk7" \
		>"$LAB_DIR/ibft"
	boot "rd.iscsi.ibft root=/dev/nfs nfsroot=$LAB_SERVER:$ROOT_DIR" \
		-acpitable "sig=iBFT,rev=1,data=$LAB_DIR/ibft"
	expect_init 40
	expect_console "eth0 .*is left alone: firmware's iBFT names another NIC" 1
	expect_console "booting over eth1 with 10.77.0.50/24: firmware's iBFT names it" 1
	expect_network 'address.eth1=10\.77\.0\.50/24' 'route.eth1=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'link.eth0=52:54:00:77:00:01 .* down'
	expect_verdict 'hostname=kiosk7'
}
