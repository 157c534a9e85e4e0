# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCP names a root on a server that is dead, DHCPv6 comes later and names one that lives: nobody waits for the dead one"

run() {
	net_ip6
	nfs_root
	dhcp_option 17 "nfs:10.77.0.99:/srv/dead"
	dhcp_both_families "dhcp-option=option6:bootfile-url,nfs://[fd00:77::1]$ROOT_DIR"
	dhcp_start
	boot "ip=dhcp ip=dhcp6"
	expect_console 'root-path .*10\.77\.0\.99' 40
	expect_init 40
	expect_verdict 'root.device=\[fd00:77::1\]:.*'
	expect_verdict 'address.eth0=10\.77\.0\.1[0-9]*/24'
	expect_verdict 'address6.eth0=fd00:77::1[0-9a-f][0-9a-f]/128'
	# alone the dead one is given up after eight seconds; the other's lease comes after one of these, and another one is
	# duplicate address detection
	expect_phase attach 5
	expect_console 'attach: of 2 NFS servers \[?fd00:77::1\]? is taken'
	# the second lease calls nothing off
	expect_verdict ' *\{"name": "attach", "state": "done", "attempts": 1, .*'
}
