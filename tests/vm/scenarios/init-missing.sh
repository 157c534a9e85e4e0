# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS root has no /sbin/init; recovers when it is put there"

run() {
	nfs_root without-init
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rd.debug"
	expect_console 'netroot: .*/sbin/init' 40
	expect_console 'netroot: .*attempt 2 in' 10
	# it was begun while init was looked for, and not begun again
	expect_console "attach: NFS server .* is not to be mounted so after all"
	refuse_console 'netroot: handover: starting'
	cp "$(root_program init)" "$ROOT_DIR/sbin/init.new"
	mv "$ROOT_DIR/sbin/init.new" "$ROOT_DIR/sbin/init"
	expect_init 90
}
