# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="/run/initramfs/shutdown called by the last script of an init that holds the root: clean, logged out"
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_iscsi verdict.call=poweroff
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	expect_console 'reboot: Power down' 0
}
