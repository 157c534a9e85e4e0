# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The end of a root with two paths: unmounted clean, the map is removed, both sessions logged out of"
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site whole
	multipath_boot "verdict.dirty verdict.pivot=poweroff rd.debug"
	shutdown_reached
	expect_console 'netroot: shutdown: iSCSI session 1: logged out' 0
	expect_console 'netroot: shutdown: iSCSI session 2: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|I/O error'
	expect_no_session
	expect_clean
}
