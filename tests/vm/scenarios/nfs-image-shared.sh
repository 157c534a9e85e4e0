# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients at once read one erofs image under layers in memory while its server restarts: their reads stall and go on, and neither sees the other's files"
limit=200
. "$top/tests/vm/image.sh"

told() { # NAME REGEX: in the verdict so far
	tr -d '\r' <"$LAB_OUT/$1.verdict" | grep -qxE -e "$2"
}

both() { # REGEX
	told client "$1" && told second "$1"
}

# Nothing stands between "begin PATH" and "end PATH".
expect_absent() { # NAME PATH
	told "$1" "end $2" || fail "$1 does not tell of $2"
	tr -d '\r' <"$LAB_OUT/$1.verdict" | grep -A 1 -x "begin $2" | grep -qx "end $2" || fail "$1 has $2"
}

run() {
	image_nfs 20000000 erofs
	image_before=$(cksum <"$image_file")
	words="root=nfs:$LAB_SERVER:/srv/ltsp rw netroot.image=/images/x86_64.img netroot.overlay"
	boot "$words verdict.write verdict.sums=90:/big verdict.read=/netroot-bulk verdict.pivot=poweroff"
	client_nic net0 virtio-net-pci romfile=
	client_start second "$limit" -kernel "$VMLINUX" -initrd "$INITRD" \
		-append "$BOOT_WORDS $words verdict.bulk=1 verdict.sums=90:/big verdict.read=/netroot-verdict verdict.pivot=poweroff"
	wait_for 60 both sums=begun || fail "not both clients read"
	nfs_stop
	sleep 3 # how long it is away
	nfs_start
	expect_init 60
	wait_for 60 client_ended second || fail "the second client does not end"
	both "sums.result=$image_sum" || fail "what is read is not what is in the image"
	both 'sums.longest=([3-9]|[1-9][0-9])\..*' || fail "not both have a read that has stalled while the server was away"
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/loop0 erofs ro,.*'
	expect_verdict 'write=ok'
	told second 'bulk=ok' || fail "the second client cannot write"
	expect_absent client /netroot-bulk
	expect_absent second /netroot-verdict
	refuse_console 'I/O error|erofs: .*(rror|fail|corrupt)'
	[ "$image_before" = "$(cksum <"$image_file")" ] || fail "the image has changed"
}
