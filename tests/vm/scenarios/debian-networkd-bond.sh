# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with systemd-networkd takes over a VLAN on an 802.3ad bond as it is"
limit=700
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"
. "$top/tests/vm/lacp.sh"

run() {
	managers_bond networkd taken
}
