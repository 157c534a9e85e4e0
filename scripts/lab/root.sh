# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# Roots that clients boot: a small one, made in an instant around tests/vm/init.c, and a Debian.
# Each is a directory first, for NFS; root_image makes the disk of it for iSCSI.

ROOT_UUID=6e657472-6f6f-4000-8000-000000000001
ROOT_PARTUUID=6e657472-6f6f-4000-8000-000000000002

# The C programs of the VM tests, built when older than their source.
root_program() { # NAME: builds tests/vm/NAME.c, says where it is
	mkdir -p "$top/build/vm/bin"
	if [ ! -e "$top/build/vm/bin/$1" ] ||
		[ -n "$(find "$top/tests/vm/$1.c" -newer "$top/build/vm/bin/$1")" ]; then
		# Two scenarios may build it at once.
		"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Os -s -static \
			-o "$top/build/vm/bin/$1.$$" "$top/tests/vm/$1.c" >&2
		mv "$top/build/vm/bin/$1.$$" "$top/build/vm/bin/$1"
	fi
	echo "$top/build/vm/bin/$1"
}

# root_small DIR [without-init|linked|script]: the small root's tree. linked: /sbin/init is an absolute
# symbolic link, as Debian's is.
root_small() {
	rm -rf "$1"
	mkdir -p "$1/sbin" "$1/usr/lib/small" "$1/etc" "$1/tmp"
	mkdir -p "$1/proc" "$1/sys" "$1/dev" "$1/run"
	root_small_init=$(root_program init)
	case ${2-} in
	without-init) ;;
	linked)
		cp "$root_small_init" "$1/usr/lib/small/init"
		ln -s /usr/lib/small/init "$1/sbin/init"
		;;
	*) cp "$root_small_init" "$1/sbin/init" ;;
	esac
}

# root_image DIR FILE [whole|gpt [MEBIBYTES]]: an ext4 of the tree, LABEL=netroot; with gpt as the
# second partition of a disk, after an empty one.
root_image() {
	root_mib=${4-64}
	rm -f "$2"
	if [ "${3-whole}" = whole ]; then
		root_mkfs "$1" "$2" "$root_mib"
		return
	fi
	root_mkfs "$1" "$2.part" "$root_mib"
	truncate -s "$((root_mib + 4))M" "$2"
	sfdisk -q "$2" <<END
label: gpt
first-lba: 2048
size=1MiB, name=spare
start=4096, size=${root_mib}MiB, name=netroot, uuid=$ROOT_PARTUUID, type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709
END
	dd if="$2.part" of="$2" bs=1M seek=2 conv=notrunc,sparse status=none
	rm -f "$2.part"
}

root_mkfs() { # DIR FILE MEBIBYTES
	mke2fs -q -t ext4 -L netroot -U "$ROOT_UUID" -d "$1" -m 0 \
		-E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 "$2" "${3}M"
}
