# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with NetworkManager takes over a bridge over the boot NIC as it is"
limit=600
needs=debian
soak=yes
. "$top/tests/vm/managers.sh"

run() {
	managers_link=br0
	managers_boot nfs nm "bridge=br0:eth0 ip=br0:dhcp"
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 240
	managers_verdict '' nm guarded
	expect_verdict 'master\.e[a-z0-9]*=br0'
	expect_verdict 'after\.master\.e[a-z0-9]*=br0'
}
