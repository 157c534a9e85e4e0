# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager takes over a VLAN on the boot NIC, which has no address itself"
limit=600
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_vlan nm guarded
}
