# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A root without iscsid outlives its target: killed under writes, started again 10 s later"
. "$top/tests/vm/outage.sh"

run() {
	outage_boot 22
	outage_writing 40
	sleep 1 # of writes
	iscsi_outage 10
	outage_over 1 8
	outage_unharmed 40
	expect_console 'guard: target .* the target closed the connection \(kernel error 1020\): the root .* waits'
	expect_console 'guard: target .* logged in again after 1[0-9]\.[0-9] s'
	expect_verdict 'iscsi_session\.session1\.state=LOGGED_IN'
	expect_verdict 'iscsi_session\.session1\.recovery_tmo=86400'
	refuse_verdict 'iscsi_session\.session2\..*' # the same one, with the same disk
	expect_verdict 'process\.[0-9]+=@netroot-guard'
}
