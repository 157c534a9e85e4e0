# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server is a name: looked up with the search list of DHCP, the first name server dead"

run() {
	nfs_root
	dhcp_names "address=/nas.lab.example/10.77.0.1" "local=/lab.example/"
	dhcp_line "dhcp-option=6,10.77.0.250,10.77.0.1"
	dhcp_line "dhcp-option=option:domain-search,lab.example"
	dhcp_start
	boot "root=nfs:nas:$ROOT_DIR"
	expect_init 60
	expect_console 'resolve: nas is 10\.77\.0\.1'
	expect_verdict 'root.device=nas:.*'
}
