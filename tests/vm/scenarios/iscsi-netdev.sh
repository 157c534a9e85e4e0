# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Two NICs on one network, a root that is bound to the second: the session goes by that, also when the guard logs in again"
. "$top/tests/vm/outage.sh"

# The addresses that have a session, as the server sees them.
peers() {
	ss -Htn state established 'sport = :3260' | awk '{ sub(/:[0-9]*$/, "", $4); print $4 }' | sort -u
}

has_peer() {
	[ "$(peers)" = "$1" ]
}

run() {
	iscsi_root
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "ip=10.77.0.50:::24::eth0:none ip=10.77.0.51:::24::eth1:none \
netroot=iscsi:$LAB_SERVER:::if0:eth1::$LAB_IQN rw verdict.stream=8"
	expect_stream 90
	has_peer 10.77.0.51 || fail "these have a session: $(peers)"
	iscsi_outage 2
	outage_unharmed 40
	expect_console 'address: booting over eth1 with 10\.77\.0\.51/24' 0
	expect_console 'guard: target .* logged in again after' 0
}
