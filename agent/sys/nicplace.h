/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a NIC sits, from sysfs. */
#ifndef NETROOT_SYS_NICPLACE_H
#define NETROOT_SYS_NICPLACE_H

#include "core/nicname.h"

/* What cannot be read is left out: of a NIC that is no PCI device all of it. */
void nic_place_read(const char *ifname, struct nic_place *ret);
/* The NIC that has a name: its index and MAC; false where there is none. */
bool nic_named(const char *ifname, int *ret_ifindex, struct mac_addr *ret_mac);

#endif
