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
	service_ready dnsmasq 5 port_open udp 67
}

dhcp_stop() {
	service_stop dnsmasq
}

dhcp_restart() {
	dhcp_stop
	dhcp_start
}
