# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Halt: an iSCSI root is unmounted clean and logged out of, and the machine stands still, not off"
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_iscsi_boot verdict.pivot=halt
	expect_console 'reboot: System halted' 60
	expect_console 'netroot: shutdown: halting after [0-9]+ ms' 0
	expect_idle 20 2
	shutdown_clean 1
}
