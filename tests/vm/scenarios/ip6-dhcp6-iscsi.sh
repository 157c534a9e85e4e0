# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip=dhcp6: an address by DHCPv6, an iSCSI root by option 59"

run() {
	net_ip6
	net_ip4_drop
	LAB_SERVER="[fd00:77::1]" iscsi_root
	dhcp_only_ip6 "dhcp-range=fd00:77::100,fd00:77::1ff,64,10m" \
		"dhcp-option=option6:bootfile-url,iscsi:[fd00:77::1]::::$LAB_IQN"
	dhcp_start
	boot "ip=dhcp6 root=dhcp6 rw"
	expect_init 60
	expect_verdict 'address6.eth0=fd00:77::1[0-9a-f][0-9a-f]/128'
	expect_verdict 'root.fstype=ext4'
}
