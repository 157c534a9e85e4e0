# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="rd.emergency=poweroff ends a boot without a root after rd.retry="

run() {
	boot "root=dhcp rd.emergency=poweroff rd.retry=6"
	expect_console 'netroot: address: eth0: no answer from a DHCP server yet' 40
	expect_console 'netroot: rescue: no root after 6 s: power off' 20
	wait_for 20 client_ended client || fail "the client does not power off"
	expect_console 'reboot: Power down' 0
}
