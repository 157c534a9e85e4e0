# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Real Debian under systemd on an iSCSI root reaches multi-user with nothing failed, and ends clean"
limit=300
needs=debian
. "$top/tests/vm/shutdown.sh"

# netrootctl sees what iscsiadm sees of the session, that iscsid has taken it over, and that the
# guard has the lease where there is no network manager. iscsid as Debian sets it up has given the
# root's session timers and a name that would cost it in the end: the guard has set back the one
# that costs most, the others are found, and nothing else.
companion_tells() {
	for told in "target +$LAB_IQN" "portal +$LAB_SERVER:3260, group 1" 'state +LOGGED_IN, connection up' \
		'kept by +iscsid \(pid [0-9]+\)' 'given by +DHCP 10\.77\.0\.1 on eth0' 'renewed by +guard \(pid [0-9]+\)' \
		'interface +default, transport tcp.*' 'timers +lost target 86400 s.*' 'attach .* s  \(.*\)'; do
		expect_verdict "ctl\.status= $told"
	done
	for told in "Target: $LAB_IQN \(non-flash\)" 'Current Portal: 10\.77\.0\.1:3260,1' 'Persistent Portal: 10\.77\.0\.1:3260,1' \
		'SID: 1' 'iSCSI Connection State: LOGGED IN' 'iSCSI Session State: LOGGED_IN' 'Recovery Timeout: 86400' \
		'Iface IPaddress: 10\.77\.0\.[0-9]+' 'HeaderDigest: None' 'ImmediateData: Yes' 'InitialR2T: Yes'; do
		expect_verdict "iscsiadm=$told"
	done
	for told in iscsid-noop initiator-name; do
		expect_verdict "ctl\.doctor=warning  $told: .*"
	done
	expect_verdict 'ctl\.doctor=2 found'
	expect_verdict 'ctl\.doctor\.status=1'
}

run() {
	shutdown_wire
	iscsi_root whole debian
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_line "dhcp-option=6,10.77.0.53"
	dhcp_line "dhcp-option=119,lab.example"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rw verdict.debian verdict.ctl"
	expect_init 240
	expect_verdict 'multi-user=active'
	expect_verdict 'root.device=/dev/sda'
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'iscsi.state=LOGGED_IN'
	refuse_verdict 'failed=.*'
	# what Debian's open-iscsi makes of the hand-over
	expect_verdict 'openiscsi\.eth0=resolvconf -a eth0\.iscsi-network'
	expect_verdict 'openiscsi\.eth0=search lab\.example\.'
	expect_verdict 'openiscsi\.eth0=nameserver 10\.77\.0\.53'
	expect_verdict 'openiscsi\.eth0=eth0=eth0'
	refuse_verdict 'openiscsi\.lo=.*'
	[ "$(grep -c '^ifstate=' "$LAB_OUT/client.verdict")" = 1 ] || fail "not one NIC in ifstate"
	companion_tells
	expect_console 'netroot: shutdown: iSCSI session [0-9]+: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|not read-only'
	expect_logouts 1
	expect_no_session
	expect_clean 0
}
