# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="rd.multipath with an initrd that has no device mapper: one path boots, outlives its target, and it is said why"
limit=150
. "$top/tests/vm/outage.sh"

run() {
	iscsi_root
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN rd.multipath rw verdict.stream=14"
	expect_stream 60
	expect_console 'map: .*: no multipath map, going on with one path; is the initrd packed with --add-feature multipath\?'
	iscsi_outage 7
	outage_over 1 15
	outage_unharmed 60
	expect_verdict 'root\.device=/dev/sda'
	expect_verdict 'iscsi_session\.session1\.recovery_tmo=86400'
}
