# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ISC dhcpd: a lease of 20 s renewed by the guard, five times, with the server gone in between"
limit=240

acks() { # COUNT
	[ "$(grep -c 'DHCPACK on 10.77.0.140' "$LAB_OUT/dhcpd.log")" -ge "$1" ]
}

serve() {
	isc_start "default-lease-time 20; max-lease-time 20; min-lease-time 20; ping-check false;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { range 10.77.0.140 10.77.0.140; option routers 10.77.0.1;" \
		"option root-path \"$LAB_SERVER:$ROOT_DIR\"; option domain-name-servers 10.77.0.1; }"
}

run() {
	nfs_root
	serve
	boot "root=dhcp verdict.until=/now"
	wait_for 60 acks 3 || fail "not renewed twice within 60 s"
	isc_stop
	expect_console 'guard: eth0: 10\.77\.0\.1 does not answer; the lease of 10\.77\.0\.140 ends' 40
	serve
	wait_for 80 acks 6 || fail "not renewed again once the server was back"
	: >"$ROOT_DIR/now"
	expect_init 40
	expect_verdict 'later'
	expect_verdict 'process\.[0-9]*=@netroot-guard.*'
	expect_verdict 'address.eth0=10\.77\.0\.140/24'
	expect_verdict 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
