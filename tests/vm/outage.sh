# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of a target that goes away have in common: a small root on iSCSI without any
# iscsid, whose init writes a checked stream, and what has to be as if nothing had happened.

# outage_boot SECONDS: a root that writes for so long.
outage_boot() {
	iscsi_root
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.stream=$1"
}

outage_writes_or_over() {
	file_has "$LAB_OUT/client.verdict" '^stream=begun' || client_over
}

# outage_writing SECONDS: within them the root is there and writes.
outage_writing() {
	wait_for "$1" outage_writes_or_over || :
	file_has "$LAB_OUT/client.verdict" '^stream=begun' || fail "no root that writes within $1 s"
}

outage_through_or_over() {
	[ "$(grep -c '^stream\.stall=' "$LAB_OUT/client.verdict")" -ge "$1" ] || client_over
}

# outage_over COUNT SECONDS: since the target is back, the COUNTth stall ends within them.
outage_over() {
	outage_back=$(lab_now_cs)
	wait_for "$2" outage_through_or_over "$1" || :
	! client_over || fail "the client has ended before its target was back"
	outage_through_or_over "$1" || fail "nothing is written $2 s after the target is back"
	outage_took=$(($(lab_now_cs) - outage_back))
	echo "first write through $((outage_took / 100)).$(printf %02d $((outage_took % 100))) s after the target was back"
}

# outage_unharmed SECONDS: the stream ends within them, whole, and nobody but those two knew.
outage_unharmed() {
	expect_init "$1"
	expect_verdict 'stream\.result=ok'
	refuse_verdict 'mount\./=[^ ]* ext4 ro[, ].*'
	refuse_console 'I/O error|EXT4-fs (error|warning)|[Rr]emounting|rejecting I/O|Aborting journal'
	grep -aE '^stream\.' "$LAB_OUT/client.verdict"
}
