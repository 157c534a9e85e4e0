# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server of the root is gone with data not written: the machine goes off all the same, within its limits"
soak=yes
. "$top/tests/vm/shutdown.sh"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw verdict.open verdict.down verdict.pivot=reboot"
	expect_console 'init: waits for the network to go' 40
	# what is on its way is lost as well: no FIN, no RST, as with a cable that was pulled
	client_monitor client "set_link nic1 off"
	shutdown_ended 30
	expect_console 'netroot: shutdown: flushing given up after [0-9]+ s, [0-9]+ kB short' 0
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
}
