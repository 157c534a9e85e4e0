# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with ifupdown leaves the lease to the guard, which renews it"
limit=600
needs=debian
. "$top/tests/vm/managers.sh"

run() {
	managers_boot nfs ifupdown ""
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 120
	managers_verdict '' ifupdown guarded
}
