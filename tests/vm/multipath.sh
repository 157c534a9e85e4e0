# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of a root with several paths have in common: a target with a portal on each of
# two networks, a client with a NIC on each, and paths that fail and come back.

MULTIPATH_OTHER=10.78.0.1
# What must not be on the console. The kernel says of a disk that its path fails; nothing that is on the map may.
outage_harm='I/O error, dev dm-|Buffer I/O|EXT4-fs (error|warning)|Remounting filesystem|Aborting journal'

# multipath_site [LAYOUT [VARIANT]]: as iscsi_root, with the second portal and DHCP on both networks.
multipath_site() {
	boot_packed initrd-multipath --add-feature multipath
	net_segment net1 "$MULTIPATH_OTHER/24"
	iscsi_root "$@"
	multipath_portal
	multipath_dhcp
}

multipath_dhcp() {
	dhcp_segment net1 10.78.0 second
	dhcp_line "dhcp-option=3" # neither leads to the other
	dhcp_start
}

multipath_portal() {
	tgtadm --lld iscsi --op new --mode portal --param "portal=$MULTIPATH_OTHER:3260"
}

# multipath_boot WORDS
multipath_boot() {
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "netroot=iscsi:$LAB_SERVER::::$LAB_IQN netroot=iscsi:$MULTIPATH_OTHER::::$LAB_IQN rd.multipath rw $1"
}

# multipath_first: the portal of the path that the map was made with, which is the one in use.
multipath_first() {
	if client_console_has client "paths: the path by $LAB_SERVER port 3260 is in the map"; then
		echo "$MULTIPATH_OTHER"
	else
		echo "$LAB_SERVER"
	fi
}

# multipath_received ADDRESS: bytes that its connections have got so far.
multipath_received() {
	ss -Hitn "src $1 and sport = :3260" | grep -o 'bytes_received:[0-9]*' | awk -F : '{ n += $2 } END { print n + 0 }'
}

multipath_seen() { # as $in_use, one that has got more than probes are
	for in_use in "$LAB_SERVER $in_use_a" "$MULTIPATH_OTHER $in_use_b"; do
		[ $(($(multipath_received "${in_use% *}") - ${in_use#* })) -lt 200000 ] || return 0
	done
	return 1
}

# multipath_in_use: the portal that the root writes by now.
multipath_in_use() {
	in_use_a=$(multipath_received "$LAB_SERVER") in_use_b=$(multipath_received "$MULTIPATH_OTHER")
	wait_for 30 multipath_seen || fail "the root writes by neither portal"
	echo "${in_use% *}"
}

# multipath_cut ADDRESS: connections to that portal are reset, and refused from now on.
multipath_cut() {
	nft "table inet cut$(echo "$1" | tr . _) {
		chain in {
			type filter hook input priority 0
			ip daddr $1 tcp dport 3260 reject with tcp reset
		}
	}"
}

multipath_mend() { # ADDRESS
	nft delete table inet "cut$(echo "$1" | tr . _)"
}

# Of tgt's first LUN of its first target.
MULTIPATH_WWID=360000000000000000e00000000010001

# multipath_map PATHS [DISK DISK]: dm-0 is the map, with the disks 8:0 and, where there are 2, 8:16, or these REGEXes; all work in
# the end.
multipath_map() {
	multipath_table="service-time 0 1 2 ${2-8:0} 1 1" multipath_status="A 0 1 2 ${2-8:0} A [0-9]+ 0 1"
	if [ "$1" = 2 ]; then
		multipath_table="$multipath_table service-time 0 1 2 ${3-8:16} 1 1"
		multipath_status="$multipath_status [AE] 0 1 2 ${3-8:16} A [0-9]+ 0 1"
	fi
	expect_verdict "map\.dm-0\.name=$MULTIPATH_WWID"
	expect_verdict "map\.dm-0\.uuid=mpath-$MULTIPATH_WWID"
	expect_verdict "map\.dm-0\.table=[0-9]+ multipath 1 queue_if_no_path 0 $1 [0-9] $multipath_table ?"
	client_verdict client | sed '1,/^later$/d' |
		grep -qE "^map\.dm-0\.status=2 [0-9]+ [0-9]+ 0 $1 [0-9] [AE]${multipath_status#A} ?$" ||
		fail "not all $1 paths of the map work in the end"
}
