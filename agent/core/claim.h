/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which NIC an address belongs to: whether a lease is put on the NIC that it came to, and where
 * firmware's address stands, of which PXELINUX's four fields of ip= do not say on which NIC
 * firmware had it. That one is used at once on the first NIC with a carrier, and its lease is asked
 * for on all of them: a server that gives it to another NIC decides. Where none answers, each has
 * its turn. Pure.
 */
#ifndef NETROOT_CORE_CLAIM_H
#define NETROOT_CORE_CLAIM_H

#include "core/plan.h"

/* One family of a NIC. */
struct claim_nic {
	int ifindex; /* 0: there is no NIC in this place */
	const struct plan_ip *ip; /* how it is to be configured; NULL: not at all */
	const struct ip_addr *has; /* its address now; NULL: none */
	const struct lease *lease; /* what a server has given it; NULL: nothing */
	bool carrier;
	bool asks; /* for a lease */
};

enum claim_use {
	CLAIM_NOT, /* the root does not need it, or there is no address in it */
	CLAIM_FIRMWARE, /* firmware's address stays, the server has another one by now */
	CLAIM_PUT /* onto the NIC */
};

/*
 * What becomes of a lease of this NIC, DHCP's or DHCPv6's. It is put on a NIC that a word names,
 * in place of the same address, where a boot server answers to it, and where a root came with one
 * of the NIC's leases, or is known without any. lease_ifindex: the NICs of the leases that the plan
 * was made with.
 */
enum claim_use claim_use_of(const struct plan *plan, const int *lease_ifindex,
			    const struct claim_nic *nic, const struct lease *lease);

/* The value came with a lease of this NIC. */
bool claim_gave(const struct given *given, const int *lease_ifindex, int ifindex);

/* The NIC has firmware's address, and no server has told its lease yet: asking goes on. */
bool claim_open(const struct claim_nic *nic);
/* A server gives `address` to nics[which]: the others (a bit each, of at most 32) that have it as
 * firmware's lose it. */
uint32_t claim_losers(const struct claim_nic *nics, uint8_t n, uint8_t which,
		      const struct ip_addr *address);
/* The root was not reached over nics[boot]: the next one to be given firmware's address in its
 * place; -1: it stays. */
int claim_next(const struct claim_nic *nics, uint8_t n, uint8_t boot);

#endif
