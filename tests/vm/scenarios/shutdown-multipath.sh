# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The end of a root on a partition with two paths: unmounted clean, no map is left, both sessions logged out of"
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site gpt
	# The kernel lists dm-1, dm-2, dm-0, dm-3, by a hash of their names: with a third partition the map that all are on
	# comes neither first nor last.
	echo "size=1024" | sfdisk -q -N 1 "$LAB_OUT/root.img"
	echo "start=3072, size=1024" | sfdisk -q --append "$LAB_OUT/root.img"
	multipath_boot "root=LABEL=netroot verdict.dirty verdict.pivot=poweroff rd.debug"
	shutdown_reached
	expect_console 'map: dm-0 is the map of .*, the root is dm-[123]' 0
	expect_verdict 'map\.dm-3\.name=.*-part[123]'
	expect_console 'netroot: shutdown: iSCSI session 1: logged out' 0
	expect_console 'netroot: shutdown: iSCSI session 2: logged out' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|still in use|I/O error'
	expect_no_session
	expect_clean $((4096 * 512))
}
