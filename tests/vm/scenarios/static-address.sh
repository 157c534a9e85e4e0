# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Static address by the kernel's ip=, without any DHCP server, and routes by rd.route="

run() {
	nfs_root
	boot "ip=10.77.0.50::10.77.0.1:255.255.255.0:kiosk7:eth0:off root=/dev/nfs nfsroot=$LAB_SERVER:$ROOT_DIR \
		rd.route=10.98.0.0/16:10.77.0.7 rd.route=10.99.0.0/16:10.88.0.1 rd.route=10.97.0.0/16:10.77.0.1:eth7"
	expect_init 40
	# A gateway on nobody's network, and a NIC that is not there.
	expect_network 'address.eth0=10\.77\.0\.50/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1' \
		'route.eth0=10\.98\.0\.0/16 via 10\.77\.0\.7' 'route.eth0=10\.99\.0\.0/16 via 10\.88\.0\.1'
	expect_console 'rd.route= to 10.97.0.0/16 is not set: eth7 has no address, or there is none of that name'
	expect_verdict 'hostname=kiosk7'
}
