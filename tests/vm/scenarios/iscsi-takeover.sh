# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid takes the session over, without a node record; then the target is restarted"
limit=300
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_boot_debian 20
	expect_stream 200
	iscsi_outage 5
	outage_over 1 60
	outage_unharmed 100
	outage_taken_over
	expect_verdict 'after\.session1\.recovery_tmo=86400'
	expect_console 'guard: target .*: iscsid has given its session the default .* of 120 s, .*: set back to 86400 s'
	expect_console 'another process \(iscsid\) listens for this session and is left to it'
	refuse_console 'logging in again'
}
