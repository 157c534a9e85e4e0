# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCP servers with impossible lease times and identifiers, faster than the right one and beside it: refused, named, harmless"

# rogue SEGMENT NUMBER OPTION...: a server there, for the address .NUMBER.
rogue() {
	rogue_segment=$1 rogue_number=$2
	shift 2
	service_start "rogue$rogue_number" "$(root_program hostile)" 4 "$rogue_segment" \
		"10.${rogue_segment#net}.0.$((rogue_number - 50))" "10.${rogue_segment#net}.0.$rogue_number" "$@"
	service_ready "rogue$rogue_number" 5 file_has "$LAB_OUT/rogue$rogue_number.log" ready
}

# said COUNT REGEX: at most so many lines of it
said() {
	said=$(grep -cE -e "$2" "$LAB_OUT/client.console") || :
	[ "$said" -le "$1" ] || fail "$said lines: $2"
}

run() {
	nfs_root
	client_nic net0 virtio-net-pci romfile=
	for segment in net1 net2 net3; do
		net_segment "$segment" "10.${segment#net}.0.1/24"
		client_nic "$segment" virtio-net-pci romfile=
	done
	wrong=$LAB_SERVER:/nowhere
	# who is it: nobody, everybody, a group
	rogue net0 61 "17=$wrong" 54:00000000
	rogue net0 62 "17=$wrong" 54:ffffffff
	rogue net0 63 "17=$wrong" 54:e0000001
	rogue net0 64 "17=$wrong" 54-
	# for how long: no time, half a number
	rogue net1 71 "17=$wrong" 51:00000000
	rogue net1 72 "17=$wrong" 51:0e10
	# a second, which would come and go all the time; for ever: odd, but a lease
	rogue net2 73 51:00000001
	rogue net3 74 51:ffffffff
	# the kernel may give so many NICs their names in any order
	names=
	for nic in 0 1 2 3; do
		names="$names ifname=lan$nic:52:54:00:77:00:0$((nic + 1))"
	done
	boot "$names ip=dhcp root=dhcp verdict.files=/run/netroot"
	expect_console 'lan0: (4 unusable answers so far: )?unusable OFFER from 255\.255\.255\.255: no usable server identifier \(option 54\)' 40
	expect_console 'lan0: (4 unusable answers so far: )?unusable OFFER from 224\.0\.0\.1: no usable server identifier \(option 54\)' 20
	expect_console 'lan1: unusable OFFER from 10\.1\.0\.21: no usable lease time \(option 51\)' 20
	expect_console 'lan1: unusable OFFER from 10\.1\.0\.22: no usable lease time \(option 51\)' 20
	expect_console 'lan2: unusable OFFER from 10\.2\.0\.23: a lease of 1 s is too short to renew \(option 51\)' 20
	expect_console 'lan3: 10\.3\.0\.74/24 from DHCP server 10\.3\.0\.24' 20
	service_start right "$(root_program hostile)" 4 net0 "$LAB_SERVER" 10.77.0.100 "17=$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	expect_network 'address.lan0=10\.77\.0\.100/24'
	expect_verdict "root.device=$LAB_SERVER:.*"
	# whoever goes on like that fills no log
	said 8 'lan0: .*unusable OFFER'
	said 8 'lan1: .*unusable OFFER'
	said 8 'lan2: .*10\.2\.0\.23'
}
