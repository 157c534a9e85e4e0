/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whom PXE firmware would ask on port 4011, and what comes of it: between core/dhcp and
 * core/dhcp_boot.c, nobody else's. */
#ifndef NETROOT_CORE_DHCP_BOOT_H
#define NETROOT_CORE_DHCP_BOOT_H

#include "core/dhcp.h"

/* Any OFFER: it may send firmware to a boot server. */
void dhcp_boot_note(struct dhcp *d, const struct dhcp_msg *msg);
/* A fresh lease: where it lacks something, and there is whom to ask, that is due at once. */
void dhcp_boot_begin(struct dhcp *d, uint64_t now_ns);
/* The next try, or there was the last. */
void dhcp_boot_due(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
bool dhcp_boot_awaits(const struct dhcp *d, const struct dhcp_msg *msg, const struct ip_addr *from);
void dhcp_boot_answer(struct dhcp *d, const struct dhcp_msg *msg, struct dhcp_actions *act);

#endif
