# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager on a site without IPv4 keeps its DHCPv6 address over renewals, outages and a reboot"
limit=900
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_over_time 6 nm guarded 1
}
