# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A target that demands mutual CHAP is restarted under writes: the guard logs in with the secrets, which nobody sees"
. "$top/tests/vm/outage.sh"

run() {
	lab_chap="boot geheimgeheim target anderesgeheimnis"
	outage_boot 14
	expect_stream 90
	iscsi_outage 3
	outage_over 1 8
	outage_unharmed 40
	expect_console 'guard: target .* logged in again after'
	expect_verdict 'iscsi_session\.session1\.state=LOGGED_IN'
	expect_verdict 'iscsi_session\.session1\.username_in=target'
	refuse_verdict 'iscsi_session\.session2\..*'
	refuse_console 'geheim'
}
