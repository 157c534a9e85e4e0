# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of 802.3ad have in common: a peer as the switch, with a bond of its own over two
# cables to the client's two NICs; a Linux bridge would pass no LACPDU on.

# lacp_switch SEGMENT [VLAN]: what comes over its bond, or of that VLAN, is on the segment: once both
# ports are one aggregate and not before, as a switch does that suspends individual ports.
lacp_switch() {
	lacp_port=lag${2:+.$2}
	peer_modules bonding bridge 8021q
	peer_program grep
	# 802.3ad takes no port whose speed is not known
	peer_cable speed=1000,duplex=full speed=1000,duplex=full
	peer_cable speed=1000,duplex=full speed=1000,duplex=full
	peer_nic "$1"
	# 63: active, fast, aggregatable, synchronized, collecting, distributing; actor and partner
	peer_start switch "$limit" "ip link add lag type bond mode 802.3ad lacp_rate fast miimon 100
ip link set eth0 master lag
ip link set eth1 master lag
ip link set lag up
${2:+ip link add link lag name $lacp_port type vlan id $2}
ip link add br0 type bridge
ip link set br0 up
ip link set eth2 master br0 up
{
	until [ \"\$(grep -c 'port state: 63' /proc/net/bonding/lag)\" = 4 ]; do sleep 0.1; done
	ip link set $lacp_port master br0 up
	echo 'switch: aggregated'
} &"
	peer_ready switch 30
}

lacp_aggregated() {
	wait_for 40 peer_said_or_over switch '^switch: aggregated' || :
	peer_said switch '^switch: aggregated' || fail "the switch sees no aggregate of two ports"
}
