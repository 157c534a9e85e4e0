# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two paths to one LUN are one map: first one fails under writes, then both, and nothing is lost"
limit=240
. "$top/tests/vm/outage.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site gpt
	multipath_boot "root=LABEL=netroot verdict.stream=36"
	expect_stream 60
	# the one in use: what waits on it goes to the other after the 5 s of its session
	first=$(multipath_first)
	multipath_cut "$first"
	outage_over 1 20
	multipath_mend "$first"
	# first what the guard does, as the kernel tells it, then that it knows of it
	expect_console "guard: .* at $first:3260: logged in again" 15
	expect_console 'device-mapper: multipath: [0-9:]+: Reinstating path' 5
	expect_console 'guard: the root .* has 2 of 2 paths' 5
	multipath_cut "$LAB_SERVER"
	multipath_cut "$MULTIPATH_OTHER"
	expect_console 'guard: the last path of the root .* has failed: it waits' 15
	sleep 3 # during which everything waits
	multipath_mend "$MULTIPATH_OTHER"
	outage_over 2 15
	multipath_mend "$LAB_SERVER"
	outage_unharmed 90
	expect_console 'paths: the map has 2 paths' 0
	expect_verdict 'root\.device=/dev/dm-2'
	multipath_map 2
	expect_verdict "map\.dm-2\.name=$MULTIPATH_WWID-part2"
	expect_verdict "map\.dm-2\.uuid=part2-mpath-$MULTIPATH_WWID"
	expect_verdict "map\.dm-2\.table=[0-9]+ linear [0-9]+:0 4096"
	for session in 1 2; do
		expect_verdict "iscsi_session\.session$session\.state=LOGGED_IN"
		expect_verdict "iscsi_session\.session$session\.recovery_tmo=5"
	done
	refuse_verdict 'iscsi_session\.session3\..*'
}
