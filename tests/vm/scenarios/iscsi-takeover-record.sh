# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid takes the session over by a node record of it; then the target is restarted"
limit=300
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_node=120
	outage_boot_debian 20
	expect_stream 200
	iscsi_outage 5
	outage_over 1 15
	outage_unharmed 100
	outage_taken_over
	expect_verdict 'after\.session1\.recovery_tmo=120' # the record's, which the guard leaves
	refuse_console 'replacement time-out'
	refuse_console 'logging in again'
}
