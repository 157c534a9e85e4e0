# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
desc="NICs in words by the names udev would give: firmware's number, slot, place on the bus, MAC"
client_machine=pc # its firmware numbers devices and slots

run() {
	nfs_root
	dhcp_start
	client_nic net0 virtio-net-pci romfile=,addr=0x11
	client_nic net0 virtio-net-pci romfile=,acpi-index=7
	client_nic net0 virtio-net-pci romfile=
	client_nic net0 virtio-net-pci romfile=,addr=0x12
	boot "ip=ens17:dhcp ip=eno7:dhcp ip=enx525400770003:dhcp ip=enp0s18:off root=nfs:$LAB_SERVER:$ROOT_DIR"
	expect_init 60
	expect_verdict 'link.ens17=52:54:00:77:00:01 .*'
	expect_verdict 'link.eno7=52:54:00:77:00:02 .*'
	expect_verdict 'link.enx525400770003=52:54:00:77:00:03 .*'
	expect_verdict 'link.enp0s18=52:54:00:77:00:04 .*'
	expect_verdict 'address.(ens17|eno7|enx525400770003)=10\.77\.0\..*/24'
	refuse_verdict 'address.enp0s18=.*'
}
