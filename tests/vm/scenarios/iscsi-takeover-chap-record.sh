# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A target that demands CHAP: Debian's iscsid takes the session over by a node record of it; then the target is restarted"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_node=4711
	outage_chap_taken_over
	expect_verdict 'after\.session1\.recovery_tmo=4711'
}
