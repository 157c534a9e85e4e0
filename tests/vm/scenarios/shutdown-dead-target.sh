# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target of the root is gone, without a word: the machine goes off all the same, within its limits"
. "$top/tests/vm/shutdown.sh"

run() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.dirty verdict.down verdict.pivot=poweroff"
	expect_console 'init: waits for the network to go' 40
	# what is on its way is lost as well: no FIN, no RST, as with a cable that was pulled
	client_monitor client "set_link nic1 off"
	# what the README promises; this machine may be slow
	shutdown_ended 30
	expect_console 'netroot: shutdown: flushing given up after [0-9]+ s, [0-9]+ kB short' 0
	expect_console 'netroot: shutdown: /oldroot does not unmount: its disk or server does not answer' 0
	expect_console 'netroot: shutdown: iSCSI session 1: dropped, not logged out: .*' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
}
