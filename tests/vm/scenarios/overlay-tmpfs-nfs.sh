# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients at once on one NFS root, each with a writable layer in memory: neither sees the other's files, nor does the server, which is restarted below them"
limit=300
. "$top/tests/vm/second.sh"

tree() {
	(cd "$ROOT_DIR" && find . -type f -exec cksum {} + -o -printf '%p %y %m %T@ %l\n' | sort)
}

first_waits() {
	grep -q '^write=ok' "$LAB_OUT/client.verdict"
}

run() {
	nfs_root
	echo "read behind the restart" >"$ROOT_DIR/etc/late"
	tree >"$LAB_OUT/before"
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	boot "root=dhcp rw rd.overlay=tmpfs:size=64m verdict.write verdict.until=/run/initramfs/overlay/lower/go verdict.read=/etc/late verdict.read=/netroot-bulk verdict.dirty verdict.pivot=poweroff"
	wait_for 100 first_waits || fail "the first client has not written within 100 s"
	second_boot "root=dhcp overlayroot=tmpfs:recurse=0 verdict.read=/netroot-verdict verdict.bulk=1 verdict.call=poweroff"
	expect_second 100
	second_verdict 'root.fstype=overlay'
	second_verdict 'bulk=ok'
	expect_absent second /netroot-verdict
	tree >"$LAB_OUT/after"
	cmp -s "$LAB_OUT/before" "$LAB_OUT/after" || fail "the root has changed: $(diff "$LAB_OUT/before" "$LAB_OUT/after" | head -n 2)"
	file_has "$LAB_OUT/second.console" 'netroot: shutdown: powering off after' || fail "the second does not end by the program"
	! file_has "$LAB_OUT/second.console" 'given up|forcing|cannot be unmounted' || fail "the second's end is not clean"
	nfs_restart
	: >"$ROOT_DIR/go"
	expect_init 60
	expect_absent client /netroot-bulk
	expect_verdict 'read behind the restart'
	expect_verdict 'root.device=overlay'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'root.options=rw,.*lowerdir=/run/initramfs/overlay/lower,.*'
	expect_verdict 'mount./run/initramfs/overlay/lower=.* nfs4 ro,.*'
	expect_verdict 'mount./run/initramfs/overlay/upper=tmpfs tmpfs rw,.*size=65536k.*'
	expect_verdict 'write=ok'
	expect_verdict 'process.[0-9]*=@netroot-guard.*'
	refuse_verdict 'guard.mount=.*(nfs|overlay).*'
	expect_console 'netroot: overlay: the writable layer is in memory' 0
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted'
	rm "$ROOT_DIR/go"
	tree | grep -v '^\. d' >"$LAB_OUT/after"
	grep -v '^\. d' "$LAB_OUT/before" | cmp -s - "$LAB_OUT/after" || fail "the root has changed at the end"
}
