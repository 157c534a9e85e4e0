# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCPv6 names an iSCSI root whose portal is dead, DHCP answers later and names one that lives: it joins the login under way"

run() {
	net_ip6
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_only_ip6 "dhcp-range=fd00:77::100,fd00:77::1ff,64,10m" \
		"dhcp-option=option6:bootfile-url,iscsi:[fd00:77::dead]::::iqn.2026-01.lab:dead"
	dhcp_start
	boot "ip=dhcp ip=dhcp6 rw"
	expect_console 'root-path .*fd00:77::dead' 60
	dhcp_line "dhcp-range=10.77.0.100,10.77.0.199,255.255.255.0,10m"
	dhcp_restart
	expect_init 60
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'iscsi_session.session[0-9]*.state=LOGGED_IN'
	# the dead one is given up after ten seconds, and all begun anew, where the other does not join it
	expect_verdict ' *\{"name": "attach", "state": "done", "attempts": 1, .*'
	expect_phase attach 9
}
