/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files that read a DHCPv4 message into a lease: numbers and addresses (dhcp_lease.c),
 * texts (dhcp_lease_text.c); and the machine, for times. Nobody else's. */
#ifndef NETROOT_CORE_DHCP_LEASE_H
#define NETROOT_CORE_DHCP_LEASE_H

#include "core/dhcp_msg.h"

struct reading {
	const struct dhcp_msg *msg;
	struct lease *lease;
	struct out ignored;
};

void dhcp_lease_ignore(struct reading *in, uint8_t code, const char *why);
/* Names, paths and secrets, wherever in the message they stand. */
void dhcp_lease_texts(struct reading *in);

/* From what was given, 0 for nothing: T1 before T2 before the end. */
void dhcp_lease_times(struct lease *l, uint32_t t1, uint32_t t2);

#endif
