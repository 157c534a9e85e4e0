# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid is told \"target not found\" while the target is restarted: whoever logs in again, the root goes on"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_boot_debian 70
	expect_stream 200
	iscsi_outage_refused 3 10
	outage_over 1 60
	outage_unharmed 150
	outage_taken_over
	expect_console 'another process \(iscsid\) listens for this session and is left to it'
}
