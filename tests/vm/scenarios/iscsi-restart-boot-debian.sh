# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target of a Debian with iscsid is restarted during the login, before the pivot, in its moment, and 1 s after it"
limit=1500
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

# after REGEX SECONDS: so long after that line of the console.
after() {
	expect_console "$1" 60
	sleep "$2"
	iscsi_outage 4
}

# attempt NAME COMMAND...: one boot; the same root each time.
attempt() {
	echo "$1"
	shift
	boot "root=dhcp rw verdict.debian verdict.stream=8"
	"$@"
	outage_writing 250
	outage_unharmed 120
	expect_verdict 'after\.session[0-9]+=LOGGED_IN'
	refuse_verdict 'failed=.*'
}

run() {
	outage_site_debian
	attempt "in the login" outage_in_login
	attempt "behind the login" after 'attach: logged in' 0
	attempt "in the pivot" after 'handover: starting' 0
	attempt "after the pivot" after 'handover: starting' 1
}
