# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid takes the session over and is killed; the guard is there when the target restarts"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_boot_debian 25 verdict.kill
	expect_stream 200
	iscsi_outage 8
	outage_over 1 15
	outage_unharmed 100
	expect_verdict 'recoverer=.*iscsid'
	expect_verdict 'killed\.recoverer=@netroot-guard'
	refuse_verdict 'killed\.recoverer=.*iscsid'
	expect_verdict 'after\.session1=LOGGED_IN'
	refuse_verdict 'after\.session2=.*'
	expect_console 'guard: target .* logged in again after'
}
