# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager keeps address, route and DNS of a site without IPv4, and renews by DHCPv6"
limit=700
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_ip6 nm
}
