/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Over which NIC a route of rd.route= goes, and which one has the default route of IPv4. */
#ifndef NETROOT_CORE_NICROUTE_H
#define NETROOT_CORE_NICROUTE_H

#include "core/bootnic.h"

enum nicroute {
	NICROUTE_NONE, /* none (yet): the NIC or the way to the gateway is missing */
	NICROUTE_THERE, /* it is set with the address of its family on the NIC */
	NICROUTE_ADD, /* to be set besides: the NIC has only addresses by advertisement, or it is
			 the boot NIC and the gateway is on nobody's network */
};

/*
 * *ret is the index of the NIC, untouched where there is none. That of the word; else the one whose
 * network holds the gateway; else the boot NIC (index `boot`, -1 while there is none).
 */
enum nicroute nicroute_of(const struct plan_route *route, const struct bootnic_candidate *nics,
			  uint8_t n, int boot, uint8_t *ret);
/* What is put on a NIC that has no address of that family but those by advertisement. */
void nicroute_conf(const struct plan_route *route, const struct bootnic_candidate *nic,
		   struct netconf *ret);
/* For NICROUTE_NONE: why, and what would help. */
void nicroute_why_not(const struct plan_route *route, const struct bootnic_candidate *nics,
		      uint8_t n, struct out *out);

/* A NIC with an IPv4 address. */
struct nicroute_default {
	bool given; /* its lease or word has a default route */
	bool set; /* it has been given it */
	bool bootdev; /* bootdev= names it */
};

/*
 * One IPv4 default route in the machine: the boot NIC's (index `boot`, -1 while there is none), if
 * it was given one; before it is known, that of the NIC which bootdev= names, or, where there is no
 * such word, that of the NIC which had it first. Those of IPv6 are told apart by the routers' own
 * preference. Whether nics[which] may have it.
 */
bool nicroute_may_default(const struct nicroute_default *nics, uint8_t n, int boot, bool bootdev,
			  uint8_t which);
/* The boot NIC is known now, and the route is another's, or nobody's. */
bool nicroute_default_moves(const struct nicroute_default *nics, int boot);

#endif
