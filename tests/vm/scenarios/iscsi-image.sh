# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A partition of a disk image on an iSCSI LUN is the root, with a journal that is not empty and without a writable layer: nothing is written, reads outlast a restart of the target, and all of it goes at the end"
limit=240
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/image.sh"

run() {
	shutdown_wire
	image_disk 20000000
	# as of a machine that was switched off
	debugfs -w -R 'feature needs_recovery' "/srv/lun/vm/disk.img?offset=$((2 << 20))" >"$LAB_OUT/debugfs.log" 2>&1
	grep -q needs_recovery "$LAB_OUT/debugfs.log" || fail "debugfs cannot: $(tail -n 1 "$LAB_OUT/debugfs.log")"
	image_lun
	root_sum=$(cksum <"$LAB_OUT/root.img")
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw netroot.image=/vm/disk.img:PARTLABEL=netroot verdict.write verdict.sums=90:/big verdict.pivot=poweroff"
	wait_for 80 file_has "$LAB_OUT/client.verdict" '^sums=begun' || fail "the image is not read; $(console_last)"
	iscsi_outage 3
	expect_init 120
	expect_verdict "sums.result=$image_sum"
	expect_verdict 'sums.longest=([3-9]|[1-9][0-9])\..*'
	expect_console 'netroot: plan: netroot.image="/vm/disk.img:PARTLABEL=netroot": an image is only read, nothing can be written: netroot.overlay gives it a writable layer' 0
	expect_console 'netroot: image: the root is a partition of /vm/disk.img, ext4' 0
	expect_verdict 'root.device=/dev/loop0p2'
	expect_verdict 'root.fstype=ext4'
	expect_verdict 'root.options=ro,.*'
	refuse_verdict 'write=ok'
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|dropped|forcing|cannot be unmounted|Buffer I/O error'
	# what holds the image is in no mount table
	expect_console 'EXT4-fs \(sda\): unmounting filesystem' 0
	expect_logouts 1
	[ "$root_sum" = "$(cksum <"$LAB_OUT/root.img")" ] || fail "the target's disk has changed"
}
