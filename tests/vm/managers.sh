# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# What the scenarios of network managers have in common: a Debian with one of them, ISC dhcpd with a
# short lease, and what has to be as it was after boot, renewals, an outage and a reboot. The pool
# has ten addresses: who asks under another identity gets another one, and is seen.

managers_lease=30
managers_t1=8
managers_t2=24 # clients that have missed T1 may be silent until here (RFC 2131 4.4.5: 60 s at least)
managers_address='10\.77\.0\.14[0-9]'
managers_link='e[a-z0-9]*' # the NIC of the address, or what was made of NICs
managers_log=dhcpd.log # of the server
managers_ack='DHCPACK on'
managers_family=4

managers_serve() {
	isc_start "default-lease-time $managers_lease; max-lease-time $managers_lease;" \
		"min-lease-time $managers_lease; ping-check false;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.140 10.77.0.149;" \
		"option routers 10.77.0.1; option domain-name-servers 10.77.0.1;" \
		"option dhcp-renewal-time $managers_t1; option dhcp-rebinding-time $managers_t2;" \
		"option domain-name \"lab.example\"; option root-path \"$managers_root\"; }"
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
	client_memory=1024
	boot "root=dhcp rw verdict.debian verdict.watch=/verdict $managers_words" "$@"
}

# managers_boot_ip6 MANAGER: a site without IPv4: dnsmasq with advertisements and DHCPv6, an NFS root by
# option 59. Its shortest lease is two minutes, renewed after one.
managers_boot_ip6() {
	managers_family=6
	managers_log=dnsmasq.log
	managers_ack='DHCPREPLY'
	managers_address='fd00:77::1[0-9a-f][0-9a-f]'
	root_manager=$1
	net_ip6
	net_ip4_drop
	nfs_root debian
	dhcp_only_ip6 "dhcp-range=fd00:77::100,fd00:77::1ff,64,2m" \
		"dhcp-option=option6:dns-server,[fd00:77::1]" \
		"dhcp-option=option6:domain-search,lab.example" \
		"dhcp-option=option6:bootfile-url,nfs://[fd00:77::1]$ROOT_DIR"
	dhcp_start
	client_memory=1024
	boot "ip=dhcp6 root=dhcp6 rw verdict.debian verdict.watch=/verdict"
}

# managers_over: the root is to tell how it stands.
managers_over() {
	mkdir -p "$ROOT_DIR/verdict"
	: >"$ROOT_DIR/verdict/over"
}

# managers_boot_again: the machine that has ended, with the same NIC, once more.
managers_boot_again() {
	rm "$ROOT_DIR/verdict/over"
	cp "$LAB_OUT/client.console" "$LAB_OUT/client.first.console"
	cp "$LAB_OUT/client.verdict" "$LAB_OUT/client.first.verdict"
	ip link delete "tap$client_n_nics"
	client_n_nics=$((client_n_nics - 1))
	boot "root=dhcp rw verdict.debian verdict.watch=/verdict $managers_words"
}

# Counted at the server: a client that keeps the address for ever changes nothing on it as it renews.
managers_acks() {
	grep -c "$managers_ack" "$LAB_OUT/$managers_log" || :
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
	isc_stop
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
	managers_given=$(sed -n "s/.*${managers_ack}[^ ]* \([0-9a-f:.]*\) .*/\1/p" \
		"$LAB_OUT/$managers_log" | sort -u | tr '\n' ' ')
	[ "$(echo "$managers_given" | wc -w)" = 1 ] || fail "not one address: $managers_given"
}

# managers_kept PREFIX: the address, the default route and DNS are there, as the lines with this
# prefix tell.
managers_kept() {
	[ "$managers_family" = 4 ] || {
		managers_kept_ip6 "$1"
		return
	}
	expect_verdict "$1address\\.$managers_link=$managers_address/24"
	expect_verdict "$1route4=default via 10\\.77\\.0\\.1 .*"
	expect_verdict "$1resolv\\.conf=nameserver 10\\.77\\.0\\.1"
}

managers_kept_ip6() {
	expect_verdict "$1address\\.$managers_link\\.v6=$managers_address/(64|128) valid=.*"
	expect_verdict "$1route6=default via fe80::[0-9a-f:]* dev .*"
	expect_verdict "$1resolv\\.conf=nameserver fd00:77::1"
	refuse_verdict "$1address\\.$managers_link=.*"
}

# managers_ip6 MANAGER: a root over IPv6, as it was after boot and a renewal.
managers_ip6() {
	managers_boot_ip6 "$1"
	managers_up 330
	managers_renewed 1 100
	managers_expect_end 240
	managers_verdict '' "$1" guarded
	expect_verdict 'sourced\.net6-eth0\.conf\.DEVICE6=eth0'
	expect_verdict 'sourced\.net6-eth0\.conf\.IPV6PROTO=dhcp6'
	expect_verdict "sourced\\.net6-eth0\\.conf\\.IPV6ADDR=$managers_address"
	expect_verdict 'sourced\.net6-eth0\.conf\.IPV6NETMASK=128'
	expect_verdict 'sourced\.net6-eth0\.conf\.IPV6GATEWAY=fe80::.*'
	expect_verdict 'sourced\.net6-eth0\.conf\.IPV6DNS0=fd00:77::1'
	expect_verdict 'sourced\.net6-eth0\.conf\.IPV6DOMAINSEARCH=lab\.example'
	refuse_verdict 'openiscsi\..*'
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

# managers_vlan MANAGER taken|guarded: a VLAN on the boot NIC, which has no address itself, likewise.
managers_vlan() {
	managers_link='eth0\.5'
	client_nic net0 virtio-net-pci romfile=
	net_vlan "$client_tap" 5 net0
	managers_boot nfs "$1" "vlan=eth0.5:eth0 ip=eth0.5:dhcp"
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' "$1" "$2"
	refuse_verdict '(after\.)?address\.eth0=.*'
}

# managers_bridge MANAGER taken|guarded: a bridge over the boot NIC, likewise.
managers_bridge() {
	managers_link=br0
	managers_boot nfs "$1" "bridge=br0:eth0 ip=br0:dhcp"
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' "$1" "$2"
	expect_verdict 'master\.e[a-z0-9]*=br0'
	expect_verdict 'after\.master\.e[a-z0-9]*=br0'
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
	managers_figures client.verdict
}

managers_figures() { # FILE
	echo "$1: $(managers_acks) ACKs, $(tr -d '\r' <"$LAB_OUT/$1" | sed -n \
		's/^\(first\.\)*\(address\.set\|address\.deleted\|default\.deleted\|beats\|stall\)=/\2 /p' |
		tr '\n' ',')"
}

# managers_verdict PREFIX MANAGER taken|guarded [DELETED]: of one boot, before and after what was
# waited for; whether the guard is still there, and how often the address was taken off.
managers_verdict() {
	[ -z "$2" ] || expect_verdict "$1manager=$2"
	managers_kept "$1"
	managers_kept "$1after\\."
	expect_verdict "$1address\\.deleted=${4-0}"
	expect_verdict "$1stall=[0-9]\\.[0-9]"
	refuse_verdict "$1failed=.*"
	case $3 in
	taken) refuse_verdict "$1end\\.survivor=.*" ;;
	guarded) expect_verdict "$1end\\.survivor=@netroot-guard" ;;
	esac
}

# managers_over_time MANAGER taken|guarded [DELETED]: all of it. Five renewals, the server gone while
# two more were due, then for longer than the lease, when the address may be taken off DELETED times
# and must be put back, and a reboot, after which it is the same address.
managers_over_time() {
	managers_boot nfs "$1" verdict.reboot
	managers_up 330
	managers_renewed 5 90
	managers_outage 20
	managers_outage 45
	managers_over
	wait_for 240 client_ended client || fail "not restarted within 240 s"
	managers_figures client.verdict
	managers_verdict 'first\.' "$1" "$2" "${3-0}"
	[ "${3-0}" = 0 ] || expect_console 'guard: eth0: the client .* has let 10\.77\.0\.14. end'
	managers_boot_again
	managers_up 330
	managers_renewed 1 60
	managers_expect_end 120
	expect_verdict 'rebooted=yes'
	managers_verdict '' "$1" "$2"
}
