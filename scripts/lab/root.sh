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

# root_image DIR FILE [whole|gpt]: an ext4 of the tree with room to spare, LABEL=netroot; with gpt as
# the second partition of a disk, after an empty one.
root_image() {
	root_mib=$(du -sm "$1" | cut -f 1)
	root_mib=$((root_mib * 3 / 2 + 64))
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
		-E lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0 "$2" "${3}M" >/dev/null
}

# --- a Debian ---

ROOT_DEBIAN_PACKAGES="systemd-sysv udev kmod iproute2 login open-iscsi nfs-common"

# root_debian_tar: makes the tree once, as build/debian/root-KEY.tar, and says where it is. The key
# names all that goes into it.
root_debian_tar() {
	root_key=$(echo "2 $ROOT_DEBIAN_PACKAGES $KVER" | cksum | cut -d ' ' -f 1)
	root_tar=$top/build/debian/root-$root_key.tar
	mkdir -p "$top/build/debian"
	(
		# Two scenarios may want it at once.
		flock 9
		[ -s "$root_tar" ] || root_debian_make "$root_tar"
	) 9>"$top/build/debian/.lock" >&2
	echo "$root_tar"
}

# Diskless sites keep the kernel's modules in the root, of the kernel that PXE delivers; nobody here
# has use for sound, graphics and wireless. Nothing in this root touches the NIC it boots over.
root_debian_make() { # FILE
	echo "root: making a Debian root with mmdebstrap (a minute or two, once)"
	root_tmp=$top/build/debian/new.$$
	rm -rf "$root_tmp"
	mkdir -p "$root_tmp/overlay/lib/modules"
	apt-config dump | grep '^Acquire::' | grep '"[^"]' >"$root_tmp/apt.conf" || :
	# shellcheck disable=SC2016 # $1 is mmdebstrap's
	mmdebstrap --quiet --variant=minbase --format=tar --aptopt="$root_tmp/apt.conf" \
		--include="$(echo "$ROOT_DEBIAN_PACKAGES" | tr ' ' ',')" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook='chroot "$1" passwd -d root' \
		--customize-hook='echo netroot-demo >"$1/etc/hostname"; : >"$1/etc/fstab"' \
		--customize-hook='mkdir -p "$1/usr/lib/modules"; cp -a '"'$MODULES'"' "$1/usr/lib/modules/"' \
		--customize-hook='rm -rf "$1/usr/lib/modules/'"$KVER"'/kernel/drivers/"{gpu,media,staging,infiniband,isdn}' \
		--customize-hook='depmod -b "$1" '"$KVER" \
		--customize-hook="cp '$top/tests/vm/verdict.sh' \"\$1/usr/local/sbin/verdict\"" \
		--customize-hook="cp '$top/tests/vm/verdict.service' \"\$1/etc/systemd/system/\"" \
		--customize-hook='chmod 755 "$1/usr/local/sbin/verdict"' \
		--customize-hook='chroot "$1" systemctl enable verdict.service' \
		bookworm "$root_tmp/root.tar" || {
		rm -rf "$root_tmp"
		lab_die "mmdebstrap could not make the Debian root"
	}
	mv "$root_tmp/root.tar" "$1"
	rm -rf "$root_tmp"
}

# root_debian DIR: unpacked, for NFS or for root_image.
root_debian() {
	root_tar=$(root_debian_tar)
	rm -rf "$1"
	mkdir -p "$1"
	tar -xf "$root_tar" -C "$1" --exclude='./dev/*' --numeric-owner
}
