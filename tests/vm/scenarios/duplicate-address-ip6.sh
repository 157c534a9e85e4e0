# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A static IPv6 address that somebody else has is told"

run() {
	net_ip6
	net_host squatter net0 fd00:77::50/64
	boot "ip=[fd00:77::50]:::64::eth0:none root=iscsi:[fd00:77::1]::::$LAB_IQN rw"
	expect_console 'eth0: fd00:77::50 is in use by somebody else \(duplicate address detection\)' 40
}
