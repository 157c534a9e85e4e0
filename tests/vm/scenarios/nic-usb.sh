# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="A NIC on USB, named in words by its controller and port as udev names it; another NIC is left alone"
needs=debian
. "$top/tests/vm/udev.sh"

run() {
	udev_hook "$LAB_DIR/hooks" enp0s20u1
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --nic virtio_net,cdc_ether --hooks "$LAB_DIR/hooks" --output "$INITRD"
	nfs_root
	udev_root
	dhcp_start
	client_nics="-device qemu-xhci,id=usb,addr=0x14"
	client_nic net0 usb-net
	client_nic net0 virtio-net-pci romfile=
	boot "ip=enp0s20u1:dhcp root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 60
	expect_verdict 'link.enp0s20u1=52:54:00:77:00:01 .*'
	expect_console 'udev: enp0s20u1 ID_NET_NAME_PATH=enp0s20u1' 0
	expect_verdict 'link.eth0=52:54:00:77:00:02 .* down'
	expect_network 'address.enp0s20u1=10\.77\.0\.1[0-9][0-9]/24' 'route.enp0s20u1=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
