# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target is restarted during the login, before the pivot, in its moment, and 1 s after it"
limit=400
soak=yes
. "$top/tests/vm/outage.sh"

# restart_at REGEX SECONDS: so long after that line of the console.
restart_at() {
	expect_console "$1" 40
	sleep "$2"
	iscsi_outage 4
}

# attempt NAME COMMAND...: one boot; the same root each time.
attempt() {
	echo "$1"
	shift
	boot "root=dhcp rw verdict.stream=8"
	"$@"
	outage_writing 60
	outage_unharmed 90
}

run() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	attempt "in the login" outage_in_login
	attempt "behind the login" restart_at 'attach: logged in' 0
	attempt "in the pivot" restart_at 'handover: starting' 0
	attempt "after the pivot" restart_at 'handover: starting' 1
}
