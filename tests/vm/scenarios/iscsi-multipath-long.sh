# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two paths to one LUN, and the target is away for 60 s under writes: both fail, the map queues"
limit=300
soak=yes
. "$top/tests/vm/outage.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site whole
	multipath_boot "verdict.stream=80"
	expect_stream 60
	iscsi_outage 60
	multipath_portal
	outage_over 1 20
	outage_unharmed 120
	multipath_map 2
	expect_console 'guard: the last path of the root .* has failed: it waits' 0
	expect_console 'guard: a path of the root .* is back after [0-9.]+ s: it goes on' 0
}
