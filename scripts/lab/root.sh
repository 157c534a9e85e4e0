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
		[ -n "$(find "$top/tests/vm/$1.c" "$top"/tests/vm/*.h -newer "$top/build/vm/bin/$1")" ]; then
		# Two scenarios may build it at once, with the same process ids.
		root_new=$(mktemp "$top/build/vm/bin/$1.XXXXXX")
		"${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Os -s -static \
			-o "$root_new" "$top/tests/vm/$1.c" >&2
		mv "$root_new" "$top/build/vm/bin/$1"
	fi
	echo "$top/build/vm/bin/$1"
}

# root_small DIR [without-init|linked]: the small root's tree. linked: /sbin/init is an absolute
# symbolic link, as Debian's is.
root_small() {
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

# Network managers of three kinds are in it; root_debian enables one of them.
ROOT_DEBIAN_PACKAGES="systemd-sysv udev kmod iproute2 login open-iscsi nfs-common"
ROOT_DEBIAN_PACKAGES="$ROOT_DEBIAN_PACKAGES network-manager ifupdown isc-dhcp-client dbus"

# root_debian_tar: makes the tree once, as build/debian/root-KEY.tar, and says where it is. The key
# stands for all that goes into it. Needs the network of this machine: not for use inside the site.
# A scenario may set root_more= to further packages: a tree of its own, for what would be in the way of
# the others.
root_debian_tar() {
	root_key=$({
		echo "$ROOT_DEBIAN_PACKAGES${root_more:+ $root_more} $KVER"
		cat "$top/scripts/lab/debian-hook"
	} | cksum | cut -d ' ' -f 1)
	root_tar=$top/build/debian/root${root_more:+-more}-$root_key.tar
	if [ ! -s "$root_tar" ]; then
		[ -z "${LAB_INSIDE-}" ] || lab_die "no Debian root prepared (needs=debian)"
		root_debian_make "$root_tar" >&2
	fi
	echo "$root_tar"
}

root_debian_make() { # FILE
	echo "making a Debian root with mmdebstrap (about a minute, once)"
	rm -f "${1%-*}"-[0-9]*
	mkdir -p "$top/build/debian"
	# The way to the mirror is as this machine's own apt has it.
	apt-config dump | grep '^Acquire::.*"..*"' >"$1.apt.conf" || :
	export top
	mmdebstrap --quiet --variant=minbase --format=tar --aptopt="$1.apt.conf" \
		--include="$(echo "$ROOT_DEBIAN_PACKAGES${root_more:+ $root_more}" | tr ' ' ',')" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--customize-hook="$top/scripts/lab/debian-hook" \
		bookworm "$1.new" || {
		rm -f "$1.new"
		lab_die "mmdebstrap could not make the Debian root"
	}
	rm -f "$1.apt.conf"
	mv "$1.new" "$1"
}

# root_debian DIR [networkd|nm|ifupdown[-manual|-ip6]]: unpacked into the directory, with that network
# manager enabled and told nothing of its own; ifupdown has "auto" of the NIC eth0 by DHCP, as
# "manual", or "allow-hotplug" of it by DHCPv6. A scenario may say root_manager= instead. Without: none is enabled.
root_debian() {
	root_tar=$(root_debian_tar)
	tar -xf "$root_tar" -C "$1" --exclude='./dev/*' --numeric-owner
	root_verdict "$1"
	case ${2-${root_manager-}} in
	'') ;;
	networkd) root_enable "$1" systemd-networkd.service ;;
	nm) root_enable "$1" NetworkManager.service ;;
	ifupdown)
		root_enable "$1" networking.service
		root_interfaces "$1" auto 'inet dhcp'
		;;
	ifupdown-manual)
		root_enable "$1" networking.service
		root_interfaces "$1" auto 'inet manual'
		;;
	ifupdown-ip6)
		root_enable "$1" networking.service
		root_interfaces "$1" allow-hotplug 'inet6 dhcp'
		;;
	*) lab_die "no such network manager: $2" ;;
	esac
}

root_verdict() { # DIR
	install -m 755 "$top/tests/vm/verdict.sh" "$1/usr/local/sbin/verdict"
	install -m 755 "$(root_program stream)" "$1/usr/local/sbin/stream"
	install -m 755 "$top/build/netrootctl" "$1/usr/sbin/netrootctl"
	install -m 644 "$top/tests/vm/verdict.service" "$1/etc/systemd/system/"
	root_enable "$1" verdict.service
}

root_enable() { # DIR UNIT
	chroot "$1" systemctl --quiet enable "$2"
}

root_interfaces() { # DIR auto|allow-hotplug METHOD
	cat >"$1/etc/network/interfaces" <<END
auto lo
iface lo inet loopback

$2 eth0
iface eth0 $3
END
}
