# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The name of an NFSv3 server over IPv6 moves to one without the root's file system, then to one that has it"
limit=240
soak=yes
. "$top/tests/vm/moved.sh"

# moved_over_ip6 FROM TO: with nobody at FROM any more.
moved_over_ip6() {
	nfs_stop
	ip -6 address del "$1/64" dev net0
	ip -6 address add "$2/64" dev net0 nodad
	moved_name "$2"
	nfs_start
}

run() {
	net_ip6
	moved_site fd00:77::1
	moved_host=nas.lab.example
	moved_boot "vers=3 ip=10.77.0.50::10.77.0.1:24::eth0:none ip=[fd00:77::50]:::64::eth0:none nameserver=10.77.0.3" 90
	expect_console 'mount: nas\.lab\.example:/srv/root by NFS 3' 0
	moved_other
	moved_over_ip6 fd00:77::1 fd00:77::2
	expect_console 'name means fd00:77::2 now, where the root.s file system is not \(NFS status [0-9]+\): the root waits' 60
	moved_own
	moved_over_ip6 fd00:77::2 fd00:77::3
	expect_console 'guard: NFS server nas\.lab\.example has moved from fd00:77::1 to fd00:77::3' 90
	expect_console 'guard: NFS server nas\.lab\.example at fd00:77::3: connected again' 60
	moved_unharmed 120
}
