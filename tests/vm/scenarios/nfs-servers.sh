# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NFS servers for one root: a name that nobody knows, one that swallows everything, one that refuses, one that is slow, from which it is mounted"

run() {
	nfs_root
	ip addr add 10.77.0.7/24 dev net0
	ip addr add 10.77.0.8/24 dev net0
	ip addr add 10.77.0.9/24 dev net0
	nft 'table inet servers {
		chain in {
			type filter hook input priority 0
			ip daddr 10.77.0.7 drop
			ip daddr 10.77.0.8 meta l4proto tcp reject with tcp reset
			ip daddr 10.77.0.9 tcp dport 2049 numgen inc mod 3 == 0 drop
		}
	}'
	dhcp_names "address=/slow.lab.example/10.77.0.9" "local=/lab.example/"
	dhcp_option 17 "gone.lab.example,10.77.0.7,10.77.0.8,slow.lab.example:$ROOT_DIR,vers=4.2"
	dhcp_start
	boot "root=dhcp rd.debug"
	expect_console 'attach: of 4 NFS servers slow\.lab\.example \(10\.77\.0\.9\) is taken' 60
	# what init reads need not be slow
	nft flush chain inet servers in
	expect_init 60
	expect_verdict "root.device=slow.lab.example:$ROOT_DIR"
	expect_console 'attach: .*gone\.lab\.example.*; [123] others? left'
	expect_console 'attach: nothing listens on 10\.77\.0\.8 port 2049 \(connection refused\).*; [123] others? left'
	# the dead one alone would take eight seconds
	expect_phase attach 6
}
