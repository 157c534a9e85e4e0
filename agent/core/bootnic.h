/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which NIC the root is reached through, and why: bootdev=, BOOTIF=, firmware's iBFT, then the one
 * whose lease names the root, then the first that has a way to the server.
 */
#ifndef NETROOT_CORE_BOOTNIC_H
#define NETROOT_CORE_BOOTNIC_H

#include "core/netconf.h"
#include "core/plan.h"

/* A NIC with an address, in the order in which they were configured. */
struct bootnic_candidate {
	const char *ifname;
	struct mac_addr mac;
	const struct netconf *v4, *v6; /* NULL: nothing of that family */
	struct ip_addr slaac; /* made from an advertisement; unset: none */
	const struct lease *ra; /* that advertisement, for its routes; NULL: none */
	bool gave_root; /* its lease names the root */
};

enum bootnic_reason {
	BOOTNIC_BOOTDEV,
	BOOTNIC_BOOTIF,
	BOOTNIC_IBFT,
	BOOTNIC_LEASE,
	BOOTNIC_ON_LINK,
	BOOTNIC_ROUTE,
	BOOTNIC_FIRST
};

/*
 * Index of the boot NIC, -1 while there is none. server: where the root is, family IP_NONE while
 * only its name is known. settled: no other NIC will come soon, so that one without a known way
 * will have to do.
 */
int bootnic_choose(const struct plan *plan, const struct plan_host *server,
		   const struct bootnic_candidate *nics, uint8_t n, bool settled,
		   enum bootnic_reason *ret_reason);
/* The choice for this reason waits a while: this NIC, which has a carrier and no address yet, is
 * named by BOOTIF or iBFT. */
bool bootnic_awaits(const struct plan *plan, enum bootnic_reason reason, const char *ifname,
		    const struct mac_addr *mac);
/* "bootdev= names it", "its lease names the root". */
const char *bootnic_reason_text(enum bootnic_reason reason);

#endif
