/* SPDX-License-Identifier: GPL-2.0-or-later */
/* More NICs than there is room for: which one goes for a new one. Pure. */
#ifndef NETROOT_CORE_NICROOM_H
#define NETROOT_CORE_NICROOM_H

#include <stdbool.h>
#include <stdint.h>

/* What would be lost with a NIC. */
struct nicroom {
	bool idle; /* nothing is to be done with it */
	bool named; /* by a word */
	bool boot; /* it is the boot NIC */
	bool address, carrier;
};

/* Of n NICs, which are all that there is room for, the one that makes way; -1: none, the new one is
 * left out. *ret_lost: something is lost with it. */
int nicroom_victim(const struct nicroom *nics, uint8_t n, bool new_named, bool *ret_lost);

#endif
