# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with systemd-networkd, ip=dhcp6 at a router that does not tell of DHCPv6: address, route and DNS are kept over renewals"
limit=700
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_silent networkd guarded
}
