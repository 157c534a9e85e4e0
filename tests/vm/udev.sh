# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# Debian's udev as the witness of NICs' names: what its net_id says of them goes to the client's
# console, "udev: NIC KEY=VALUE" a line. For scenarios with needs=debian and a small root.

# udev_root: its program into the root, with what it is linked to.
udev_root() {
	tar -xf "$(root_debian_tar)" -C "$ROOT_DIR" ./usr/bin/udevadm
	for udev_library in $(ldd "$ROOT_DIR/usr/bin/udevadm" | grep -o '/[^ ]*'); do
		mkdir -p "$ROOT_DIR${udev_library%/*}"
		cp -L "$udev_library" "$ROOT_DIR$udev_library"
	done
}

# udev_hook DIR NIC...: it is asked about them once the root is mounted; hooks for mkinitrd in DIR.
udev_hook() {
	mkdir -p "$1/mount.d"
	udev_to=$1/mount.d/10-udev
	shift
	cat >"$udev_to" <<END
#!/bin/sh
mount -t sysfs sysfs /sysroot/sys
for nic in $*; do
	chroot /sysroot /usr/bin/udevadm test-builtin net_id /sys/class/net/\$nic 2>&1 |
		while read -r line; do echo "udev: \$nic \$line"; done
done
umount /sysroot/sys
END
	chmod +x "$udev_to"
}
