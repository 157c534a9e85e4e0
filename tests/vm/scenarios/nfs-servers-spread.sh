# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Of NFS servers that are all well each machine has its own; where the mount fails there after all, the next one has the root"

run() {
	nfs_root
	ip addr add 10.77.0.7/24 dev net0
	# the preflight is served; once it has hung up, the kernel is refused
	nft 'table inet servers {
		set done { type ipv4_addr; flags dynamic; }
		chain in {
			type filter hook input priority 0
			ip daddr 10.77.0.7 tcp dport 2049 tcp flags & (fin | rst) != 0 add @done { ip saddr }
			ip daddr 10.77.0.7 tcp dport 2049 ip saddr @done tcp flags & (syn | ack) == syn reject with tcp reset
		}
	}'
	dhcp_start
	# this machine's order was read off explain
	boot "root=nfs4:10.77.0.1,10.77.0.7:$ROOT_DIR:vers=4.2" -uuid 4c4c4544-0042-4810-8056-b4c04f395334
	expect_init 60
	expect_console 'plan: 2 servers .* in the order 10\.77\.0\.7, 10\.77\.0\.1'
	expect_console 'attach: of 2 NFS servers 10\.77\.0\.7 is taken'
	expect_console 'attach: .*10\.77\.0\.7.*; 1 other left'
	expect_console 'attach: of 2 NFS servers 10\.77\.0\.1 is taken'
	expect_verdict "root.device=10.77.0.1:$ROOT_DIR"
}
