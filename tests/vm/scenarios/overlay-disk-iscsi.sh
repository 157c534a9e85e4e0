# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A writable layer on a local disk by LABEL over an iSCSI root: kept over a reboot, emptied by a word, one of each machine; without the disk in memory"
limit=500
. "$top/tests/vm/shutdown.sh"

# attempt WORDS...: a boot with the disk, which ends as systemd's do, or as $end says.
attempt() {
	boot "root=dhcp netroot.overlay=LABEL=layer verdict.read=/netroot-verdict $* verdict.write $end" -uuid "$machine" \
		-drive "if=none,id=layer,format=raw,file=$LAB_OUT/layer.img" -device virtio-blk-pci,drive=layer
	expect_init 90
	refuse_console 'given up|dropped|forcing|cannot be unmounted'
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/sda ext4 ro,.*'
	expect_verdict 'write=ok'
	[ "$root_sum" = "$(cksum <"$LAB_OUT/root.img")" ] || fail "the target's disk has changed"
	dumpe2fs -h "$LAB_OUT/layer.img" 2>/dev/null >"$LAB_OUT/layer.state"
	grep -qx 'Filesystem state: *clean' "$LAB_OUT/layer.state" || fail "the layer's filesystem is not clean"
	! grep -q needs_recovery "$LAB_OUT/layer.state" || fail "the layer's journal is to be replayed"
}

# had LINES: so many lines were in the file that the boot before has written.
had() {
	client_verdict client | sed -n '/^begin \/netroot-verdict$/,/^end /p' | grep -vcE '^(begin|end) ' |
		grep -qx "$1" || fail "$1 lines were expected of the boot before"
}

run() {
	end=verdict.pivot=poweroff
	machine=6e657472-6f6f-4000-8000-0000000000aa
	INITRD=$LAB_DIR/initrd
	mkdir -p "$LAB_DIR/hooks/mount.d"
	printf '#!/bin/sh\necho "a hook has written" >/sysroot/etc/hook\n' >"$LAB_DIR/hooks/mount.d/50-write"
	chmod 755 "$LAB_DIR/hooks/mount.d/50-write"
	boot_pack --hooks "$LAB_DIR/hooks" --features iscsi,scsi-disk,ext4,overlay,local-disk --compress gzip --output "$INITRD"
	iscsi_root
	root_sum=$(cksum <"$LAB_OUT/root.img")
	mke2fs -q -t ext4 -L layer "$LAB_OUT/layer.img" 64M
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	attempt verdict.read=/etc/hook
	had 0
	expect_verdict 'a hook has written'
	expect_verdict 'mount./run/initramfs/overlay/upper=/dev/vda ext4 rw,.*'
	expect_console 'netroot: overlay: the writable layer is /netroot/6e657472-6f6f-4000-8000-0000000000aa/upper of vda, ext4' 0
	# an init that goes on running has / in use to the end
	end=verdict.call=poweroff
	attempt
	had 1
	end=verdict.pivot=poweroff
	attempt netroot.overlay.reset
	had 0
	expect_console 'of vda, ext4, and begins empty' 0
	attempt rd.overlay.readonly
	had 1
	expect_verdict 'mount./run/initramfs/overlay/frozen=/dev/vda ext4 ro,.*'
	# on the same disk another machine has a layer of its own
	machine=6e657472-6f6f-4000-8000-0000000000bb
	attempt
	had 0
	expect_console 'netroot: overlay: the writable layer is /netroot/6e657472-6f6f-4000-8000-0000000000bb/upper of vda, ext4' 0
	# the same words where there is no disk, nor its driver's device
	boot "root=dhcp overlayroot=device:dev=LABEL=layer,timeout=1 verdict.write verdict.pivot=poweroff"
	expect_init 90
	expect_console 'netroot: overlay: no disk with LABEL=layer, there is none at all: .*; the writable layer is in memory instead, nothing is kept' 0
	expect_verdict 'write=ok'
}
