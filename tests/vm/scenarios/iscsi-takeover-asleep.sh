# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid sleeps while its target is restarted, the guard overrules it, then it wakes and acts on old news"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_boot_debian 100 verdict.sleep=70
	expect_stream 200
	iscsi_outage 5
	outage_over 1 60
	outage_unharmed 150
	outage_taken_over
	expect_verdict 'iscsid=woken'
	expect_console 'the target answers: overruled: the root .* waits'
	expect_console 'guard: target .* logged in again after'
}
