# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server's name gets another address, the old one is dead: the root under writes stalls and goes on there"
limit=180
soak=yes
. "$top/tests/vm/moved.sh"

run() {
	moved_site "$LAB_SERVER"
	moved_boot vers=4.2 50
	nfs_stop
	ip address del "$LAB_SERVER/24" dev net0
	ip address add 10.77.0.2/24 dev net0
	moved_name 10.77.0.2
	nfs_start
	expect_console 'guard: NFS server nas has moved from 10\.77\.0\.1 to 10\.77\.0\.2' 60
	expect_console 'guard: NFS server nas at 10\.77\.0\.2: connected again' 60
	moved_unharmed 100
}
