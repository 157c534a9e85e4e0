# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target asks for a logout, says that it drops the connection, all of them, wants to negotiate: the guard sees to it"
soak=yes
. "$top/tests/vm/outage.sh"

# says EVENT PARAMETER2 PARAMETER3 WHY: and the session is back soon.
says() {
	n_back=$(logins_again)
	echo "$1 $2 $3" >"$LAB_DIR/async.fifo"
	expect_console "guard: target .*: $4: the root .* waits" 10
	wait_for 75 logged_in_again "$n_back" || fail "event $1: not logged in again within 75 s"
}

logins_again() {
	grep -c 'guard: target .* logged in again' "$LAB_OUT/client.console" || :
}

logged_in_again() {
	[ "$(logins_again)" -gt "$1" ]
}

run() {
	root_tree
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	iscsi_start 127.0.0.1
	iscsi_lun_back
	mkfifo "$LAB_DIR/async.fifo"
	service_start async "$(root_program async)" "$LAB_SERVER" 127.0.0.1 "$LAB_DIR/async.fifo"
	service_ready async 5 port_open tcp 3260
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
	boot "root=dhcp rw verdict.stream=25"
	outage_writing 40
	says 1 0 5 'the target asked for a logout'
	file_has "$LAB_OUT/async.log" '^logout request 46 80' || fail "no logout was sent"
	file_has "$LAB_OUT/async.log" '^logout response 0' || fail "no logout was answered"
	says 2 3 0 'the target says that it drops the connection'
	says 3 1 0 'the target says that it drops the connection'
	says 4 0 0 'the target asks to negotiate again'
	outage_unharmed 60
	expect_verdict 'iscsi_session\.session1\.state=LOGGED_IN'
	refuse_verdict 'iscsi_session\.session2\..*'
	[ "$(grep -c '^event [1-4] sent' "$LAB_OUT/async.log")" = 4 ] || fail "not four events"
}
