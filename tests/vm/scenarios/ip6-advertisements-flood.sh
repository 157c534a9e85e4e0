# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two hundred spoofed routers, their advertisements before the DHCP server answers: it boots, in few words"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	service_start advertise "$(root_program advertise)" net0 200
	boot "root=dhcp verdict.files=/run/netroot"
	# all of them were heard, and none of them is a lease
	expect_console 'eth0: 100 more advertisements that are new' 40
	dhcp_start
	expect_init 40
	service_stop advertise
	expect_verdict 'address.eth0=10\.77\.0\..*/24'
	refuse_console 'no room'
	said=$(grep -c 'advertisement' "$LAB_OUT/client.console") || :
	[ "$said" -le 16 ] || fail "$said lines of advertisements"
}
