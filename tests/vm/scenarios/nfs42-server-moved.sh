# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server's name gets another address, where it has no 4.0 and at first another file system, the old one is dead, and back again: the root under writes stalls and goes on"
limit=240
soak=yes
. "$top/tests/vm/moved.sh"

moved_to() { # FROM TO
	nfs_stop
	ip address del "$1/24" dev net0
	ip address add "$2/24" dev net0
	moved_name "$2"
	nfs_start
}

moved_over() { # FROM TO
	moved_told=$(echo "$1 to $2" | sed 's/\./\\./g')
	expect_console "guard: NFS server nas has moved from $moved_told" 60
	expect_console "guard: NFS server nas at ${moved_told#* to }: connected again" 60
}

run() {
	moved_site "$LAB_SERVER"
	moved_boot vers=4.2 90
	# by the guard it is asked in a session
	nfs_minor_versions=1,2
	moved_other
	moved_to "$LAB_SERVER" 10.77.0.2
	expect_console 'name means 10\.77\.0\.2 now, where the root.s file system is not \(NFS status [0-9]+\): the root waits' 60
	moved_own
	nfs_restart
	moved_over "$LAB_SERVER" 10.77.0.2
	nfs_minor_versions=0,1,2
	moved_to 10.77.0.2 "$LAB_SERVER"
	moved_over 10.77.0.2 "$LAB_SERVER"
	moved_unharmed 120
}
