# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of a target that goes away have in common: a root on iSCSI, small and without
# any iscsid or a Debian with it, that writes a checked stream, and what has to be as if nothing had
# happened.

# outage_chap: what dnsmasq gives of lab_chap, as iPXE has it in option 175.
outage_chap() {
	outage_code=190
	for outage_word in $lab_chap; do
		dhcp_option "encap:175,$outage_code" "$outage_word"
		outage_code=$((outage_code + 1))
	done
}

# outage_boot SECONDS: a root that writes for so long.
outage_boot() {
	outage_site
	boot "root=dhcp rw verdict.stream=$1"
}

outage_site() {
	iscsi_root
	outage_chap
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_start
}

# outage_boot_debian SECONDS [WORDS]: the same with a Debian, whose iscsid takes the session over;
# with outage_timeout=SECONDS its iscsid.conf has that as the replacement time-out, which is 120.
outage_boot_debian() {
	outage_site_debian
	boot "root=dhcp rw verdict.debian verdict.stream=$1 ${2-}"
}

outage_site_debian() {
	root_tree debian
	outage_record "$ROOT_DIR"
	[ -z "${outage_timeout-}" ] || sed -i \
		"s/^\(node.session.timeo.replacement_timeout\) *=.*/\1 = $outage_timeout/" \
		"$ROOT_DIR/etc/iscsi/iscsid.conf"
	iscsi_root_of_tree
	outage_chap
	dhcp_option 17 "iscsi:$LAB_SERVER::::$LAB_IQN"
	dhcp_option 203 "iqn.2026-01.lab.example:client"
	dhcp_start
	client_memory=1024
}

# outage_record DIR: with outage_node=SECONDS the node record that iscsiadm would have made, with that replacement time-out.
outage_record() {
	[ -n "${outage_node-}" ] || return 0
	outage_dir="$1/etc/iscsi/nodes/$LAB_IQN/$LAB_SERVER,3260,1"
	mkdir -p "$outage_dir"
	printf '%s\n' '# BEGIN RECORD 2.1.8' "node.name = $LAB_IQN" node.tpgt\ =\ 1 \
		node.startup\ =\ onboot iface.iscsi_ifacename\ =\ default \
		iface.transport_name\ =\ tcp \
		"node.session.timeo.replacement_timeout = $outage_node" \
		"node.conn[0].address = $LAB_SERVER" 'node.conn[0].port = 3260' \
		>"$outage_dir/default"
	# shellcheck disable=SC2086 # a list of words
	outage_record_chap $lab_chap >>"$outage_dir/default"
	echo '# END RECORD' >>"$outage_dir/default"
}

outage_record_chap() { # [NAME SECRET [NAME SECRET]]
	[ $# -ge 2 ] || return 0
	printf '%s\n' "node.session.auth.authmethod = CHAP" "node.session.auth.username = $1" \
		"node.session.auth.password = $2"
	[ $# -ge 4 ] || return 0
	printf '%s\n' "node.session.auth.username_in = $3" "node.session.auth.password_in = $4"
}

outage_login_begun() {
	ss -Htn 'sport = :3260' | grep -q ESTAB
}

# outage_in_login SECONDS: the kernel takes the connection, nobody answers on it, then it breaks.
outage_in_login() {
	kill -STOP "$(cat "$LAB_DIR/tgtd.pid")"
	wait_for 60 outage_login_begun || fail "no login begun"
	iscsi_outage "$1"
}

# outage_after REGEX LATER SECONDS: LATER seconds after that line of the console.
outage_after() {
	expect_console "$1" 60
	sleep "$2"
	iscsi_outage "$3"
}

# outage_moments SECONDS WRITING UNHARMED WORDS: a boot for each moment of one in which the target may be restarted, to be
# back after SECONDS; the same root each time. WRITING and UNHARMED are the limits for what follows.
outage_moments() {
	outage_moment "in the login" "$@" outage_in_login "$1"
	outage_moment "behind the login" "$@" outage_after 'attach: logged in' 0 "$1"
	outage_moment "in the pivot" "$@" outage_after 'handover: starting' 0 "$1"
	outage_moment "after the pivot" "$@" outage_after 'handover: starting' 1 "$1"
}

outage_moment() { # NAME SECONDS WRITING UNHARMED WORDS COMMAND...
	echo "$1"
	outage_limits="$3 $4"
	outage_words=$5
	shift 5
	boot "root=dhcp rw verdict.stream=8 $outage_words"
	"$@"
	expect_stream "${outage_limits% *}"
	outage_moment_writes
	outage_unharmed "${outage_limits#* }"
	outage_moment_over
}

# What a scenario has to do while the root writes, and to look at in the end, beside the rest: its own functions of these
# names.
outage_moment_writes() { :; }
outage_moment_over() { :; }

outage_through_or_over() {
	[ "$(grep -c '^stream\.stall=' "$LAB_OUT/client.verdict")" -ge "$1" ] || client_over
}

# outage_over COUNT SECONDS: since the target is back, the COUNTth stall ends within them.
outage_over() {
	outage_back=$(lab_now_cs)
	wait_for "$2" outage_through_or_over "$1" || :
	! client_over || fail "the client has ended before its target was back"
	outage_through_or_over "$1" || fail "nothing is written $2 s after the target is back"
	outage_took=$(($(lab_now_cs) - outage_back))
	echo "first write through $((outage_took / 100)).$(printf %02d $((outage_took % 100))) s after the target was back"
}

# outage_root: how the root is mounted when the stream is over, by the small root or by a Debian.
outage_root() {
	client_verdict client | sed '1,/^stream\.result=/d' | grep -E '^(mount\./|after\.root)=.* ext4 ' |
		tail -n 1
}

# outage_refuse REGEX: on the console since the root was entered; a session that broke before that was taken down, with
# what the kernel had asked of its disk.
outage_refuse() {
	expect_console 'handover: starting' 5
	outage_line=$(sed '1,/handover: starting/d' "$LAB_OUT/client.console" | grep -aE "$1" | head -n 1)
	[ -z "$outage_line" ] || fail "on the console: $outage_line"
}

# outage_unharmed SECONDS: the stream ends within them and nobody else knew: no write or sync has failed and all is read
# back as it was written (stream.h), the root is as writable as before, the kernel has told of no error.
outage_unharmed() {
	expect_init "$1"
	expect_verdict 'stream\.result=ok'
	expect_verdict 'stream\.records=[1-9][0-9]*'
	case $(outage_root) in
	*' ext4 rw'*) ;;
	*) fail "the root is not mounted rw after the outage: $(outage_root)" ;;
	esac
	outage_refuse "${outage_harm-I/O error|EXT4-fs (error|warning)|Remounting filesystem|rejecting I/O|Aborting journal}"
	grep -aE '^stream\.' "$LAB_OUT/client.verdict"
}

# outage_taken_over: iscsid has the session, which is the one that the agent made; the guard stands by.
outage_taken_over() {
	expect_verdict 'recoverer=@netroot-guard'
	expect_verdict 'recoverer=.*iscsid'
	expect_verdict 'after\.session1=LOGGED_IN'
	refuse_verdict 'after\.session2=.*'
	expect_verdict 'after\.root=/dev/sda ext4 rw.*'
	refuse_verdict 'failed=.*'
}

# outage_one_session: of whatever number, for one that broke in the login was taken down.
outage_one_session() {
	expect_verdict 'after\.session[0-9]+=LOGGED_IN'
	[ "$(grep -c '^after\.session[0-9]*=' "$LAB_OUT/client.verdict")" = 1 ] || fail "not one session"
	expect_verdict 'after\.session[0-9]+\.recovery_tmo=86400'
	expect_verdict 'after\.root=/dev/sda ext4 rw.*'
	refuse_verdict 'failed=.*'
}

# outage_chap_taken_over: a target that demands CHAP of both sides, restarted once iscsid has the session.
outage_chap_taken_over() {
	lab_chap="boot geheimgeheim target anderesgeheimnis"
	outage_boot_debian 20
	expect_stream 250
	iscsi_outage 5
	outage_over 1 60
	outage_unharmed 100
	outage_taken_over
	refuse_console 'logging in again|geheim'
}

# outage_long_debian WORDS: a Debian under writes, 150 s without its target.
outage_long_debian() {
	outage_boot_debian 180 "$1"
	expect_stream 250
	iscsi_outage 150
	outage_over 1 30
	outage_unharmed 200
}
