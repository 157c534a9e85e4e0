# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with systemd-networkd on an iSCSI root reboots: unmounted clean, logged out of"
limit=300
needs=debian
soak=yes
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_wire
	root_manager=networkd
	iscsi_root whole debian
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	client_memory=1024
	boot "root=dhcp rw verdict.debian verdict.reboot"
	wait_for 270 client_ended client || fail "not restarted within 270 s"
	expect_verdict 'first\.multi-user=active'
	expect_verdict 'first\.manager=networkd'
	expect_console 'netroot: shutdown: iSCSI session [0-9]+: logged out' 0
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|not read-only|Kernel panic'
	expect_logouts 1
	expect_no_session
	expect_clean 0
}
