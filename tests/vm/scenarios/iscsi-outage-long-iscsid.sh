# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A Debian whose iscsid keeps the session outlives a target that is away for 150 s, under writes: iscsid is not overruled"
limit=600
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_long_debian ''
	outage_taken_over
	expect_verdict 'after\.session1\.recovery_tmo=86400'
	expect_console 'guard: target .*: iscsid has given its session the default .* of 120 s, .*: set back to 86400 s'
	refuse_console 'overruled|logging in again'
}
