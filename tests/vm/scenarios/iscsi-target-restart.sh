# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A root without iscsid outlives its target: killed under writes, started again 10 s later"
. "$top/tests/vm/outage.sh"

# With a session: CAP_NET_BIND_SERVICE, _NET_ADMIN, _NET_RAW, _SYS_ADMIN and no way to others; no file
# or mount of the root, which it would wait for.
guard_is_confined() {
	for set in Prm Eff Bnd; do
		expect_verdict "guard\.Cap$set=0000000000203400"
	done
	expect_verdict 'guard\.CapInh=0000000000000000'
	expect_verdict 'guard\.NoNewPrivs=1'
	expect_verdict 'guard\.Seccomp=2'
	expect_verdict 'guard\.initramfs=0'
	expect_verdict 'guard\.VmLck=[1-9][0-9]* kB'
	guard_kb=$(client_verdict client | sed -n 's/^guard\.VmRSS=\([0-9]*\) kB$/\1/p' | tail -n 1)
	echo "the guard holds $guard_kb kB"
	[ "$guard_kb" -le 2600 ] || fail "the guard holds $guard_kb kB"
	expect_verdict 'guard\.mount=.*'
	refuse_verdict 'guard\.mount=.*( ext4 |/dev/sd).*'
	expect_verdict 'guard\.fd\.[0-9]+=/sys/devices/.*/session1/state'
	guard_file=$(client_verdict client | grep '^guard\.fd\.' |
		grep -vE '=(/dev/(null|kmsg)|/sys/(devices/.*/(state|recovery_tmo)|class/iscsi_session)|/proc/[0-9]+/net/netlink|(socket|anon_inode):.*)$') || :
	[ -z "$guard_file" ] || fail "the guard has a file open: $guard_file"
}

run() {
	outage_boot 22
	expect_stream 90
	iscsi_outage 10
	outage_over 1 8
	outage_unharmed 40
	expect_console 'guard: target .* the target closed the connection \(kernel error 1020\): the root .* waits'
	expect_console 'guard: target .* logged in again after 1[0-9]\.[0-9] s'
	expect_verdict 'iscsi_session\.session1\.state=LOGGED_IN'
	expect_verdict 'iscsi_session\.session1\.recovery_tmo=86400'
	refuse_verdict 'iscsi_session\.session2\..*' # the same one, with the same disk
	expect_verdict 'process\.[0-9]+=@netroot-guard'
	guard_is_confined
}
