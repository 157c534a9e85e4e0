# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Static address by the kernel's ip=, without any DHCP server"

run() {
	nfs_root
	boot "ip=10.77.0.50::10.77.0.1:255.255.255.0:kiosk7:eth0:off root=/dev/nfs nfsroot=$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.eth0=10.77.0.50/24'
	expect_verdict 'route.eth0=0.0.0.0/0 via 10.77.0.1'
	expect_verdict 'hostname=kiosk7'
}
