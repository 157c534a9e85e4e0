# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# More of the site's network: other hosts on a segment, loss, VLANs, the site's IPv6.

# net_host NAME SEGMENT ADDRESS/PREFIX...: a host of its own (a network namespace) on the segment;
# host NAME COMMAND... runs there.
net_host() {
	net_host=$1
	mkdir -p /run/netns
	ip netns add "$net_host"
	ip link add "h-$net_host" type veth peer name eth0 netns "$net_host"
	sysctl -q "net.ipv6.conf.h-$net_host.disable_ipv6=1" 2>/dev/null || :
	ip link set "h-$net_host" master "$2" up
	shift 2
	ip -n "$net_host" link set lo up
	ip -n "$net_host" link set eth0 up
	for net_address; do
		case $net_address in
		*:*) ip -n "$net_host" address add "$net_address" dev eth0 nodad ;;
		*) ip -n "$net_host" address add "$net_address" dev eth0 ;;
		esac
	done
}

host() { # NAME COMMAND...
	host_name=$1
	shift
	ip netns exec "$host_name" "$@"
}

# net_loss PERCENT: of all frames that the site's bridges pass on. 0 ends it.
net_loss() {
	nft delete table bridge loss 2>/dev/null || :
	[ "$1" = 0 ] || nft -f - <<END
table bridge loss {
	chain forward { type filter hook forward priority 0; numgen random mod 100 <= $(($1 - 1)) counter drop; }
	chain input { type filter hook input priority 0; numgen random mod 100 <= $(($1 - 1)) counter drop; }
	chain output { type filter hook output priority 0; numgen random mod 100 <= $(($1 - 1)) counter drop; }
}
END
}

# net_lost CHAIN: how many frames were lost so far: input for those to the site's server, output for those from it, forward
# for the others.
net_lost() {
	nft list chain bridge loss "$1" | sed -n 's/.*counter packets \([0-9]*\).*/\1/p'
}

# net_dead ADDRESS/PREFIX PORT: an address on net0 that swallows what comes for that TCP port.
net_dead() {
	case $1 in
	*:*)
		net_family=ip6
		ip address add "$1" dev net0 nodad
		;;
	*)
		net_family=ip
		ip address add "$1" dev net0
		;;
	esac
	nft "table inet dead {
		chain in {
			type filter hook input priority 0
			$net_family daddr ${1%/*} tcp dport $2 drop
		}
	}"
}

# net_vlan TAP ID SEGMENT: frames of that VLAN on the tap are untagged ones of the segment. The tap
# is taken out of its bridge.
net_vlan() {
	ip link set "$1" nomaster
	ip link add "v-$1-$2" type veth peer name "w-$1-$2"
	sysctl -q "net.ipv6.conf.v-$1-$2.disable_ipv6=1" "net.ipv6.conf.w-$1-$2.disable_ipv6=1" \
		"net.ipv6.conf.$1.disable_ipv6=1" 2>/dev/null || :
	ip link set "v-$1-$2" master "$3" up
	ip link set "w-$1-$2" up
	service_start "vlan-$1-$2" "$(root_program vlan)" "$1" "$2" "w-$1-$2" "v-$1-$2"
	service_ready "vlan-$1-$2" 5 file_has "$LAB_OUT/vlan-$1-$2.log" ready
}

# net_ip6 [ADDRESS/PREFIX]: the site's server speaks IPv6 on net0; fd00:77::1/64 by default.
net_ip6() {
	echo 0 >/proc/sys/net/ipv6/conf/net0/disable_ipv6
	ip address add "${1-fd00:77::1/64}" dev net0 nodad
	wait_for 5 net_ip6_ready || lab_die "no link-local address on net0"
}

net_ip6_ready() {
	ip -6 address show dev net0 scope link | grep -v tentative | grep -q inet6
}

# net_ip4_drop: an IPv6-only site.
net_ip4_drop() {
	ip -4 address flush dev net0
}
