# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ip=off and no root that could do without: said, tried again, ended as asked; nothing spins"

run() {
	boot "ip=off root=dhcp rd.retry=8 rd.emergency=poweroff"
	expect_console 'netroot: attach: .*; attempt 2 in' 30
	# whatever else a boot has to do is over by the third attempt
	expect_console 'netroot: attach: .*; attempt 3 in' 10
	expect_idle 10 4
	expect_console 'no root after 8 s: power off' 10
	wait_for 20 client_ended client || fail "the client does not power off"
	refuse_console 'Kernel panic|BUG:|Oops'
}
