# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target goes away for 150 s during the login, before the pivot, in its moment, and 1 s after it"
limit=1200
soak=yes
. "$top/tests/vm/outage.sh"

run() {
	outage_site
	outage_moments 150 60 90 ''
}
