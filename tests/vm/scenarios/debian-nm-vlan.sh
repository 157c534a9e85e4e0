# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager takes over a VLAN on the boot NIC, which has no address itself"
limit=600
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_link='eth0\.5'
	client_nic net0 virtio-net-pci romfile=
	net_vlan "$client_tap" 5 net0
	managers_boot nfs nm "vlan=eth0.5:eth0 ip=eth0.5:dhcp"
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' nm guarded
	refuse_verdict '(after\.)?address\.eth0=.*'
}
