# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An ext4 image of more than 1 GiB on NFS is read through by a small machine, and by a larger one copied into memory, where its holes and the cache take no room beside it"
limit=500
soak=yes
. "$top/tests/vm/image.sh"

meminfo() { # NAME: in MB, as the root was entered
	client_verdict client | sed -n "s/^$1: *\([0-9]*\)... kB\$/\1/p" | head -n 1
}

run() {
	# both are too large for memory
	for dir in ltsp root; do
		mkdir -p "/srv/$dir" "$LAB_OUT/$dir"
		mount --bind "$LAB_OUT/$dir" "/srv/$dir"
	done
	image_tree 1100000000
	root_image "$ROOT_DIR" /srv/ltsp/large.img
	nfs_export 1 /srv/ltsp '*' ro
	nfs_start
	dhcp_start
	words="root=nfs:$LAB_SERVER:/srv/ltsp netroot.image=/large.img"
	client_memory=512
	boot "$words verdict.sum=/big"
	expect_init 200
	expect_verdict "sum=$image_sum /big"
	client_memory=1800
	boot "$words toram verdict.read=/proc/meminfo verdict.sum=/big"
	expect_init 300
	expect_console 'netroot: toram: the image /large.img is in memory, [0-9]+ MB in' 0
	expect_verdict "sum=$image_sum /big"
	[ "$(meminfo Shmem)" -lt 1200 ] || fail "the holes are in memory as well: $(meminfo Shmem) MB"
	[ $(($(meminfo Cached) - $(meminfo Shmem))) -lt 60 ] || fail "what was copied is in the cache as well"
	grep -a 'netroot: toram: the image' "$LAB_OUT/client.console"
	rm -rf "$LAB_OUT/ltsp"
}
