# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server of the root is gone with data not written: the machine goes off all the same, within its limits"
soak=yes
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_dead_nfs rw
	expect_console 'netroot: shutdown: flushing given up after [0-9]+ s, [0-9]+ kB short' 0
}
