# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The iscsid of a Debian is killed, then its target is away for 150 s, under writes"
limit=600
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_long_debian verdict.kill
	refuse_verdict 'killed\.recoverer=.*iscsid'
	expect_verdict 'after\.session1=LOGGED_IN'
	expect_verdict 'after\.session1\.recovery_tmo=86400'
	expect_console 'guard: target .*: iscsid has given its session the default .* of 120 s, .*: set back to 86400 s'
	expect_console 'guard: target .* logged in again after 15[0-9]\.[0-9] s'
}
