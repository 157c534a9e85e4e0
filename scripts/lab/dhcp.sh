# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # sourced: names are set and used elsewhere
#
# DHCP and TFTP of the site: dnsmasq. Answers are gathered by the functions below and take effect
# with dhcp_start; a later change with dhcp_restart.

# dhcp_reset: forgets all answers; leases of 10 minutes out of 10.77.0.100 to .199 remain.
dhcp_reset() {
	cat >"$LAB_DIR/dnsmasq.conf" <<END
keep-in-foreground
user=root
port=0
no-hosts
no-resolv
no-ping
leasefile-ro
dhcp-authoritative
log-dhcp
log-facility=$LAB_OUT/dnsmasq.log
bind-interfaces
interface=net0
except-interface=lo
dhcp-range=10.77.0.100,10.77.0.199,255.255.255.0,10m
END
}

# dhcp_line TEXT: one line of dnsmasq's own configuration.
dhcp_line() {
	[ -e "$LAB_DIR/dnsmasq.conf" ] || dhcp_reset
	printf '%s\n' "$1" >>"$LAB_DIR/dnsmasq.conf"
}

# dhcp_segment SEGMENT NETWORK [TAG]: addresses on that segment as well, NETWORK.100 to .199; TAG is for answers there alone.
dhcp_segment() {
	dhcp_line "interface=$1"
	dhcp_line "dhcp-range=${3:+set:$3,}$2.100,$2.199,255.255.255.0,10m"
}

# dhcp_option NUMBER TEXT: given to clients that ask for it, not to PXE firmware: iPXE would attach
# an iSCSI root-path itself before it runs the boot script.
dhcp_option() {
	dhcp_line "dhcp-option=tag:!pxe,$1,\"$2\""
}

# dhcp_option_drop NUMBER: takes it back.
dhcp_option_drop() {
	sed -i "/^dhcp-option=tag:!pxe,$1,/d" "$LAB_DIR/dnsmasq.conf"
}

# dhcp_pxe DIR: TFTP from DIR; iPXE gets boot.ipxe, UEFI firmware netroot.efi. iPXE waits 13 s for an
# IPv6 router before it goes on with IPv4 alone, so there is one.
dhcp_pxe() {
	echo 0 >/proc/sys/net/ipv6/conf/net0/disable_ipv6
	ip address add fd00:77::1/64 dev net0 nodad
	dhcp_line "enable-ra"
	dhcp_line "dhcp-range=fd00:77::,ra-only,64,10m"
	dhcp_line "enable-tftp"
	dhcp_line "tftp-root=$1"
	dhcp_line "dhcp-vendorclass=set:pxe,PXEClient"
	dhcp_line "dhcp-match=set:ipxe,175"
	dhcp_line "dhcp-match=set:efi,option:client-arch,7"
	dhcp_line "dhcp-match=set:efi,option:client-arch,9"
	dhcp_line "dhcp-boot=tag:ipxe,boot.ipxe"
	dhcp_line "dhcp-boot=tag:efi,tag:!ipxe,netroot.efi"
}

dhcp_start() {
	[ -e "$LAB_DIR/dnsmasq.conf" ] || dhcp_reset
	service_start dnsmasq dnsmasq --conf-file="$LAB_DIR/dnsmasq.conf" --pid-file
	service_ready dnsmasq 5 dhcp_answers
}

dhcp_answers() {
	port_open udp 67 || port_open udp 547 || grep -q '^dhcp-range=.*ra-only' "$LAB_DIR/dnsmasq.conf"
}

dhcp_stop() {
	service_stop dnsmasq
}

dhcp_restart() {
	dhcp_stop
	dhcp_start
}

# --- other servers, other hosts ---

# dhcp_host_start HOST LINE...: another dnsmasq, on a host of its own (net_host), with these lines
# of configuration; its log is dnsmasq-HOST.log.
dhcp_host_start() {
	dhcp_host=$1
	shift
	{
		printf '%s\n' keep-in-foreground user=root port=0 no-hosts no-resolv no-ping \
			leasefile-ro log-dhcp "log-facility=$LAB_OUT/dnsmasq-$dhcp_host.log" \
			interface=eth0 except-interface=lo bind-interfaces
		printf '%s\n' "$@"
	} >"$LAB_DIR/dnsmasq-$dhcp_host.conf"
	service_start "dnsmasq-$dhcp_host" ip netns exec "$dhcp_host" dnsmasq \
		--conf-file="$LAB_DIR/dnsmasq-$dhcp_host.conf" --pid-file
	service_ready "dnsmasq-$dhcp_host" 5 dhcp_host_answers "$dhcp_host"
}

dhcp_host_answers() {
	host "$1" ss -Hlnu | grep -qE ':(67|547|4011) '
}

# dhcp_boot_server LINE...: a PXE boot server, with these lines of dnsmasq's configuration, on port
# 4011 of the site's server; its log is boot-server.log.
dhcp_boot_server() {
	{
		sed '/^log-facility=/d; /^dhcp-option/d' "$LAB_DIR/dnsmasq.conf"
		printf '%s\n' dhcp-alternate-port=4011,68 "log-facility=$LAB_OUT/boot-server.log" "$@"
	} >"$LAB_DIR/boot-server.conf"
	service_start boot-server dnsmasq --conf-file="$LAB_DIR/boot-server.conf" --pid-file
	service_ready boot-server 5 port_open udp 4011
}

# isc_start LINE...: ISC dhcpd on net0, with these lines of dhcpd.conf; its log is dhcpd.log. What it
# has leased it knows again when it is started again.
isc_start() {
	printf '%s\n' authoritative\; "$@" >"$LAB_DIR/dhcpd.conf"
	touch "$LAB_DIR/dhcpd.leases"
	service_start dhcpd dhcpd -4 -f -d -cf "$LAB_DIR/dhcpd.conf" -lf "$LAB_DIR/dhcpd.leases" \
		--no-pid net0
	service_ready dhcpd 5 port_open udp 67
}

isc_stop() {
	service_stop dhcpd
}

# kea_start 4|6 TEXT: Kea's server for that family on net0; TEXT goes into its "Dhcp4" or "Dhcp6"
# object. Its log is kea.log. What it has leased it knows again when it is started again.
kea_start() {
	mkdir -p /run/kea
	cat >"$LAB_DIR/kea.json" <<END
{ "Dhcp$1": { "interfaces-config": { "interfaces": ["net0"] },
  "lease-database": { "type": "memfile", "name": "$LAB_DIR/kea-leases$1.csv", "lfc-interval": 0 },
  "loggers": [{ "name": "kea-dhcp$1", "severity": "INFO", "output_options": [{ "output": "stdout" }] }],
  $2 } }
END
	KEA_PIDFILE_DIR=/run/kea KEA_LOCKFILE_DIR=/run/kea \
		service_start kea "kea-dhcp$1" -c "$LAB_DIR/kea.json"
	service_ready kea 10 kea_answers "$1"
}

kea_answers() {
	case $1 in
	4) port_open udp 67 ;;
	6) port_open udp 547 ;;
	esac
}

kea_stop() {
	service_stop kea
}

# ra_start LINE...: advertisements by radvd on net0, with these lines of radvd.conf for it; its log is radvd.log.
ra_start() {
	printf '%s\n' 'interface net0 { AdvSendAdvert on;' "$@" '};' >"$LAB_DIR/radvd.conf"
	service_start radvd radvd --nodaemon --logmethod=stderr --pidfile="$LAB_DIR/radvd.own.pid" \
		--config="$LAB_DIR/radvd.conf"
	service_ready radvd 5 test -s "$LAB_DIR/radvd.own.pid"
}

# dhcp_names LINE...: dnsmasq answers name queries, too: lines such as address=/nas.lab/10.77.0.1.
dhcp_names() {
	[ -e "$LAB_DIR/dnsmasq.conf" ] || dhcp_reset
	sed -i 's/^port=0$/port=53/' "$LAB_DIR/dnsmasq.conf"
	printf '%s\n' "$@" >>"$LAB_DIR/dnsmasq.conf"
}

# dhcp_only_ip6 LINE...: no IPv4 at all; net_ip6 comes before.
dhcp_only_ip6() {
	[ -e "$LAB_DIR/dnsmasq.conf" ] || dhcp_reset
	sed -i '/^dhcp-range=10\./d; /^interface=/d; /^bind-interfaces/d' "$LAB_DIR/dnsmasq.conf"
	printf '%s\n' interface=net0 bind-dynamic enable-ra "$@" >>"$LAB_DIR/dnsmasq.conf"
}

# dhcp_both_families LINE...: DHCPv6 and a router beside IPv4; net_ip6 comes before.
dhcp_both_families() {
	[ -e "$LAB_DIR/dnsmasq.conf" ] || dhcp_reset
	sed -i 's/^bind-interfaces/bind-dynamic/' "$LAB_DIR/dnsmasq.conf"
	printf '%s\n' enable-ra "dhcp-range=fd00:77::100,fd00:77::1ff,64,10m" "$@" >>"$LAB_DIR/dnsmasq.conf"
}
