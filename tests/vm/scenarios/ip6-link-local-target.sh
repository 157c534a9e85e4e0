# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An iSCSI target by its link-local address with scope"

run() {
	net_ip6
	LAB_SERVER="[::]" iscsi_root
	target=$(ip -6 -o address show dev net0 scope link | awk '{ sub("/.*", "", $4); print $4 }')
	boot "ip=eth0:link6 root=iscsi:[$target%eth0]::::$LAB_IQN rw"
	expect_init 60
	expect_verdict 'root.fstype=ext4'
	refuse_verdict 'address.eth0=.*'
}
