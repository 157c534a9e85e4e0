# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="kexec: the loaded kernel is started behind a clean end, and with the same initrd boots the same root again"
limit=200
. "$top/tests/vm/shutdown.sh"

run() {
	root_tree
	mkdir "$ROOT_DIR/kexec"
	cp "$KERNEL" "$ROOT_DIR/kexec/kernel"
	cp "$INITRD" "$ROOT_DIR/kexec/initrd"
	# QEMU's, when it is emulated, is of no use to the second kernel
	echo "$BOOT_WORDS hpet=disable root=dhcp rw verdict.second verdict.pivot=poweroff" >"$ROOT_DIR/kexec/words"
	shutdown_iscsi_boot "verdict.kexec verdict.pivot=kexec"
	wait_for 180 client_ended client || fail "the second system does not power off"
	expect_console 'netroot: shutdown: starting the loaded kernel after [0-9]+ ms' 0
	expect_console 'kexec_core: Starting new kernel' 0
	expect_verdict 'cmdline=.* verdict\.second .*'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'no kernel is loaded|Kernel panic'
	shutdown_clean 2
}
