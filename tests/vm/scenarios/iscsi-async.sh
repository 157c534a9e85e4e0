# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The target sends every Asynchronous Message there is: the guard does what is asked for, in the time that is asked for"
soak=yes
. "$top/tests/vm/outage.sh"

told() { # WHAT: how often so far
	grep -cE "^[0-9]+ $1\$" "$LAB_OUT/async.log" || :
}

told_more() { # WHAT COUNT
	[ "$(told "$1")" -gt "$2" ]
}

# send EVENT PARAMETER2 PARAMETER3
send() {
	sent=$(told "event $1 sent")
	echo "$1 $2 $3" >"$LAB_DIR/async.fifo"
	wait_for 10 told_more "event $1 sent" "$sent" || fail "event $1 is not sent"
}

# answered EVENT PARAMETER2 PARAMETER3 LEAST MOST: it brings a new login, that many ms after it at the earliest and the
# latest.
answered() {
	logins=$(told "logged in")
	send "$1" "$2" "$3"
	wait_for 75 told_more "logged in" "$logins" || fail "event $1: not logged in again within 75 s"
	took=$(took "event $1 sent" "logged in")
	echo "event $1: logged in again after $took ms"
	[ "$took" -ge "$4" ] || fail "event $1: logged in again after $took ms, $4 at the earliest"
	[ "$took" -le "$5" ] || fail "event $1: logged in again after $took ms, $5 at the latest"
}

# said WHY: how often the guard has said so on the console.
said() {
	grep -c "guard: target .*: $1: the root .* waits, logging in again" "$LAB_OUT/client.console" || :
}

said_twice() {
	[ "$(said "$1")" = 2 ]
}

# took FROM TO: the ms between the last lines of each.
took() {
	awk -v from="$1" -v to="$2" '{ at = $1; sub(/^[0-9]+ /, "") }
		$0 == from { begun = at }
		index($0, to) == 1 { end = at }
		END { print end - begun }' "$LAB_OUT/async.log"
}

# ignored EVENT: the connection stays, and the session works on.
ignored() {
	ended=$(told ended)
	send "$1" 0 0
	sleep 3 # in which a connection would end
	[ "$(told ended)" = "$ended" ] || fail "event $1 ended the connection"
}

drops='the target says that it drops the connection'

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
	boot "root=dhcp rw verdict.stream=40"
	expect_stream 90
	ignored 0 # SCSI's
	ignored 255 # a vendor's
	answered 1 0 5 0 8000
	[ "$(took "event 1 sent" "logout request 46 80")" -le 5000 ] || fail "no logout within the time that was asked for"
	[ "$(told "logout response 0, time to wait [0-9]+ s")" = 1 ] || fail "not one logout was answered"
	answered 2 3 20 3000 9000
	# what the guard says is there at once, and not when the kernel's log goes on with the next line
	(wait_for 15 told_more "event 3 sent" 0 && wait_for 4 said_twice "$drops") &
	at_once=$!
	answered 3 6 60 6000 12000
	wait "$at_once" || fail "what the guard says of event 3 is not on the console before the next login"
	answered 4 0 3 0 6000
	outage_unharmed 60
	[ "$(told "logout request .*")" = 1 ] || fail "more than the one logout that was asked for"
	[ "$(said 'the target asked for a logout')" = 1 ] || fail "not one logout is told"
	[ "$(said "$drops")" = 2 ] || fail "not two connections that were to be dropped are told"
	[ "$(said 'the target asks to negotiate again')" = 1 ] || fail "not one negotiation is told"
	[ "$(grep -c 'guard: target .* logged in again after' "$LAB_OUT/client.console")" = 4 ] || fail "not four logins"
	expect_verdict 'iscsi_session\.session[0-9]+\.state=LOGGED_IN'
	# the same one, with the same disk; which one it is is the boot's affair
	[ "$(grep -oE '^iscsi_session\.session[0-9]+' "$LAB_OUT/client.verdict" | sort -u | wc -l)" = 1 ] ||
		fail "more than one session"
}
