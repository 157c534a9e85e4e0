# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A static IPv6 address without a router: its neighbour, the target, is asked for while duplicate detection runs"

run() {
	net_ip6
	LAB_SERVER="[::]" iscsi_root
	# which takes 20 s here
	boot "sysctl.net.ipv6.conf.default.dad_transmits=20 ip=[fd00:77::50]:::64::eth0:none \
root=iscsi:[fd00:77::1]::::$LAB_IQN rw"
	expect_init 60
	expect_verdict 'root.fstype=ext4'
	expect_phase attach 10
	# what asked is gone
	expect_verdict 'address6.eth0=fd00:77::50/64'
	refuse_verdict 'address6.eth0=fe80::.*/128'
}
