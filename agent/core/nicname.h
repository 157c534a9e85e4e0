/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that udev gives to NICs by what they are: enx<MAC>, and eno1, ens3, enp0s3 by where they
 * sit. The kernel gives none of them, but command lines are written with them.
 * Source: systemd.net-naming-scheme(7).
 */
#ifndef NETROOT_CORE_NICNAME_H
#define NETROOT_CORE_NICNAME_H

#include "core/addr.h"

#define NICNAME_PORT_MAX 16
#define NICNAME_USB_MAX 16

/* Where a NIC sits, as sysfs shows it. */
struct nic_place {
	bool pci; /* it is a PCI device, or virtio's or USB's on one, and what follows holds */
	uint32_t domain;
	uint8_t bus, slot, function;
	bool multifunction; /* known to have others beside it */
	uint32_t onboard; /* firmware's number of it (ACPI _DSM, SMBIOS type 41); 0: none */
	uint32_t hotplug; /* number of the slot it is plugged into; 0: none */
	uint32_t hotplug_above; /* that of the nearest bridge above it which has one; 0: none */
	uint32_t dev_port; /* of several ports of one function */
	char port_name[NICNAME_PORT_MAX]; /* phys_port_name; "": none */
	/* on USB, whose controller is the PCI device: the ports to it, with configuration and
	 * interface where these are not the first, "u2u3c2i1"; "": not on USB */
	char usb[NICNAME_USB_MAX];
};

/* "enx525400123456"; false leaves *ret untouched. */
bool nicname_mac(const char *name, struct mac_addr *ret);
/* Whether udev gives such names by the place of a NIC. */
bool nicname_by_place(const char *name);
/* Whether biosdevname does (em1, p3p1), whose rules are not followed here. */
bool nicname_by_bios(const char *name);
/*
 * Domain, bus, slot and function from the path behind /sys/class/net/NAME/device, the rest is 0;
 * pci false where the NIC is on none. Returns the length of the part of the path that is the PCI
 * device, 0 without.
 */
size_t nic_place_of_path(const char *path, struct nic_place *ret);
/* Whether name is one of those that udev could give to it: by firmware's number, slot or path. */
bool nic_place_named(const struct nic_place *place, const char *name);

#endif
