# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCPv6 names an iSCSI root whose portal is dead, DHCP answers two seconds later and names one that lives: no more than 250 ms are lost"

run() {
	net_ip6
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_both_families dhcp-reply-delay=2 \
		"dhcp-option=option6:bootfile-url,iscsi:[fd00:77::dead]::::iqn.2026-01.lab:dead"
	dhcp_start
	boot "ip=dhcp ip=dhcp6 rw"
	expect_init 60
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'iscsi_session.session[0-9]*.state=LOGGED_IN'
	# alone the dead one is given up after ten seconds; the other's lease comes after two of these
	expect_phase attach 4
	expect_verdict ' *\{"name": "attach", "state": "done", "attempts": 1, .*'
}
