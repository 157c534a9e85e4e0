# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with ifupdown on a site without IPv4 leaves the DHCPv6 lease to the guard"
limit=600
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_ip6 ifupdown-ip6 guarded
	expect_verdict 'ifstate=eth0=eth0'
}
