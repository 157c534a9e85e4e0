# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="target demands mutual CHAP; names and secrets in front of the server in option 17; seen nowhere; digests"

run() {
	iscsi_root
	tgtadm --lld iscsi --op new --mode account --user boot --password geheimgeheim
	tgtadm --lld iscsi --op bind --mode account --tid 1 --user boot
	tgtadm --lld iscsi --op new --mode account --user disk --password heimlichheimlich
	tgtadm --lld iscsi --op bind --mode account --tid 1 --user disk --outgoing
	for key in HeaderDigest DataDigest; do
		tgtadm --lld iscsi --op update --mode target --tid 1 -n "$key" -v CRC32C
	done
	dhcp_option 17 "iscsi:boot:geheimgeheim:disk:heimlichheimlich@$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw rd.debug rd.iscsi.param=node.conn[0].iscsi.HeaderDigest=CRC32C,None netroot.iscsi.digest=CRC32C"
	expect_init 40
	expect_verdict 'iscsi_session.session1.state=LOGGED_IN'
	expect_verdict 'iscsi_session.session1.username=boot'
	expect_verdict 'iscsi_session.session1.username_in=disk'
	expect_verdict '.*"root.0.chap": .*mutual.*'
	expect_verdict 'iscsi_connection.connection1:0.header_digest=1'
	expect_verdict 'iscsi_connection.connection1:0.data_digest=1'
	refuse_console 'geheimgeheim|heimlichheimlich'
	refuse_verdict '.*"[^"]*(geheimgeheim|heimlichheimlich).*'
}
