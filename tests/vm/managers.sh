# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of network managers have in common: a Debian with one of them, a server with a
# short lease (ISC dhcpd, or Kea for IPv6), and what has to be as it was after boot, renewals, an
# outage and a reboot. The pools have more than one address: who asks under another identity gets
# another one, and is seen.

managers_lease=20
managers_t1=5
managers_t2=14 # clients that have missed T1 may be silent until here (RFC 2131 4.4.5: 60 s at least)
managers_address='10\.77\.0\.14[0-9]'
managers_link='e[a-z0-9]*' # the NIC of the address, or what was made of NICs
managers_log=dhcpd.log # of the server
managers_ack='DHCPACK on'
managers_family=4
managers_managed=on # the router's M flag
managers_heard= # "?" where its network on link need not be heard

managers_serve() {
	case $managers_family in
	4) managers_serve_ip4 ;;
	6) managers_serve_ip6 ;;
	esac
}

managers_serve_ip4() {
	isc_start "default-lease-time $managers_lease; max-lease-time $managers_lease;" \
		"min-lease-time $managers_lease; ping-check false;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.140 10.77.0.149;" \
		"option routers 10.77.0.1; option domain-name-servers 10.77.0.1;" \
		"option dhcp-renewal-time $managers_t1; option dhcp-rebinding-time $managers_t2;" \
		"option domain-name \"lab.example\"; option root-path \"$managers_root\"; }"
}

# The shortest of dnsmasq would be two minutes.
managers_serve_ip6() {
	kea_start 6 '"server-id": { "type": "LL", "persist": false, "htype": 1, "identifier": "020000000001" },
		"renew-timer": '$managers_t1', "rebind-timer": '$managers_t2',
		"preferred-lifetime": '$managers_lease', "valid-lifetime": '$managers_lease',
		"subnet6": [{ "subnet": "fd00:77::/64", "interface": "net0",
		"pools": [{ "pool": "fd00:77::100 - fd00:77::1ff" }],
		"option-data": [{ "name": "dns-servers", "data": "fd00:77::1" },
			{ "name": "domain-search", "data": "lab.example" },
			{ "name": "bootfile-url", "data": "'"$managers_root"'" }] }]'
}

managers_no_server() {
	isc_stop
	kea_stop
}

# managers_boot nfs|iscsi MANAGER WORDS [QEMU-ARGUMENT...]; MANAGER "" for none.
managers_boot() {
	managers_kind=$1
	root_manager=$2
	managers_words=$3
	shift 3
	case $managers_kind in
	nfs)
		nfs_root debian
		managers_root=$LAB_SERVER:$ROOT_DIR
		;;
	iscsi)
		iscsi_root whole debian
		managers_root="iscsi:$LAB_SERVER::::$LAB_IQN"
		;;
	esac
	managers_serve
	managers_words="root=dhcp $managers_words"
	managers_start "$@"
}

managers_start() { # QEMU-ARGUMENT...
	client_memory=1024
	boot "$managers_words rw verdict.debian verdict.watch=/verdict" "$@"
}

# managers_boot_ip6 MANAGER WORDS: a site without IPv4: a router that sends to DHCPv6 for addresses, an
# NFS root by option 59.
managers_boot_ip6() {
	managers_family=6
	managers_log=kea.log
	managers_ack='DHCP6_LEASE_(ALLOC|RENEW|REUSE).* lease for address'
	managers_address='fd00:77::1[0-9a-f][0-9a-f]'
	root_manager=$1
	managers_words="ip=dhcp6 root=dhcp6 $2"
	net_ip6
	net_ip4_drop
	nfs_root debian
	managers_root="nfs://[fd00:77::1]$ROOT_DIR"
	ra_start "AdvManagedFlag $managers_managed;" 'AdvDefaultLifetime 60; MinRtrAdvInterval 3; MaxRtrAdvInterval 8;' \
		'prefix fd00:77::/64 { AdvAutonomous off; };'
	managers_serve
	managers_start
}

# managers_over: the root is to tell how it stands.
managers_over() {
	mkdir -p "$ROOT_DIR/verdict"
	: >"$ROOT_DIR/verdict/over"
}

# managers_boot_again: the machine that has ended, with the same NIC, once more.
managers_boot_again() {
	rm -f "$ROOT_DIR/verdict/over" "$ROOT_DIR/verdict/outlived"
	cp "$LAB_OUT/client.console" "$LAB_OUT/client.first.console"
	cp "$LAB_OUT/client.verdict" "$LAB_OUT/client.first.verdict"
	ip link delete "tap$client_n_nics"
	client_n_nics=$((client_n_nics - 1))
	managers_start
}

# Counted at the server: a client that keeps the address for ever changes nothing on it as it renews.
managers_acks() {
	grep -cE "$managers_ack" "$LAB_OUT/$managers_log" || :
}

managers_acked() { # COUNT
	[ "$(managers_acks)" -ge "$1" ]
}

# managers_renewed COUNT SECONDS: so many times more from now on.
managers_renewed() {
	managers_before=$(managers_acks)
	wait_for "$2" managers_acked $((managers_before + $1)) ||
		fail "renewed $(($(managers_acks) - managers_before)) times of $1 within $2 s"
}

# managers_outage SECONDS: no server for so long, from an ACK on; afterwards it is renewed again.
managers_outage() {
	managers_renewed 1 60
	managers_no_server
	echo "no server for $1 s after $(managers_acks) ACKs"
	sleep "$1" # what is shown is what happens by itself in that time
	managers_serve
	managers_renewed 2 120
}

managers_up_or_over() {
	file_has "$LAB_OUT/client.verdict" '^(first\.)?watch=begun' || client_over
}

# managers_up SECONDS: the root has come up, and its verdict has begun to watch.
managers_up() {
	wait_for "$1" managers_up_or_over || :
	file_has "$LAB_OUT/client.verdict" '^(first\.)?multi-user=active' ||
		fail "not at multi-user within $1 s"
}

managers_one_address() {
	managers_given=$(grep -E "$managers_ack" "$LAB_OUT/$managers_log" |
		grep -oE '(10\.77\.0\.|fd00:77::)[0-9a-f]+' | sort -u | tr '\n' ' ')
	[ "$(echo "$managers_given" | wc -w)" = 1 ] || fail "not one address: $managers_given"
}

# managers_only KEY-REGEX REGEX...: of the verdict's lines with such a key every REGEX is the value of
# one at least, and no other value is there.
managers_only() {
	managers_key=$1
	shift
	client_verdict client | sed -nE "s/^$managers_key=//p" >"$LAB_DIR/only"
	expect_only "$managers_key" "$LAB_DIR/only" "$@"
}

# managers_kept PREFIX: the address, the default route and DNS are there and nothing else of the
# kind, as the lines with this prefix tell.
managers_kept() {
	managers_dev="dev $managers_link"
	case $managers_family in
	4)
		managers_only "$1address\\.[^.=]*(\\.[0-9]+)?" "$managers_address/24"
		managers_only "$1route4" "default via 10\\.77\\.0\\.1 $managers_dev .*" \
			"10\\.77\\.0\\.0/24 $managers_dev .*" "?10\\.77\\.0\\.1 $managers_dev .*"
		managers_only "$1resolv\\.conf" 'nameserver 10\.77\.0\.1' '?search lab\.example'
		;;
	6)
		managers_only "$1address\\.[^.=]*" # no IPv4
		managers_only "$1address\\..*\\.v6" "$managers_address/(64|128) valid=.*" 'fe80::.*/64 valid=.*'
		# without the router's word on DHCPv6 the network on link is the router's to say, too: whoever
		# does not hear it goes by the router
		managers_only "$1route6" "default via fe80::[0-9a-f:]* $managers_dev .*" \
			"?$managers_address $managers_dev .*" "${managers_heard}fd00:77::/64 $managers_dev .*" \
			"${managers_heard}fe80::/64 $managers_dev .*"
		managers_only "$1resolv\\.conf" 'nameserver fd00:77::1' '?search lab\.example'
		;;
	esac
}

# managers_handed_ip6: what readers of /run/net6-<if>.conf see.
managers_handed_ip6() {
	managers_only "$1sourced\\.net6-eth0\\.conf\\.DEVICE6" eth0
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6PROTO" dhcp6
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6ADDR" "$managers_address"
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6NETMASK" 128
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6GATEWAY" 'fe80::.*'
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6DNS0" 'fd00:77::1'
	managers_only "$1sourced\\.net6-eth0\\.conf\\.IPV6DOMAINSEARCH" 'lab\.example'
	refuse_verdict "${1}openiscsi\\..*"
}

# managers_ip6 MANAGER taken|guarded: a root over IPv6, as it was after boot and renewals.
managers_ip6() {
	managers_boot_ip6 "$1" ""
	managers_up 330
	managers_renewed 3 60
	managers_expect_end 240
	managers_verdict '' "${1%-ip6}" "$2"
	managers_handed_ip6 ''
}

# managers_silent MANAGER taken|guarded: DHCPv6 by the words, at a router that does not tell of it, likewise.
managers_silent() {
	managers_managed=off
	managers_heard='?'
	managers_ip6 "$@"
}

# managers_lacp: a bond of two ports with the switch of lacp.sh, before and after, whose ports nobody has
# taken off and added again.
managers_lacp() {
	for managers_prefix in '' 'after\.'; do
		expect_verdict "${managers_prefix}bond\\.bond0\\.mode=802\\.3ad 4"
		expect_verdict "${managers_prefix}bond\\.bond0\\.slaves=eth0 eth1"
		expect_verdict "${managers_prefix}bond\\.bond0\\.ad_num_ports=2"
		expect_verdict "${managers_prefix}bond\\.bond0\\.ad_partner_mac=52:54:00:78:00:01"
		expect_verdict "${managers_prefix}port\\.eth0\\.failures=0"
		expect_verdict "${managers_prefix}port\\.eth1\\.failures=0"
	done
	[ "$(grep -c 'bond0: (slave eth[01]): Enslaving' "$LAB_OUT/client.console")" = 2 ] ||
		fail "ports were enslaved again"
	refuse_console 'bond0: \(slave eth[01]\): Releasing'
}

# managers_bond MANAGER taken|guarded: a VLAN on an 802.3ad bond, as it was after boot and a renewal.
managers_bond() {
	managers_link='bond0\.5'
	lacp_switch net0 5
	managers_boot nfs "$1" "bond=bond0:eth0,eth1:mode=802.3ad,lacp_rate=fast,miimon=100 \
vlan=bond0.5:bond0 ip=bond0.5:dhcp"
	managers_up 400
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' "$1" "$2"
	managers_lacp
}

# managers_bridge MANAGER taken|guarded: a bridge over a VLAN over the boot NIC, which have no address
# themselves, likewise.
managers_bridge() {
	managers_link=br0
	client_nic net0 virtio-net-pci romfile=
	net_vlan "$client_tap" 5 net0
	managers_boot nfs "$1" "vlan=eth0.5:eth0 bridge=br0:eth0.5 ip=br0:dhcp"
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' "$1" "$2"
	expect_verdict 'master\.eth0\.5=br0'
	expect_verdict 'after\.master\.eth0\.5=br0'
}

# managers_expect_end SECONDS: the verdict within them, and the machine off within a minute of it:
# nobody takes the network from a root that is still mounted.
managers_expect_end() {
	managers_over
	wait_for "$1" told_or_over || :
	client_told client || fail "no verdict within $1 s"
	managers_told=$(lab_now_cs)
	wait_for 60 client_ended client || fail "not off within 60 s of the verdict"
	echo "off $((($(lab_now_cs) - managers_told) / 100)) s after the verdict"
	refuse_console 'Kernel panic|BUG:|Oops|has replaced|may hang'
	managers_one_address
	managers_figures
}

managers_figures() {
	echo "$(managers_acks) ACKs, $(client_verdict client | sed -nE \
		's/^(first\.)?watch\.(.*)/\2/p' |
		tr '\n' ',')"
}

# managers_verdict PREFIX MANAGER taken|guarded [DELETED]: of one boot, before, after and while
# something was waited for; whether the guard still has the address, and how often the address was taken
# off, and an IPv4 route with it, once the lease was outlived.
managers_verdict() {
	[ -z "$2" ] || expect_verdict "$1manager=$2"
	managers_kept "$1"
	managers_kept "$1after\\."
	managers_only "$1watch\\.other"
	managers_only "$1watch\\.deleted" "${4-0}"
	managers_only "$1watch\\.deleted\\.early" '?0'
	[ "$managers_family$((${4-0} > 0))" = 41 ] || managers_only "$1watch\\.ways\\.lost" 0
	case $managers_family in
	4) managers_only "$1watch\\.names" '10\.77\.0\.1' ;;
	6) managers_only "$1watch\\.names" 'fd00:77::1' ;;
	esac
	expect_verdict "$1watch\\.stall=[0-9]\\.[0-9]"
	refuse_verdict "$1failed=.*"
	case $3 in
	taken) expect_console 'guard: .*: the booted system has taken .* over \(set again, for ever\)' 0 ;;
	guarded) expect_verdict "$1end\\.survivor=@netroot-guard" ;;
	esac
}

# managers_over_time 4|6 MANAGER taken|guarded [DELETED]: all of it. Five renewals, the server gone
# while two more were due, then for longer than the lease, when the address may be taken off DELETED
# times and must be put back, and a reboot, after which it is the same address.
managers_over_time() {
	case $1 in
	4) managers_boot nfs "$2" verdict.reboot ;;
	6) managers_boot_ip6 "$2" verdict.reboot ;;
	esac
	managers_up 330
	managers_renewed 5 90
	managers_outage $((managers_t1 * 2 + 2))
	: >"$ROOT_DIR/verdict/outlived"
	managers_outage $((managers_lease + 10))
	managers_over
	wait_for 240 client_ended client || fail "not restarted within 240 s"
	managers_figures
	managers_verdict 'first\.' "$2" "$3" "${4-0}"
	managers_only 'first\.watch\.deleted\.early' 0
	[ "${4-0}" = 0 ] || expect_console "guard: eth0: the client .* has let $managers_address end"
	managers_boot_again
	managers_up 330
	managers_renewed 1 60
	managers_expect_end 120
	expect_verdict 'rebooted=yes'
	managers_verdict '' "$2" "$3"
	[ "$1" = 4 ] || managers_handed_ip6 ''
}
