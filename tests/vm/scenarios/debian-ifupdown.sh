# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Debian with ifupdown leaves the lease to the guard, which renews it"
limit=600
needs=debian
. "$top/tests/vm/managers.sh"

run() {
	managers_boot nfs ifupdown ""
	managers_up 330
	managers_renewed 1 40
	managers_expect_end 120
	managers_verdict '' ifupdown guarded
	expect_verdict 'ifstate=eth0=eth0'
	expect_verdict 'sourced\.net-eth0\.conf\.DEVICE=eth0'
	expect_verdict 'sourced\.net-eth0\.conf\.PROTO=dhcp'
	expect_verdict 'sourced\.net-eth0\.conf\.IPV4ADDR=10\.77\.0\.14.'
	expect_verdict 'sourced\.net-eth0\.conf\.IPV4NETMASK=255\.255\.255\.0'
	expect_verdict 'sourced\.net-eth0\.conf\.IPV4GATEWAY=10\.77\.0\.1'
	expect_verdict 'sourced\.net-eth0\.conf\.IPV4DNS0=10\.77\.0\.1'
	expect_verdict 'sourced\.net-eth0\.conf\.DNSDOMAIN=lab\.example'
	expect_verdict "sourced\\.net-eth0\\.conf\\.ROOTPATH=10\\.77\\.0\\.1:$ROOT_DIR"
	expect_verdict "sourced\\.net-eth0\\.conf\\.DHCPLEASETIME=$managers_lease"
}
