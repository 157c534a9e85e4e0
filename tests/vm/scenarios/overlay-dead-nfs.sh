# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server below a writable layer is gone: the machine goes off all the same, within its limits"
soak=yes
. "$top/tests/vm/shutdown.sh"

run() {
	shutdown_dead_nfs rd.overlay
	expect_verdict 'root.fstype=overlay'
	refuse_console 'flushing given up'
}
