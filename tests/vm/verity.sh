# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of a root that is verified have in common.

# verity_initrd: INITRD is one that can verify.
verity_initrd() {
	boot_packed initrd-verity --add-feature verity
}

# verity_make IMAGE [ARGUMENT...]: as the user makes it; VERITY_HASH is of it, and VERITY_OFFSET where the tree is appended.
verity_make() {
	verity_words=$("$top/initramfs/mkverity" "$@") || fail "mkverity cannot"
	VERITY_HASH=$(echo "$verity_words" | sed 's/.*netroot.verity=\([0-9a-f]*\).*/\1/')
	VERITY_OFFSET=$(echo "$verity_words" | sed -n 's/.*,hash-offset=//p')
}

# verity_squashfs FILE: the tree as a squashfs, with its tree of hashes.
verity_squashfs() {
	mkdir -p "${1%/*}"
	mksquashfs "$ROOT_DIR" "$1" -quiet -no-progress -comp gzip
	verity_make "$1"
}

# As messages have it.
verity_short() {
	echo "$VERITY_HASH" | cut -c 1-16
}

# A root hash as good as any, but not this one's.
verity_other() {
	echo "$VERITY_HASH" | tr 0-9a-f 1-9a-f0
}

# verity_flip FILE OFFSET: the lowest bit of that byte.
verity_flip() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # it is made here
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# The name of a partition by a half of the root hash, as systemd's roothash= has it.
verity_partuuid() { # data|tree
	case $1 in
	data) echo "$VERITY_HASH" | cut -c 1-32 ;;
	tree) echo "$VERITY_HASH" | cut -c 33-64 ;;
	esac | sed 's/^\(.\{8\}\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/'
}

# verity_disk FILE DATA TREE: a disk with both as partitions.
verity_disk() {
	data_mib=$(($(stat -c %s "$2") >> 20))
	tree_mib=$((($(stat -c %s "$3") >> 20) + 1))
	truncate -s "$((data_mib + tree_mib + 4))M" "$1"
	sfdisk -q "$1" <<END
label: gpt
start=4096, size=${data_mib}MiB, name=root, uuid=$(verity_partuuid data), type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709
size=${tree_mib}MiB, name=root-verity, uuid=$(verity_partuuid tree), type=2c7357ed-ebd2-46d9-aec1-23d437ec2bf5
END
	dd if="$2" of="$1" bs=1M seek=2 conv=notrunc,sparse status=none
	dd if="$3" of="$1" bs=1M seek=$((data_mib + 2)) conv=notrunc status=none
}

# verity_at IMAGE FILE BLOCK: the offset in the image, an ext4, of a byte in that block of the file.
verity_at() {
	at_block=$(debugfs -R "bmap $2 $3" "$1" 2>/dev/null)
	at_size=$(dumpe2fs -h "$1" 2>/dev/null | sed -n 's/^Block size: *//p')
	echo $((at_block * at_size + 100))
}
