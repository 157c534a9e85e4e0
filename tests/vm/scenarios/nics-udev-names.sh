# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NICs in words by the names udev would give: firmware's number, slot, place on the bus, MAC"
needs=debian
client_machine=pc # its firmware numbers devices and slots
. "$top/tests/vm/udev.sh"

run() {
	udev_hook "$LAB_DIR/hooks" ens17 enp1s2
	INITRD=$LAB_DIR/initrd
	boot_pack --compress gzip --hooks "$LAB_DIR/hooks" --output "$INITRD"
	nfs_root
	udev_root
	dhcp_start
	# behind it nothing has a number of its own
	client_nics="-global PIIX4_PM.acpi-pci-hotplug-with-bridge-support=off -device pci-bridge,id=bridge,chassis_nr=1,addr=0x15,shpc=off"
	client_nic net0 virtio-net-pci romfile=,addr=0x11
	client_nic net0 virtio-net-pci romfile=,acpi-index=7
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=,addr=0x12
	client_nic net0 virtio-net-pci romfile=,bus=bridge,addr=2.0
	boot "ip=ens17:dhcp ip=eno7:dhcp ip=enx525400770003:dhcp ip=enp0s18:off ip=enp1s2:off root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 60
	expect_verdict 'link.ens17=52:54:00:77:00:01 .*'
	expect_verdict 'link.eno7=52:54:00:77:00:02 .*'
	expect_verdict 'link.enx525400770003=52:54:00:77:00:03 .*'
	expect_verdict 'link.enp0s18=52:54:00:77:00:04 .*'
	expect_verdict 'link.enp1s2=52:54:00:77:00:05 .*'
	expect_console 'udev: ens17 ID_NET_NAME_SLOT=ens17' 0
	expect_console 'udev: enp1s2 ID_NET_NAME_PATH=enp1s2' 0
	expect_network '?address.ens17=10\.77\.0\.1[0-9][0-9]/24' '?address.eno7=10\.77\.0\.1[0-9][0-9]/24' \
		'?address.enx525400770003=10\.77\.0\.1[0-9][0-9]/24' \
		'route.[a-z0-9]*=0\.0\.0\.0/0 via 10\.77\.0\.1'
}
