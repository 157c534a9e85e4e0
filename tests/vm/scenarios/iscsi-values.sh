# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A Debian root whose target has values and mutual CHAP of its own: iscsiadm and libopeniscsiusr tell of the session what the target does"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

# Not tgtd's own, so that what nobody has negotiated would be seen. iscsid logs in anew when it takes the session over, with
# what it finds in sysfs, but asks for InitialR2T=Yes whatever that was; what the agent has of it: iscsi-chap-root-path.
values_keys() {
	iscsi_keys 1 HeaderDigest=CRC32C ImmediateData=No FirstBurstLength=32768 MaxBurstLength=131072 \
		MaxRecvDataSegmentLength=16384
}

# values_both NAME VALUE: by iscsiadm and by netrootctl.
values_both() {
	expect_verdict "iscsiadm=$1: $2"
	case $2 in
	*[!0-9]*) expect_verdict "ctl\.json=\"$1\": \"$2\"" ;;
	*) expect_verdict "ctl\.json=\"$1\": $2" ;;
	esac
}

values_of_session() {
	for told in "Target: $LAB_IQN \(non-flash\)" "Current Portal: $LAB_SERVER:3260,1" "Persistent Portal: $LAB_SERVER:3260,1" \
		'SID: 1' 'Iface Name: default' 'Iface Transport: tcp' 'Iface Initiatorname: iqn\.2026-01\.lab\.example:client' \
		'iSCSI Connection State: LOGGED IN' 'iSCSI Session State: LOGGED_IN' \
		'Recovery Timeout: 300' 'Target Reset Timeout: 30' 'LUN Reset Timeout: 30' 'Abort Timeout: 15' \
		'username: boot' 'password: \*+' 'username_in: target' 'password_in: \*+'; do
		expect_verdict "iscsiadm=$told"
	done
	for told in '"seen_by": "libopeniscsiusr"' '"sid": 1' "\"target\": \"$LAB_IQN\"" \
		'"initiator": "iqn\.2026-01\.lab\.example:client"' "\"address\": \"$LAB_SERVER\"" '"port": 3260' '"tpgt": 1' \
		"\"persistent_address\": \"$LAB_SERVER\"" '"persistent_port": 3260' '"iface": "default"' '"transport": "tcp"' \
		'"chap": "mutual"' '"chap_user": "boot"' '"recovery_timeout": 300' '"target_reset_timeout": 30' \
		'"lu_reset_timeout": 30' '"abort_timeout": 15'; do
		expect_verdict "ctl\.json=$told"
	done
}

run() {
	lab_chap="boot geheimgeheim target anderesgeheimnis"
	outage_timeout=300
	outage_site_debian
	values_keys
	boot "root=dhcp rw verdict.debian verdict.ctl verdict.stream=5 \
rd.iscsi.param=node.conn[0].iscsi.HeaderDigest=CRC32C,None"
	expect_stream 300
	outage_unharmed 60
	refuse_verdict 'failed=.*'
	values_of_session
	values_both HeaderDigest CRC32C
	values_both DataDigest None
	values_both InitialR2T Yes
	values_both ImmediateData No
	values_both FirstBurstLength 32768
	values_both MaxBurstLength 131072
	values_both MaxXmitDataSegmentLength 16384
	values_both MaxRecvDataSegmentLength 262144
	values_both MaxOutstandingR2T 1
	refuse_verdict '.*geheim.*'
	refuse_console 'geheim'
}
