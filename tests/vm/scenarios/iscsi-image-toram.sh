# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A disk image on an iSCSI LUN is copied into memory while its target restarts, and goes on where it was; then the session is logged out of, nobody guards it, and the target may go"
limit=200
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/image.sh"

run() {
	shutdown_wire
	image_disk 120000000
	image_lun
	rm /srv/lun/vm/disk.img
	client_memory=640
	# no lease to be guarded either
	boot "root=iscsi:$LAB_SERVER::::$LAB_IQN ip=10.77.0.9::$LAB_SERVER:24::eth0:off netroot.image=/vm/disk.img rd.live.ram=1 verdict.wait=/sys/class/net/eth0/carrier:0 verdict.sum=/big verdict.pivot=poweroff"
	expect_console 'netroot: toram: [0-9]+ of [0-9]+ MB copied, [0-9]+ MB/s' 40
	iscsi_outage 1
	expect_console 'netroot: toram: the session was lost: ' 30
	expect_console 'netroot: toram: the image /vm/disk.img is in memory, [0-9]+ MB in' 60
	# of the file's 258 MB
	refuse_console 'netroot: toram: the image /vm/disk.img is in memory, 25[0-9] MB'
	image_lun_left
	expect_verdict 'root.device=/dev/loop0p2'
	expect_verdict 'root.fstype=ext4'
	refuse_verdict 'process.[0-9]*=@netroot-guard.*'
}
