# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with systemd-networkd takes over a bridge over a VLAN over the boot NIC as it is"
limit=600
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_bridge networkd taken
}
