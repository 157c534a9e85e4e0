# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="target demands CHAP; name and secret as iPXE has them, in option 175; the secret is seen nowhere"

run() {
	iscsi_root
	iscsi_account 1 boot geheimgeheim
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_option encap:175,190 boot
	dhcp_option encap:175,191 geheimgeheim
	dhcp_start
	boot "root=dhcp rw rd.debug"
	expect_init 40
	expect_verdict 'iscsi_session.session1.state=LOGGED_IN'
	expect_verdict 'iscsi_session.session1.username=boot'
	expect_verdict '.*"chap": .*one-way.*'
	refuse_console geheimgeheim
	refuse_verdict '.*"[^"]*geheimgeheim.*'
}
