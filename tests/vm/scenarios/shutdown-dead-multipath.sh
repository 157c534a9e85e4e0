# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Every path of the root is gone, without a word, and its map queues: the machine goes off all the same, within its limits"
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site gpt
	multipath_boot "root=LABEL=netroot verdict.dirty verdict.down verdict.pivot=poweroff"
	expect_console 'init: waits for the network to go' 40
	expect_console 'paths: the map has 2 paths' 0
	client_monitor client "set_link nic2 off"
	client_monitor client "set_link nic1 off"
	# as with one target that is gone: what queues in the map is told that no path comes back
	shutdown_ended 30
	expect_console 'netroot: shutdown: flushing given up after [0-9]+ s, [0-9]+ kB short' 0
	expect_console 'netroot: shutdown: /oldroot does not unmount: its disk or server does not answer' 0
	for session in 1 2; do
		expect_console "netroot: shutdown: iSCSI session $session: dropped, not logged out: .*" 0
	done
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
}
