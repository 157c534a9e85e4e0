# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target of a Debian is restarted at each moment of the boot, its iscsid is killed, and the target is restarted again"
limit=1800
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

# Nobody but the guard is there when the target goes away once more, under writes.
outage_moment_writes() {
	iscsi_outage 4
	outage_over 1 15
}

outage_moment_over() {
	refuse_verdict 'killed\.recoverer=.*iscsid'
	expect_verdict 'killed\.recoverer=@netroot-guard'
	outage_one_session
}

run() {
	outage_site_debian
	outage_moments 4 250 120 'verdict.debian verdict.kill'
}
