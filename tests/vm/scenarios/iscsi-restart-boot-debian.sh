# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target of a Debian with iscsid is restarted during the login, before the pivot, in its moment, and 1 s after it"
limit=1800
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

outage_moment_over() {
	outage_one_session
	expect_verdict 'after\.recoverer=.*iscsid'
}

run() {
	outage_site_debian
	outage_moments 4 250 120 verdict.debian
}
