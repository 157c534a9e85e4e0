# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# iSCSI of the site: tgtd. Its LUN 0 is a controller, disks begin with LUN 1. Targets and LUNs can
# come and go while clients run.

LAB_IQN=iqn.2026-01.lab.example:root

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
	iscsi_target 1 "$LAB_IQN"
	iscsi_lun 1 1 "$LAB_OUT/root.img"
	tgtadm --lld iscsi --op new --mode portal --param "portal=$LAB_SERVER:3260"
}

# iscsi_target TID IQN [INITIATOR-ADDRESS]: open to everybody, or to one address only.
iscsi_target() {
	tgtadm --lld iscsi --op new --mode target --tid "$1" --targetname "$2"
	tgtadm --lld iscsi --op bind --mode target --tid "$1" --initiator-address "${3-ALL}"
}

# iscsi_lun TID LUN FILE
iscsi_lun() {
	tgtadm --lld iscsi --op new --mode logicalunit --tid "$1" --lun "$2" --backing-store "$3"
}

iscsi_target_drop() { # TID
	tgtadm --lld iscsi --op delete --mode target --tid "$1" --force
}
