# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="The boot NIC's cable is pulled while the server is waited for: the other one takes over, with its default route"

run() {
	dhcp_start
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=
	boot "root=nfs:$LAB_SERVER:/srv/root"
	expect_console 'netroot: attach: .*; attempt 2 in' 40
	boot_nic=$(sed -n 's/.*booting over eth\([01]\) .*/\1/p' "$LAB_OUT/client.console" | head -n 1)
	client_monitor client "set_link nic$((boot_nic + 1)) off"
	nfs_root
	expect_init 60
	expect_console "booting over eth$((1 - boot_nic)) "
	# two NICs on one segment answer for each other's addresses
	refuse_console 'is in use by'
	expect_verdict "link.eth$boot_nic=.* down"
	expect_network "address.eth$((1 - boot_nic))=10\\.77\\.0\\.1[0-9][0-9]/24" \
		"route.eth$((1 - boot_nic))=0\\.0\\.0\\.0/0 via 10\\.77\\.0\\.1"
}
