# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A root without iscsid outlives a target that is away for 150 s, under writes"
limit=400
soak=yes
. "$top/tests/vm/outage.sh"

run() {
	outage_boot 170
	expect_stream 90
	iscsi_outage 150
	outage_over 1 15
	outage_unharmed 120
	expect_console 'guard: target .* logged in again after 15[0-9]\.[0-9] s'
	refuse_verdict 'iscsi_session\.session2\..*'
}
