# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An image is copied into memory over a network that fails on the way; its server is let go of, and may go; without room it is read where it is"
limit=200
. "$top/tests/vm/shutdown.sh"
. "$top/tests/vm/image.sh"

run() {
	shutdown_wire
	image_nfs 120000000 squashfs
	client_memory=640
	boot "root=nfs:$LAB_SERVER:/srv/ltsp ltsp.image=images/x86_64.img toram verdict.wait=/sys/class/net/eth0/carrier:0 verdict.write verdict.sum=/big verdict.pivot=poweroff"
	expect_console 'netroot: toram: [0-9]+ of 12[01] MB copied, [0-9]+ MB/s, [0-9]+ s left' 40
	net_loss 100
	expect_console 'netroot: toram: [0-9]+ of 12[01] MB copied, nothing more has come for [2-9] s' 20
	net_loss 0
	expect_console 'netroot: toram: the image /images/x86_64.img is in memory, 12[01] MB in [0-9.]+ s' 60
	expect_console 'netroot: handover: starting /sbin/init' 20
	nfs_stop
	client_monitor client "set_link nic1 off"
	expect_init 60
	expect_verdict 'root.fstype=overlay'
	expect_verdict 'mount./run/initramfs/overlay/lower=/dev/loop0 squashfs ro,.*'
	refuse_verdict 'mount\..*nfs.*'
	expect_verdict 'write=ok'
	expect_verdict "sum=$image_sum /big"
	# the lease is renewed on, for whoever uses the network
	expect_verdict 'process.[0-9]*=@netroot-guard.*'
	refuse_verdict 'guard.mount=.*(nfs|squashfs|overlay).*'
	expect_nfs_left 1
	expect_console 'netroot: shutdown: powering off after [0-9]+ ms' 0
	refuse_console 'given up|forcing|cannot be unmounted|I/O error'
	nfs_start
	client_memory=320
	boot "root=nfs:$LAB_SERVER:/srv/ltsp ltsp.image=images/x86_64.img ltsp.image_to_ram=1 verdict.sum=/big verdict.pivot=poweroff"
	expect_init 60
	expect_console 'netroot: toram: the image /images/x86_64.img is read over the network: 12[01] MB do not fit into memory: [12][0-9]+ MB are available, of which 134 MB have to stay free' 0
	expect_verdict "sum=$image_sum /big"
}
