# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager takes the lease over and renews it"
limit=600
needs=debian
. "$top/tests/vm/managers.sh"

run() {
	managers_boot nfs nm ""
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 120
	managers_verdict '' nm guarded
	expect_console 'guard: eth0: the booted system has taken 10\.77\.0\.14. over .*: watching'
}
