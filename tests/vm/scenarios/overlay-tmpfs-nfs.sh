# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients at once on one NFS root, each with a writable layer in memory: neither sees the other's files, nor does the server, which is restarted below them"
limit=300

tree() {
	(cd "$ROOT_DIR" && find . -type f -exec cksum {} + -o -printf '%p %y %m %T@ %l\n' | sort)
}

# second WORDS: a further client of the same root.
second() {
	client_nic net0 virtio-net-pci romfile=
	client_start second "$limit" -kernel "$VMLINUX" -initrd "$INITRD" -append "$BOOT_WORDS $1"
}

second_verdict() { # REGEX
	tr -d '\r' <"$LAB_OUT/second.verdict" | grep -qxE -e "$1" || fail "not in the second's verdict: $1"
}

# Nothing stands between "begin PATH" and "end PATH".
expect_absent() { # NAME PATH
	tr -d '\r' <"$LAB_OUT/$1.verdict" | awk -v path="$2" '
		$0 == "begin " path { begun = 1; getline; absent = $0 == "end " path }
		END { exit !(begun && absent) }' || fail "$1 has $2, or does not tell"
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
	second "root=dhcp overlayroot=tmpfs:recurse=0 verdict.read=/netroot-verdict verdict.bulk=1 verdict.call=poweroff"
	wait_for 100 client_told second || fail "the second client does not tell within 100 s"
	wait_for 20 client_ended second || fail "the second client does not end"
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
