# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A DHCP server that sends shell characters, overlong and broken options: rejected by name, the boot goes on"

run() {
	nfs_root
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	# shellcheck disable=SC2016 # meant for a shell that must not be there
	dhcp_line 'dhcp-option-force=12,$(reboot);x'
	# shellcheck disable=SC2016
	dhcp_line 'dhcp-option-force=15,`id`'
	dhcp_line 'dhcp-option-force=119,c0:00:ff'
	dhcp_line 'dhcp-option-force=121,ff:00:00'
	dhcp_line 'dhcp-option-force=26,00:01'
	dhcp_line "dhcp-option-force=6,255.255.255.255"
	dhcp_start
	boot "root=dhcp verdict.files=/run/netroot"
	expect_init 40
	for option in 12 15 119 121 26 6; do
		expect_console "option $option:"
	done
	# shellcheck disable=SC2016
	refuse_verdict '.*(\$\(reboot\)|`id`).*'
}
