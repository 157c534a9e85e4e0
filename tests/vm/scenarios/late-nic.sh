# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A NIC that is plugged in while the agent waits is taken up"

run() {
	client_machine=pc # its root bus takes cards while the machine runs
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	net_tap tap9 net0
	client_nics="-netdev tap,id=late,ifname=tap9,script=no,downscript=no"
	boot "root=dhcp"
	expect_console 'netroot: link: no NIC to configure yet' 40
	client_monitor client "device_add virtio-net-pci,netdev=late,mac=52:54:00:77:00:99,romfile="
	expect_init 60
	expect_verdict 'link.eth0=52:54:00:77:00:99 .*'
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
	expect_verdict 'root.fstype=nfs4'
}
