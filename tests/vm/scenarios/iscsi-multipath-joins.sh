# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A path that is not there at the handover comes 20 s later, and the guard puts it into the map: then the first dies for good"
limit=240
soak=yes
. "$top/tests/vm/outage.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_cut "$MULTIPATH_OTHER"
	multipath_site whole
	multipath_boot "verdict.stream=55"
	expect_stream 60
	expect_console "paths: the path by $MULTIPATH_OTHER port 3260 is left out: it is not there in time; the guard goes on" 0
	sleep 20 # of writes
	expect_console "guard: target .* at $MULTIPATH_OTHER:3260: .*refused.*: a further path to the root .* is not there yet" 0
	multipath_mend "$MULTIPATH_OTHER"
	expect_console "guard: target .* at $MULTIPATH_OTHER:3260: logged in, a further path to the root .* is in its map" 20
	expect_console 'guard: the root .* has 2 of 2 paths' 5
	multipath_cut "$LAB_SERVER"
	outage_over 1 30
	# the session that came later is kept as the other is
	multipath_cut "$MULTIPATH_OTHER"
	expect_console 'guard: the last path of the root .* has failed: it waits' 20
	multipath_mend "$MULTIPATH_OTHER"
	outage_over 2 20
	outage_unharmed 100
	refuse_console 'was refused, which is a bug|no system call filter|going on with'
	expect_verdict 'iscsi_session\.session[0-9]+\.recovery_tmo=5'
	# said once, however often it is tried
	[ "$(grep -c 'is not there yet' "$LAB_OUT/client.console")" = 1 ] || fail "the path that is not there is told of again and again"
}
