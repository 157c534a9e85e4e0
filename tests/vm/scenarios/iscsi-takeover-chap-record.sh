# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A target that demands CHAP: Debian's iscsid takes the session over by a node record of it; then the target is restarted"
limit=400
soak=yes
needs=debian
. "$top/tests/vm/outage.sh"

run() {
	outage_node=yes
	lab_chap="boot geheimgeheim target anderesgeheimnis"
	outage_boot_debian 20
	outage_writing 250
	sleep 1 # of writes
	iscsi_outage 5
	outage_over 1 60
	outage_unharmed 100
	outage_taken_over
	refuse_console 'logging in again|geheim'
}
