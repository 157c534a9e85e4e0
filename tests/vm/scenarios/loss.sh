# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="20 % of all frames are lost while the client boots"
limit=200

# A boot has some 80 frames until then: that fewer are lost happens once in thousands.
expect_lost() {
	lost=$(($(net_lost input) + $(net_lost output)))
	echo "lost: $lost frames"
	[ "$lost" -ge 5 ] || fail "only $lost frames were lost"
}

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_start
	net_loss 20
	boot "root=dhcp"
	expect_console 'handover: starting /sbin/init' 150
	expect_lost
	# the root's own reads by TCP may stand still for minutes, which is not what is shown
	net_loss 0
	expect_init 180
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
