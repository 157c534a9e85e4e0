# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="DHCP servers that send shell characters, line breaks, 255 bytes and broken values in every option of both families: named, harmless, the boot goes on"

# segment NUMBER 4|6 OPTION...: one more NIC, and a server there that sends just that (tests/vm/hostile.c).
segment() {
	segment_name=hostile$1
	segment_number=$1 segment_family=$2
	shift 2
	net_segment "net$segment_number" "10.77.$segment_number.1/24"
	client_nic "net$segment_number" virtio-net-pci romfile=
	segment_server=10.77.$segment_number.1 segment_client=10.77.$segment_number.100
	if [ "$segment_family" = 6 ]; then
		echo 0 >"/proc/sys/net/ipv6/conf/net$segment_number/disable_ipv6"
		segment_server=fd00:78::1 segment_client=fd00:78::100
	fi
	service_start "$segment_name" "$(root_program hostile)" "$segment_family" "net$segment_number" \
		"$segment_server" "$segment_client" "$@"
	service_ready "$segment_name" 5 file_has "$LAB_OUT/$segment_name.log" ready
}

# octets COUNT HEX
octets() {
	printf "%${1}s" '' | sed "s/ /$2/g"
}

# Shell in each value that may be any text; the booted system's shells must not meet it as such.
shell="';touch /run/lab/EVIL;'\$(touch /run/lab/EVIL)\`touch /run/lab/EVIL\`"
# "x", "EVIL=1", each a line
lines=780a4556494c3d310a

# Few a segment, for what is wrong with a lease is said in one line.
hostile() {
	# numbers, addresses, lists
	segment 1 4 1:ff00ff00 3:7f000001 6:ffffffff 26:0001 33:000102
	segment 2 4 42:e0000001 43:08ff00 60=PXEClient 121:ff0000 58:01 59:0102
	# shell, line breaks
	segment 3 4 "12=$shell" "15=$shell" "17:$lines" "66=$shell" "67:$lines"
	segment 4 4 "119:04${lines%0a}0000" "203=$shell" 175:beff41 208:01020304 249:ff00
	# 255 bytes, and a name that points at itself
	segment 5 4 "12:$(octets 255 61)" "15:$(octets 255 0a)" "17:$(octets 255 07)" "66:$(octets 255 3b)" 119:c000
	segment 6 4 "67:$(octets 255 0a)" "203:$(octets 255 24)" "3:$(octets 255 00)" "6:$(octets 255 ff)" \
		28:01020304
	segment 7 4 "119:$(octets 255 3f)" "121:$(octets 255 ff)" 208:f100747e "209:$lines" "210:$lines" 211:01
	# DHCPv6: servers, search, URL, parameters, name; NTP, SNTP, times
	segment 8 6 23:00 24:03616263c000 "59:$lines" 60:00ff41 39:0003
	segment 9 6 56:000100ff 31:0001 7:0102 82:00000001 "59=$shell$(octets 255 a)$(octets 255 b)$(octets 255 c)$(octets 255 d)"
}

# expect_named OPTION...: in one line of the console; the kernel may give so many NICs their names in any order.
expect_named() {
	wait_for 20 named_together "$@" || fail "not named together within 20 s: options $*"
}

named_together() {
	cp "$LAB_OUT/client.console" "$LAB_DIR/named"
	for named; do
		grep -E "netroot: address: eth[0-9]: .*option $named: " "$LAB_DIR/named" >"$LAB_DIR/named.left" || return 1
		mv "$LAB_DIR/named.left" "$LAB_DIR/named"
	done
}

# What shells of the booted system read, read by one.
expect_harmless() {
	client_verdict client | sed -n '/^begin \/run\/net6*-/,/^end \/run\/net/p' |
		grep -vE '^(begin|end) /run/' >"$LAB_DIR/sourced"
	# shellcheck disable=SC2016 # for that shell
	filename=$(env -i sh -euc '. "$1"; printf %s "$filename"' sh "$LAB_DIR/sourced") ||
		fail "/run/net-*.conf is not for shells"
	[ "$filename" = "$shell" ] || fail "not what the server sent: $filename"
	[ ! -e "$LAB_DIR/EVIL" ] || fail "a shell has executed a value"
}

run() {
	nfs_root
	find "$ROOT_DIR" | sort >"$LAB_DIR/before"
	client_nic net0 virtio-net-pci romfile=
	hostile
	# the boot NIC's: a value that may be any text and is handed over, and its first packets are lost
	service_start hostile0 "$(root_program hostile)" 4 net0 "$LAB_SERVER" 10.77.0.100 \
		"17=$LAB_SERVER:$ROOT_DIR" "67=$shell" "12:$lines" 15=lab.example
	ip link set tap1 nomaster
	boot "ip=dhcp ip=52-54-00-77-00-09:dhcp6 ip=52-54-00-77-00-0a:dhcp6 root=dhcp verdict.files=/run"
	expect_named 1 3 6 26 33
	expect_named 42 43 121 58 59
	expect_named 12 15 17 66 67
	expect_named 119 203 175 208 249
	expect_named 12 15 17 66 119
	expect_named 67 203 3 6 28
	expect_named 119 121 209 210 211
	expect_named 23 24 59 60 39
	expect_named 56 31 7 82 59
	ip link set tap1 master net0
	expect_init 40
	# a value that may be any text stands there between quotes, and nowhere else
	client_verdict client | grep -a EVIL | grep -vE "^filename='|^ +filename \"|^ +\"boot_file\": \"" >"$LAB_DIR/evil" || :
	[ ! -s "$LAB_DIR/evil" ] || fail "in the booted root: $(head -n 1 "$LAB_DIR/evil")"
	refuse_verdict 'begin /run/.*[^A-Za-z0-9/._@-].*'
	expect_harmless
	find "$ROOT_DIR" | sort >"$LAB_DIR/after"
	cmp -s "$LAB_DIR/before" "$LAB_DIR/after" ||
		fail "files of the root: $(diff "$LAB_DIR/before" "$LAB_DIR/after" | tail -n 1)"
}
