# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The lease that named the root is refused while the server's name is looked up; another one comes"

serve() { # ADDRESS [LINE]
	isc_start "default-lease-time 60; max-lease-time 60; min-lease-time 60; ping-check false;" \
		"option dhcp-renewal-time 2; option domain-name-servers 10.77.0.1;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { }" \
		"host client { hardware ethernet 52:54:00:77:00:01; fixed-address $1; ${2-} }"
}

# The name server hears and does not answer until it is let go on.
names_signal() { # STOP|CONT
	kill "-$1" "$(cat "$LAB_DIR/names.pid")"
}

run() {
	nfs_root
	service_start names dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file \
		--no-hosts --no-resolv --bind-interfaces --listen-address=10.77.0.1 \
		--address=/nas.lab.example/10.77.0.1
	service_ready names 5 port_open udp 53
	names_signal STOP
	serve 10.77.0.140 "option root-path \"nas.lab.example:$ROOT_DIR\";"
	boot "root=dhcp"
	expect_console 'resolve: looking up nas\.lab\.example' 60
	isc_stop
	serve 10.77.0.141
	expect_console 'address: eth0: .*, asking again' 20
	names_signal CONT
	expect_console 'address: eth0: 10\.77\.0\.141/24 from' 20
	isc_stop
	serve 10.77.0.142 "option root-path \"nas.lab.example:$ROOT_DIR\";"
	expect_init 60
	refuse_console 'after a crash|Kernel panic'
	# the answer to the first look-up belongs to no root
	[ "$(grep -c 'resolve: .* is 10\.' "$LAB_OUT/client.console")" = 1 ] ||
		fail "the answer to a look-up was taken whose lease was gone"
	expect_verdict 'root.device=nas\.lab\.example:.*'
	expect_verdict 'address.eth0=10\.77\.0\.142/24'
}
