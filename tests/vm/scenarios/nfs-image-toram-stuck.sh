# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server is gone for two minutes while an image is copied from it into memory: the copy is given up, and goes on where it was over a new mount"
limit=400
soak=yes
. "$top/tests/vm/image.sh"

run() {
	image_nfs 120000000 squashfs
	client_memory=640
	# the end that is asked for is not due while the copy gets on
	boot "root=nfs:$LAB_SERVER:/srv/ltsp ltsp.image=images/x86_64.img toram panic=1 rd.retry=140 verdict.sum=/big"
	expect_console 'netroot: toram: [0-9]+ of 12[01] MB copied, [0-9]+ MB/s' 60
	nfs_stop
	expect_console 'netroot: toram: copying the image /images/x86_64.img into memory: [0-9]+ of 12[01] MB copied, nothing more has come for 90 s; attempt 2 in' 120
	expect_console 'netroot: attach: .*connection refused' 40
	sleep 10 # it stays away for a while
	nfs_start
	expect_console 'netroot: toram: the image /images/x86_64.img is in memory, [0-9]+ MB in' 90
	refuse_console 'netroot: toram: the image /images/x86_64.img is in memory, 12[01] MB'
	expect_init 60
	expect_verdict "sum=$image_sum /big"
	refuse_verdict 'mount\..*nfs.*'
}
