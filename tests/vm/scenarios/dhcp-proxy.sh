# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A proxyDHCP server beside one that only gives addresses: it names the boot server"

run() {
	nfs_root
	net_host proxy net0 10.77.0.9/24
	dhcp_host_start proxy dhcp-range=10.77.0.0,proxy "pxe-service=X86PC,netroot,boot.0,$LAB_SERVER" \
		"dhcp-boot=boot.0,lab,$LAB_SERVER"
	dhcp_start
	boot "root=/dev/nfs nfsroot=$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9][0-9]/24'
	expect_verdict "root.device=$LAB_SERVER:.*"
}
