# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="An NFS 4.0 export goes to another server while the root that is mounted by address writes, and the first server ends: it stalls and goes on there"
limit=300
soak=yes
. "$top/tests/vm/moved.sh"

run() {
	moved_export 4.0
}
