# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A path whose NIC has no address yet as the first one is logged in is tried on, and in the map in the end"
limit=120
. "$top/tests/vm/multipath.sh"

run() {
	nft 'table inet late {
		chain in {
			type filter hook input priority 0
			iifname net1 udp dport 67 drop
		}
	}'
	multipath_site whole
	multipath_boot ""
	expect_console "attach: .*at $MULTIPATH_OTHER:3260: no route: .*; it is tried again, 1 other left" 60
	nft delete table inet late
	expect_init 60
	expect_console "paths: the path by $MULTIPATH_OTHER port 3260 is in the map, 2 in all" 0
	expect_console 'paths: the map has 2 paths' 0
	# said once, however often it is tried
	[ "$(grep -c 'no route: ' "$LAB_OUT/client.console")" = 1 ] || fail "the path that fails is told of again and again"
}
