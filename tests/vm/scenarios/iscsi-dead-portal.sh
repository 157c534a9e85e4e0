# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="netroot= twice for one target: the first portal swallows everything, the second one boots, and nobody waits for the first"

run() {
	iscsi_root
	net_dead 10.77.0.9/24 3260
	dhcp_start
	boot "netroot=iscsi:10.77.0.9::::$LAB_IQN netroot=iscsi:$LAB_SERVER::::$LAB_IQN rw rd.debug"
	expect_init 40
	# a connect to a dead portal takes ten seconds
	expect_phase attach 5
	expect_verdict 'iscsi_session.session1.state=LOGGED_IN'
	expect_console 'the path by 10.77.0.9 port 3260 is called off'
}
