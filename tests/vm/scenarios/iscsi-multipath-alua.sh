# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A target with ALUA: the root is not looked for by ports in standby, and the map has the optimized ones in use"
limit=300
soak=yes
. "$top/tests/vm/multipath.sh"

alua_a=10.77.0.2 alua_b=10.78.0.2

# LIO with one LUN by two targets, for of these the first is taken where it can be: each has a portal and a group of target
# ports, the first in standby, the second optimized.
alua_target() {
	peer_modules crc32c_generic target_core_mod target_core_iblock iscsi_target_mod
	peer_disk "$LAB_OUT/root.img"
	peer_nic net0
	peer_nic net1
	peer_start lio "$limit" "ip link set eth0 up
ip link set eth1 up
ip address add $alua_a/24 dev eth0
ip address add $alua_b/24 dev eth1
lio=/sys/kernel/config/target disk=/sys/kernel/config/target/core/iblock_0/disk
mkdir \$lio/core/iblock_0 \$disk
echo udev_path=/dev/vda >\$disk/control
echo 1 >\$disk/enable
echo 12345678 >\$disk/wwn/vpd_unit_serial
mkdir \$lio/iscsi
n=1
for address in $alua_a $alua_b; do
	group=\$disk/alua/group\$n target=\$lio/iscsi/$LAB_IQN\$n
	tpg=\$target/tpgt_1
	mkdir \$group \$target \$tpg \$tpg/lun/lun_0
	echo \$((16 + n)) >\$group/tg_pt_gp_id
	ln -s \$disk \$tpg/lun/lun_0/disk
	echo group\$n >\$tpg/lun/lun_0/alua_tg_pt_gp
	echo 1 >\$tpg/attrib/generate_node_acls
	echo 1 >\$tpg/attrib/cache_dynamic_acls
	echo 0 >\$tpg/attrib/demo_mode_write_protect
	echo 0 >\$tpg/attrib/authentication
	mkdir \$tpg/np/\$address:3260
	echo 1 >\$tpg/enable
	n=\$((n + 1))
done
echo 2 >\$disk/alua/group1/alua_access_state
cat \$disk/alua/group1/alua_access_state"
	peer_ready lio 40
}

alua_boot() {
	client_nic net0 virtio-net-pci romfile=
	client_nic net1 virtio-net-pci romfile=
	boot "netroot=iscsi:$alua_a::::${LAB_IQN}1 netroot=iscsi:$alua_b::::${LAB_IQN}2 rd.multipath rw verdict.stream=2"
	expect_init 90
	expect_verdict 'stream\.result=ok'
	expect_console 'paths: the map has 2 paths' 0
	expect_console 'map: dm-0 is the map of .*, with ALUA' 0
}

# alua_map DISK DISK: the first is in use and the other in reserve.
alua_map() {
	expect_verdict "map\.dm-0\.table=[0-9]+ multipath 1 queue_if_no_path 1 alua 2 1 service-time 0 1 2 $1 1 1 service-time 0 1 2 $2 1 1 ?"
	expect_verdict "map\.dm-0\.status=.* A 0 1 2 $1 A [0-9]+ 0 1 E 0 1 2 $2 A .*"
}

run() {
	boot_packed initrd-multipath --add-feature multipath
	net_segment net1 "$MULTIPATH_OTHER/24"
	root_tree
	root_image "$ROOT_DIR" "$LAB_OUT/root.img"
	alua_target
	multipath_dhcp
	echo "the first portal in standby"
	alua_boot
	expect_console 'device: sda: the ports of its target that this path leads to are standby .*; going on with another path' 0
	expect_console "paths: the path by $alua_a port 3260 is in the map, 2 in all" 0
	alua_map 8:16 8:0
	echo "the first portal not optimized"
	peer_do lio 'echo 1 >/sys/kernel/config/target/core/iblock_0/disk/alua/group1/alua_access_state'
	alua_boot
	expect_console "paths: the path by $alua_b port 3260 is in the map, 2 in all" 0
	alua_map 8:16 8:0
}
