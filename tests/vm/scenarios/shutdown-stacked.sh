# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A filesystem in a file of the iSCSI root, on a loop device and a device-mapper map: both ends are clean"
. "$top/tests/vm/shutdown.sh"

run() {
	root_tree
	mkdir -p "$ROOT_DIR/stacked/mnt"
	mke2fs -q -t ext4 -F "$ROOT_DIR/stacked/image" 8M >/dev/null
	lab_modules_numbered "$ROOT_DIR/stacked" loop dm_mod
	shutdown_iscsi "verdict.stacked verdict.pivot=reboot"
	expect_verdict 'stacked=ok'
	debugfs -R "dump /stacked/image $LAB_OUT/inner.img" "$LAB_OUT/root.img" 2>/dev/null
	! dumpe2fs -h "$LAB_OUT/inner.img" 2>/dev/null | grep -q needs_recovery || fail "the inner journal is to be replayed"
	[ "$(debugfs -R 'cat /last' "$LAB_OUT/inner.img" 2>/dev/null)" = last ] ||
		fail "what was written last is not in the inner filesystem"
}
