# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="rd.shell opens klibc's shell on the console; panic= reboots"

run() {
	boot "root=dhcp rd.shell rd.retry=5"
	expect_console 'netroot: rescue: no root after 5 s: a rescue shell' 40
	expect_console 'This is the rescue shell of netroot' 5
	expect_console '^\(netroot\) #' 5
	# The boot stands still under the shell, although by now the lease is there that names the root.
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	wait_for 60 file_has "$LAB_OUT/dnsmasq.log" DHCPACK || fail "no lease is asked for any more; $(console_last)"
	expect_idle 30 3
	refuse_console 'netroot: (attach|mount|handover):'
	client_stop client
	dhcp_stop
	boot "root=dhcp panic=1 rd.retry=4"
	expect_console 'netroot: rescue: no root after 4 s: reboot soon' 40
	wait_for 20 client_ended client || fail "the client does not reboot"
	expect_console 'reboot: Restarting system' 0
}
