# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The switch to the root fails once the guard knows of it: the next attempt has a guard of its own, alone"

# A root without /run and without an inode for it: that is seen only in the middle of the switch.
full_root() {
	root_tree
	rmdir "$ROOT_DIR/run"
	mkdir "$ROOT_DIR/fill"
	full_image
	free=$(dumpe2fs -h "$LAB_OUT/root.img" 2>/dev/null | sed -n 's/^Free inodes: *//p')
	while [ "$free" -gt 0 ]; do
		: >"$ROOT_DIR/fill/$free"
		free=$((free - 1))
	done
	full_image
}

full_image() {
	rm -f "$LAB_OUT/root.img"
	mke2fs -q -t ext4 -L netroot -d "$ROOT_DIR" -N 64 -E root_owner=0:0 "$LAB_OUT/root.img" 64M \
		>/dev/null
}

run() {
	full_root
	iscsi_start
	iscsi_lun_back
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw"
	expect_console 'netroot: .*making /run in the root: .*attempt 2 in' 40
	expect_console 'netroot: .*making /run in the root: .*attempt 3 in' 40
	# nobody has it mounted in the 2 s before that
	debugfs -w -R 'rm fill/1' "$LAB_OUT/root.img" 2>/dev/null
	expect_init 60
	client_verdict client | grep -E '^process\.[0-9]+=@' >"$LAB_OUT/guards"
	[ "$(wc -l <"$LAB_OUT/guards")" = 1 ] || fail "not one guard: $(tr '\n' ' ' <"$LAB_OUT/guards")"
	expect_verdict 'iscsi_session\.session[0-9]+\.state=LOGGED_IN'
	expect_verdict 'guard\.Seccomp=2'
	refuse_verdict 'guard\.mount=.* ext4 .*'
}
