# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A target with two portals: the one that the root came by dies for good under writes, the guard goes on by the other"
. "$top/tests/vm/outage.sh"

other=10.77.0.9

# The portals with a session, as the server sees them.
portals_in_use() {
	ss -Htn state established 'sport = :3260' | awk '{ sub(/:3260$/, "", $3); print $3 }' | sort -u
}

goes_on_by() {
	[ "$(portals_in_use)" = "$1" ]
}

# dies PORTAL: what is sent to it is answered by a reset, now and ever after.
dies() {
	nft "table inet dies {
		chain in {
			type filter hook input priority 0
			ip daddr $1 tcp dport 3260 tcp flags & rst == 0 reject with tcp reset
		}
	}"
}

run() {
	outage_site
	ip addr add "$other/24" dev net0
	tgtadm --lld iscsi --op new --mode portal --param "portal=$other:3260"
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN netroot=iscsi:$other::::$LAB_IQN rw verdict.stream=12"
	expect_stream 90
	first=$(portals_in_use)
	case $first in
	"$LAB_SERVER") second=$other ;;
	"$other") second=$LAB_SERVER ;;
	*) fail "the root has these portals: $first" ;;
	esac
	dies "$first"
	wait_for 15 goes_on_by "$second" || fail "the root does not go on by $second"
	outage_unharmed 40
	expect_console "guard: target .* at $first:3260: .*: the root .* waits, logging in again" 0
	expect_console "guard: target .* at $second:3260: logged in again after [0-9.]+ s, attempt 2: the root .* goes on" 0
	# the one that it was booted by, which is the second where both portals answered at once
	sessions=$(grep -aoE '^iscsi_session\.session[0-9]+' "$LAB_OUT/client.verdict" | sort -u | sed 's/.*session//')
	case $sessions in
	1 | 2) ;;
	*) fail "these sessions, not one: $sessions" ;;
	esac
	expect_verdict "iscsi_session\.session$sessions\.state=LOGGED_IN"
	# where an iscsid that starts from now on logs it in anew
	expect_verdict "iscsi_connection\.connection$sessions:0\.persistent_address=$second"
}
