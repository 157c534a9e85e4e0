# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target's name has an IPv6 address that is dead and an IPv4 address that lives: connected to side by side"

run() {
	net_ip6
	iscsi_root
	dhcp_names "host-record=nas.lab.example,10.77.0.1,fd00:77::dead"
	dhcp_start
	boot "ip=10.77.0.50::10.77.0.1:24::eth0:none ip=[fd00:77::50]:::64::eth0:none nameserver=10.77.0.1 \
root=iscsi:nas.lab.example::::$LAB_IQN rw"
	expect_init 40
	expect_console 'resolve: nas\.lab\.example is 10\.77\.0\.1, the first of its addresses to answer'
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'address6.eth0=fd00:77::50/64'
	# the dead one has no more than 250 ms for itself; a connect to it takes ten seconds
	expect_phase resolve 3
	expect_phase attach 5
}
