# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip=dhcp6: an address by DHCPv6, an iSCSI root by option 59"

run() {
	net_ip6
	net_ip4_drop
	LAB_SERVER="[fd00:77::1]" iscsi_root
	dhcp_only_ip6 "dhcp-range=fd00:77::100,fd00:77::1ff,64,10m" \
		"dhcp-option=option6:dns-server,[fd00:77::53]" \
		"dhcp-option=option6:domain-search,lab.example,example" \
		"dhcp-option=option6:bootfile-url,iscsi:[fd00:77::1]::::$LAB_IQN"
	dhcp_start
	boot "ip=dhcp6 root=dhcp6 rw verdict.read=/run/net6-eth0.conf"
	expect_init 60
	expect_verdict 'address6.eth0=fd00:77::1[0-9a-f][0-9a-f]/128'
	expect_verdict 'root.fstype=ext4'
	address=$(sed -n 's|^address6\.eth0=\(fd00:.*\)/128.*|\1|p' "$LAB_OUT/client.verdict")
	expect_sourced /run/net6-eth0.conf DEVICE6=eth0 IPV6PROTO=dhcp6 "IPV6ADDR=$address" \
		IPV6NETMASK=128 IPV6DNS0=fd00:77::53 IPV6DNS1= "IPV6DOMAINSEARCH=lab.example example"
}
