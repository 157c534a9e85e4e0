# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NICs behind a bridge in slot 9: the functions of a device are named in words by that slot as udev names them, one alone is not"
needs=debian
. "$top/tests/vm/udev.sh"

run() {
	udev_hook "$LAB_DIR/hooks" ens9f1 enp2s2
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$LAB_DIR/hooks" --output "$INITRD"
	nfs_root
	udev_root
	dhcp_start
	client_nics="-device pcie-root-port,id=root9,chassis=9,slot=9 -device pcie-pci-bridge,id=bridge,bus=root9"
	client_nic net0 virtio-net-pci romfile=,bus=bridge,addr=1.0,multifunction=on
	client_nic net0 virtio-net-pci romfile=,bus=bridge,addr=1.1
	client_nic net0 virtio-net-pci romfile=,bus=bridge,addr=2.0
	boot "ip=ens9f1:dhcp ip=enp2s2:off root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 60
	expect_console 'udev: ens9f1 ID_NET_NAME_SLOT=ens9f1' 0
	expect_console 'udev: enp2s2 ID_NET_NAME_PATH=enp2s2' 0
	refuse_console 'udev: enp2s2 ID_NET_NAME_SLOT'
	expect_verdict 'link.ens9f1=52:54:00:77:00:02 .*'
	expect_verdict 'link.enp2s2=52:54:00:77:00:03 .* down'
	expect_network 'address.ens9f1=10\.77\.0\.1[0-9][0-9]/24' 'route.ens9f1=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
