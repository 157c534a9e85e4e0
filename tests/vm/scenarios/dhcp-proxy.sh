# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A proxyDHCP server beside one that only gives addresses: it names the NFS server"

run() {
	nfs_root
	# neither is the NFS server, nor does the DHCP server take itself for it
	net_host dhcp net0 10.77.0.2/24
	dhcp_host_start dhcp dhcp-range=10.77.0.100,10.77.0.199,255.255.255.0,10m \
		dhcp-option=option:server-ip-address,0.0.0.0
	net_host proxy net0 10.77.0.9/24
	dhcp_host_start proxy dhcp-range=10.77.0.0,proxy "pxe-service=X86PC,netroot,boot.0,$LAB_SERVER" \
		"dhcp-boot=boot.0,lab,$LAB_SERVER"
	boot "root=/dev/nfs nfsroot=$ROOT_DIR"
	expect_init 40
	expect_console 'from DHCP server 10\.77\.0\.2 with proxy 10\.77\.0\.9'
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
}
