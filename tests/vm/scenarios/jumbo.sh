# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="MTU 9000 by DHCP option 26: 4 MiB go to the server and come back in frames of that size"

# expect_large RX|TX: of the client's cable, by the side that is out here, where no offload hides how large frames are.
expect_large() {
	# shellcheck disable=SC2046 # two words
	set -- "$1" $(ip -s link show dev "$client_tap" | awk -v side="$1:" '$1 == side { getline; print $1, $2 }')
	bytes=$2 frames=$3
	echo "$1: $frames frames, $bytes bytes"
	[ "$bytes" -gt 4194304 ] || fail "$1: only $bytes bytes crossed the cable"
	# acknowledgements are among them
	[ "$((bytes / frames))" -gt 3000 ] || fail "$1: $((bytes / frames)) bytes a frame on average"
}

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_line "dhcp-option=26,9000"
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	ip link set "$client_tap" mtu 9000
	ip link set net0 mtu 9000
	boot "root=dhcp rw verdict.bulk=4"
	expect_init 40
	expect_verdict 'link.eth0=.* mtu 9000 .*'
	expect_verdict 'bulk=ok'
	expect_large RX
	expect_large TX
}
