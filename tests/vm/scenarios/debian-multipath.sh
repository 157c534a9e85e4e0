# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian's multipathd adopts the map of the root as it is, its iscsid both sessions; then a path fails and comes back"
limit=500
needs=debian
soak=yes
root_more="multipath-tools"
. "$top/tests/vm/outage.sh"
. "$top/tests/vm/multipath.sh"

run() {
	multipath_site gpt debian
	client_memory=1024
	multipath_boot "root=LABEL=netroot verdict.debian verdict.ctl verdict.group=2 verdict.stream=40"
	expect_stream 300
	# whatever the map was made with: multipathd has been told to use the other
	first=$(multipath_in_use)
	multipath_cut "$first"
	outage_over 1 30
	multipath_mend "$first"
	outage_unharmed 200
	expect_verdict 'root\.device=/dev/(mapper/[^ ]*|dm-2)'
	refuse_verdict 'failed=.*'
	expect_verdict 'switchgroup=ok'
	# as multipathd has it: what its kernel map was, both paths working, in the end as well
	for told in before after; do
		expect_verdict "$told\.multipath=$MULTIPATH_WWID .*IET,VIRTUAL-DISK"
		expect_verdict "$told\.multipath=size=.* features='1 queue_if_no_path' hwhandler='0' wp=rw"
		for disk in sda sdb; do
			expect_verdict "$told\.multipath=.* $disk .* active ready running"
		done
	done
	expect_verdict "link=mapper/$MULTIPATH_WWID -> \.\./dm-0"
	expect_verdict "link=mapper/$MULTIPATH_WWID-part2 -> \.\./dm-2"
	expect_verdict "link=disk/by-label/netroot -> \.\./\.\./dm-2"
	for told in "Current Portal: $LAB_SERVER:3260,1" "Current Portal: $MULTIPATH_OTHER:3260,1" 'Recovery Timeout: 5'; do
		expect_verdict "iscsiadm=$told"
	done
	for told in "portal +$LAB_SERVER:3260, group 1" "portal +$MULTIPATH_OTHER:3260, group 1"; do
		expect_verdict "ctl\.status= $told"
	done
	expect_verdict 'ctl\.status= works by +2 of 2 paths, queues without any'
	for disk in sda sdb; do
		expect_verdict "ctl\.status= path +$disk, running, in (use|reserve), session [12] to .*"
	done
	expect_verdict 'ctl\.status= kept by +multipathd \(pid [0-9]+\) and guard \(pid [0-9]+\)'
	for told in multipath-retry multipath-daemon; do
		expect_verdict "ctl\.doctor=warning +$told: /etc/multipath\.conf"
	done
}
