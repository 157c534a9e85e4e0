# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="target demands mutual CHAP; names and secrets in front of the server in option 17; seen nowhere; digests and lengths of the target's own"

run() {
	iscsi_root
	iscsi_account 1 boot geheimgeheim
	iscsi_account 1 disk heimlichheimlich --outgoing
	iscsi_keys 1 HeaderDigest=CRC32C DataDigest=CRC32C InitialR2T=No ImmediateData=No FirstBurstLength=32768 \
		MaxBurstLength=131072 MaxRecvDataSegmentLength=16384
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
	# what the target has said, not what tgtd or the kernel begins with
	expect_verdict 'iscsi_connection.connection1:0.max_xmit_dlength=16384'
	for told in initial_r2t=0 immediate_data=0 first_burst_len=32768 max_burst_len=131072; do
		expect_verdict "iscsi_session.session1.$told"
	done
	refuse_console 'geheimgeheim|heimlichheimlich'
	refuse_verdict '.*"[^"]*(geheimgeheim|heimlichheimlich).*'
}
