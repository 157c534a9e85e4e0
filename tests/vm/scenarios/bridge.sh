# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A bridge over the boot NIC, as hosts of virtual machines want it"

run() {
	nfs_root
	dhcp_start
	boot "bridge=br0:eth0 ip=br0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_verdict 'address.br0=10\.77\.0\..*/24'
	refuse_verdict 'address.eth0=.*'
}
