# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# iSCSI of the site: tgtd. Its LUN 0 is a controller, disks begin with LUN 1. Targets and LUNs can
# come and go while clients run.

LAB_IQN=iqn.2026-01.lab.example:root
# What targets made from now on demand, where it is set: "NAME SECRET", or with what they answer
# themselves by, "NAME SECRET NAME SECRET".
lab_chap=

# iscsi_start [ADDRESS]: listens there, or where clients are.
iscsi_start() {
	service_start tgtd tgtd -f --iscsi "portal=${1-$LAB_SERVER}:3260"
	service_ready tgtd 5 iscsi_answers
}

iscsi_answers() {
	port_open tcp 3260 && tgtadm --lld iscsi --op show --mode sys >/dev/null 2>&1
}

iscsi_stop() {
	# tgtd takes SIGTERM only once its targets are gone.
	[ ! -s "$LAB_DIR/tgtd.pid" ] || kill -KILL "$(cat "$LAB_DIR/tgtd.pid")"
	service_stop tgtd
}

# iscsi_outage SECONDS: the target is killed, and started again with the same disk after that time.
# Whole before clients reach it: one that is told "target not found" may give up for good, as iscsid
# does.
iscsi_outage() {
	iscsi_stop
	sleep "$1"
	iscsi_start 127.0.0.1
	iscsi_lun_back
	tgtadm --lld iscsi --op new --mode portal --param "portal=$LAB_SERVER:3260"
}

# iscsi_outage_refused SECONDS REFUSED: the same, but for so long clients reach it before the target
# is there: they are told "target not found" (status 0203).
iscsi_outage_refused() {
	iscsi_stop
	sleep "$1"
	iscsi_start
	sleep "$2"
	iscsi_lun_back
}

iscsi_lun_back() {
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/root.img"
}

# iscsi_target TID IQN [INITIATOR-ADDRESS]: open to everybody, or to one address only.
iscsi_target() {
	tgtadm --lld iscsi --op new --mode target --tid "$1" --targetname "$2"
	# shellcheck disable=SC2086 # a list of words
	[ -z "$lab_chap" ] || iscsi_target_chap "$1" $lab_chap
	tgtadm --lld iscsi --op bind --mode target --tid "$1" --initiator-address "${3-ALL}"
}

iscsi_target_chap() { # TID NAME SECRET [NAME SECRET]
	iscsi_account "$1" "$2" "$3"
	[ $# -lt 5 ] || iscsi_account "$1" "$4" "$5" --outgoing
}

iscsi_account() { # TID NAME SECRET [--outgoing]
	tgtadm --lld iscsi --op new --mode account --user "$2" --password "$3"
	# shellcheck disable=SC2086 # a word or none
	tgtadm --lld iscsi --op bind --mode account --tid "$1" --user "$2" ${4-}
}

# iscsi_keys TID KEY=VALUE...: what the target says in a login, in place of tgtd's own.
iscsi_keys() {
	iscsi_tid=$1
	shift
	for iscsi_key; do
		tgtadm --lld iscsi --op update --mode target --tid "$iscsi_tid" -n "${iscsi_key%%=*}" -v "${iscsi_key#*=}"
	done
}

# iscsi_lun TID LUN FILE
iscsi_lun() {
	tgtadm --lld iscsi --op new --mode logicalunit --tid "$1" --lun "$2" --backing-store "$3"
}
