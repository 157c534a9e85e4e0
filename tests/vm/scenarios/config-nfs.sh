# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="Settings by NFS, through a link named after the host, over what DHCP says of the root; where a server has none the boot goes on"
limit=200

run() {
	nfs_root
	mkdir -p /srv/conf/classes
	echo "root=nfs:$LAB_SERVER:$ROOT_DIR init=/bin/missing" >/srv/conf/classes/room1
	ln -s classes/room1 /srv/conf/pc7
	dhcp_option 12 pc7
	dhcp_option 17 "$LAB_SERVER:/srv/nowhere"
	dhcp_start
	boot "netroot.config=nfs:$LAB_SERVER:/srv/conf"
	# a server that does not give them is no server that has none
	expect_console "netroot: config: nfs://$LAB_SERVER/srv/conf/01-52-54-00-77-00-01: $LAB_SERVER refuses /srv/conf: .*; attempt 2 in" 40
	refuse_console 'netroot: attach: '
	nfs_export 2 /srv/conf
	nfs_restart
	# what is mended meanwhile is fetched with the next attempt
	expect_console 'netroot: attach: .* has no /bin/missing: check init=.*; attempt 2 in' 40
	echo "root=nfs:$LAB_SERVER:$ROOT_DIR" >/srv/conf/classes/room1
	expect_init 60
	expect_console "netroot: config: settings of this machine are nfs://$LAB_SERVER/srv/conf/pc7, [0-9]+ bytes" 0
	expect_verdict "root.device=$LAB_SERVER:$ROOT_DIR"
	rm /srv/conf/pc7
	dhcp_option_drop 17
	dhcp_option 17 "$LAB_SERVER:$ROOT_DIR"
	dhcp_restart
	boot "netroot.config=nfs:$LAB_SERVER:/srv/conf"
	expect_init 60
	expect_console "netroot: config: nfs://$LAB_SERVER/srv/conf has none of 01-52-54-00-77-00-02, 52:54:00:77:00:02, .*, pc7, default, going on without" 0
}
