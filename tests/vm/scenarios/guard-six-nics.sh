# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Six NICs with leases of 12 s, the root over the last one: the guard renews all of them"
limit=150

acks() { # COUNT: of each of the six
	for n in 1 2 3 4 5 6; do
		[ "$(grep -c "DHCPACK on 10.77.0.14$n" "$LAB_OUT/dhcpd.log")" -ge "$1" ] || return 1
	done
}

run() {
	nfs_root
	isc_start "default-lease-time 12; max-lease-time 12; min-lease-time 12; ping-check false;" \
		"subnet 10.77.0.0 netmask 255.255.255.0 { option root-path \"$LAB_SERVER:$ROOT_DIR\"; }" \
		"$(for n in 1 2 3 4 5 6; do
			echo "host h$n { hardware ethernet 52:54:00:77:00:0$n; fixed-address 10.77.0.14$n; }"
		done)"
	for n in 1 2 3 4 5 6; do
		client_nic net0 virtio-net-pci romfile=
	done
	boot "root=dhcp ip=eth0:dhcp ip=eth1:dhcp ip=eth2:dhcp ip=eth3:dhcp ip=eth4:dhcp ip=eth5:dhcp bootdev=eth5 verdict.hold=20"
	wait_for 60 acks 4 || fail "not all renewed three times: $(grep DHCPACK "$LAB_OUT/dhcpd.log" | sort | uniq -c)"
	expect_init 40
	expect_verdict 'held=20'
	for n in 0 1 2 3 4 5; do
		expect_verdict "address.eth$n=10\\.77\\.0\\.14[1-6]/24"
	done
	expect_console 'booting over eth5'
	refuse_console 'guard: .*(is lost|nobody renews)'
}
