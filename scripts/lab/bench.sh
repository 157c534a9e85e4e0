# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # of lab.sh
# What the benches share. Sourced; median needs nothing else, the others lab.sh before it.

# Of the numbers on standard input.
median() {
	sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# bench_modules TREE MODULE...: these and what they need into TREE/m; prints them in load order.
bench_modules() {
	bench_tree=$1
	shift
	mkdir -p "$bench_tree/m"
	lab_modules "$@" | while read -r file; do
		cp "$file" "$bench_tree/m/"
		echo "/m/${file##*/}"
	done
}

# bench_initrd TREE FILE: packed, and the tree is gone.
bench_initrd() {
	(cd "$1" && find . | cpio -o -H newc --quiet) | zstd -q -19 -f -o "$2"
	rm -rf "$1"
}

# bench_prepare PACKAGES MAKE-TARGET...: what every run in a site needs, outside of it. Nothing of another run stays.
bench_prepare() {
	[ "$(id -u)" = 0 ] || lab_die "needs root: namespaces, taps, servers"
	# shellcheck disable=SC2086 # words
	"$top/scripts/deps" $1
	shift
	make -s -C "$top" all "$@"
	boot_prepare
	mkdir -p "$LAB_OUT"
	rm -rf "${LAB_OUT:?}"/*
}

# bench_site SCRIPT: runs it once more, inside a site, and ends with its status. What is large does not stay.
bench_site() {
	export N
	bench_status=0
	lab_enter "$1" || bench_status=$?
	rm -rf "$LAB_OUT"/root "$LAB_OUT"/*.img "$LAB_OUT"/*.monitor.*
	exit "$bench_status"
}
