# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two clients at once read one erofs image under layers in memory while its server restarts: their reads stall and go on, and neither sees the other's files"
limit=300
. "$top/tests/vm/image.sh"
. "$top/tests/vm/second.sh"

both() { # REGEX
	file_has "$LAB_OUT/client.verdict" "$1" && file_has "$LAB_OUT/second.verdict" "$1"
}

# Whoever has something to read connects again: a client that does waits in a read.
waiting_seen() {
	nft 'table inet waiting {
		set clients { type ipv4_addr; flags dynamic; }
		chain in {
			type filter hook input priority 0
			tcp dport 2049 tcp flags & (syn | ack) == syn add @clients { ip saddr }
		}
	}'
}

both_wait() {
	[ "$(nft list set inet waiting clients | grep -oE '10\.77\.0\.1[0-9]+' | sort -u | wc -l)" = 2 ]
}

run() {
	image_nfs 20000000 erofs
	image_before=$(cksum <"$image_file")
	words="root=nfs:$LAB_SERVER:/srv/ltsp rw netroot.image=/images/x86_64.img netroot.overlay"
	boot "$words verdict.write verdict.sums=90:/big verdict.read=/netroot-bulk verdict.pivot=poweroff"
	second_boot "$words verdict.bulk=1 verdict.sums=90:/big verdict.read=/netroot-verdict verdict.pivot=poweroff"
	wait_for 80 both '^sums=begun' || fail "not both clients read; $(console_last)"
	nfs_stop
	waiting_seen
	wait_for 60 both_wait || fail "not both clients wait for the server: $(nft list set inet waiting clients)"
	sleep 3 # how long both wait at least
	nfs_start
	expect_init 120
	expect_second 60
	both "^sums.result=$image_sum" || fail "what is read is not what is in the image"
	both '^sums.longest=([3-9]|[1-9][0-9])\.' || fail "not both have a read that has stalled while the server was away"
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/loop0 erofs ro,.*'
	expect_verdict 'write=ok'
	second_verdict 'bulk=ok'
	expect_absent client /netroot-bulk
	expect_absent second /netroot-verdict
	refuse_console 'I/O error|erofs: .*(rror|fail|corrupt)'
	[ "$image_before" = "$(cksum <"$image_file")" ] || fail "the image has changed"
}
