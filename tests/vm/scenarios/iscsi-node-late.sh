# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The disk of the root is in sysfs before it is in /dev, as on a busy machine: it is waited for, and no path is given up"

run() {
	# all of /dev is hidden until after the disk was to be read, and its coming back is told by no uevent
	mkdir -p "$LAB_DIR/hooks/attach.d"
	cat >"$LAB_DIR/hooks/attach.d/50-hide" <<'END'
#!/bin/sh
(
	sleep 1
	umount /dev
) &
mount -t tmpfs hidden /dev
END
	chmod 755 "$LAB_DIR/hooks/attach.d/50-hide"
	INITRD=$LAB_DIR/initrd
	boot_pack --hooks "$LAB_DIR/hooks" --compress gzip --output "$INITRD"
	iscsi_root
	dhcp_start
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN rw rd.debug"
	expect_init 40
	expect_console 'device: /dev/sda: No such file or directory: not all there yet' 0
	expect_verdict 'iscsi_session.session1.state=LOGGED_IN'
	refuse_console 'given up|device: /dev/sda: No such file or directory$'
}
