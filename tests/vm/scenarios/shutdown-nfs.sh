# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The end as systemd begins it: an NFS root is unmounted; kexec without a kernel is a reboot, with its argument"
. "$top/tests/vm/shutdown.sh"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw verdict.dirty verdict.argument=firmware verdict.pivot=kexec"
	shutdown_reached
	expect_console 'netroot: shutdown: no kernel is loaded for kexec: rebooting instead' 0
	expect_console 'netroot: shutdown: rebooting after [0-9]+ ms' 0
	expect_console "reboot: Restarting system with command 'firmware'" 0
	refuse_console 'given up|forcing|cannot be unmounted'
	[ -e "$ROOT_DIR/netroot-dirty" ] || fail "what was written last is not on the server"
}
