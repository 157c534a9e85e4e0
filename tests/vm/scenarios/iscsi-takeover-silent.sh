# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's iscsid has the session, the network is silent for 70 s: it is not overruled, it logs in"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_boot_debian 110
	expect_stream 200
	ip link set tap1 nomaster
	sleep 70
	ip link set tap1 master net0
	outage_over 1 60
	outage_unharmed 150
	outage_taken_over
	expect_console 'another process \(iscsid\) listens for this session and is left to it'
	refuse_console 'overruled|logging in again'
}
