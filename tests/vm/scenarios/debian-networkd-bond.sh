# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with systemd-networkd takes over a VLAN on an 802.3ad bond as it is"
limit=700
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"
. "$top/tests/vm/lacp.sh"

run() {
	managers_link='bond0\.5'
	lacp_switch net0 5
	managers_boot nfs networkd "bond=bond0:eth0,eth1:mode=802.3ad,lacp_rate=fast,miimon=100 \
vlan=bond0.5:bond0 ip=bond0.5:dhcp"
	managers_up 400
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' networkd taken
	managers_lacp
}
