# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The NFS server is restarted between preflight and mount, behind the mount, and 1 s after the pivot under writes"
limit=300
soak=yes

# The connections of the client are let through one by one: the preflight's is the first, the mount's the second.
second_held() {
	nft -f - <<END
table inet restart {
	chain input { type filter hook input priority 0; tcp dport 2049 tcp flags & (syn|ack) == syn numgen inc mod 1000 > 0 counter drop; }
}
END
}

is_held() {
	nft list chain inet restart input | grep -q 'packets [1-9]'
}

restarted() {
	nfs_stop
	nft delete table inet restart 2>/dev/null || :
	sleep 4 # without a server
	nfs_start
}

before_the_mount() {
	wait_for 60 is_held || fail "no second connection of the client"
	refuse_console 'mount: .* by NFS'
	restarted
}

after() { # REGEX SECONDS
	expect_console "$1" 60
	sleep "$2"
	restarted
}

moment() { # COMMAND...
	boot "root=nfs4:$LAB_SERVER:$ROOT_DIR:vers=4.2 rw verdict.stream=8"
	"$@"
	expect_init 90
	expect_verdict 'stream\.result=ok'
	expect_verdict 'root.options=rw,.*vers=4.2,.*'
	refuse_console 'after a crash'
	grep -aE 'netroot: (attach|mount)|handover: starting' "$LAB_OUT/client.console"
	grep -aE '^stream\.' "$LAB_OUT/client.verdict"
}

run() {
	nfs_root
	dhcp_start
	second_held
	moment before_the_mount
	moment after 'mount: .* by NFS 4\.2' 0
	moment after 'handover: starting' 1
}
