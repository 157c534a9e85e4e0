# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="ifname= gives two NICs each other's names, when both have the kernel's already"

# hook_loads MODULE DIR: it and what it needs, before the agent looks at NICs; it would have renamed the first before the
# second had any name.
hook_loads() {
	mkdir -p "$2/filesystems.d"
	sed -n "s|^\(.*/$1\.ko[^:]*\):|\1|p" "$MODULES/modules.dep" | tr ' ' '\n' | sed -n 's/\.ko.*/.ko/p' | tac |
		sed "1i #!/bin/sh
s|^|insmod /lib/modules/$KVER/|" >"$2/filesystems.d/10-load"
	chmod +x "$2/filesystems.d/10-load"
}

run() {
	hook_loads e1000e "$LAB_DIR/hooks"
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$LAB_DIR/hooks" --output "$INITRD"
	nfs_root
	net_segment net1
	dhcp_start
	client_nic net1 e1000e romfile=
	client_nic net0 e1000e romfile=
	boot "ifname=eth0:52:54:00:77:00:02 ifname=eth1:52:54:00:77:00:01 ip=eth0:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 40
	# the second one was called so when the first was to be
	expect_console 'netroot: link: eth0 is now eth1' 0
	expect_console 'netroot: link: (eth1|renamed[0-9]) is now eth0' 0
	expect_verdict 'link.eth0=52:54:00:77:00:02 .* up'
	expect_verdict 'link.eth1=52:54:00:77:00:01 .* down'
	expect_network 'address.eth0=10\.77\.0\.1[0-9][0-9]/24' 'route.eth0=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
