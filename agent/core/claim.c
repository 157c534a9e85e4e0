/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases and firmware's address, and their NICs. */
#include "core/claim.h"

static bool has(const struct claim_nic *nic, const struct ip_addr *address)
{
	return nic->has && ip_eq(nic->has, address);
}

static bool is_named(const struct plan_ip *ip)
{
	return ip->port.ifname[0] || ip->port.mac.len;
}

bool claim_gave(const struct given *given, const int *lease_ifindex, int ifindex)
{
	return given->by == FROM_DHCP && lease_ifindex[given->lease] == ifindex;
}

/* A root, or settings that may name one, are reached by it, as far as leases tell. */
static bool has_root(const struct plan *plan, const int *lease_ifindex, int ifindex)
{
	const struct plan_config *config = &plan->config;

	if (config->given.by && (config->server_given.by != FROM_DHCP ||
				 claim_gave(&config->server_given, lease_ifindex, ifindex)))
		return true;
	for (uint8_t i = 0; i < plan->n_roots; i++) {
		const struct given *given = &plan->roots[i].given;

		if (given->by != FROM_DHCP || claim_gave(given, lease_ifindex, ifindex))
			return true;
	}
	return false;
}

enum claim_use claim_use_of(const struct plan *plan, const int *lease_ifindex,
			    const struct claim_nic *nic, const struct lease *lease)
{
	bool same = has(nic, &lease->address);

	if (!nic->ifindex || !nic->ip || lease->kind == LEASE_RA || ip_is_unset(&lease->address))
		return CLAIM_NOT;
	/* what is on the NIC lives as long as its renewals; a boot server answers to the address */
	if (!same && ip_is_unset(&lease->boot_server) && !is_named(nic->ip) &&
	    !has_root(plan, lease_ifindex, nic->ifindex))
		return CLAIM_NOT;
	if (nic->has && !same && lease->kind == LEASE_DHCP4 && nic->ip->v4 == IP4_STATIC)
		return CLAIM_FIRMWARE;
	return CLAIM_PUT;
}

bool claim_open(const struct claim_nic *nic)
{
	return nic->ifindex && nic->ip && nic->ip->leased && nic->asks &&
	       has(nic, &nic->ip->address) && !nic->lease;
}

/* Firmware's address may be this NIC's, and nobody says so. */
static bool may_claim(const struct claim_nic *nic)
{
	return nic->ifindex && nic->ip && nic->ip->leased && !is_named(nic->ip);
}

static bool confirmed(const struct claim_nic *nic)
{
	return nic->lease && ip_eq(&nic->lease->address, &nic->ip->address);
}

/* It has it, and only because it was the first, or its turn. */
static bool has_on_trial(const struct claim_nic *nic)
{
	return may_claim(nic) && has(nic, &nic->ip->address) && !confirmed(nic);
}

uint32_t claim_losers(const struct claim_nic *nics, uint8_t n, uint8_t which,
		      const struct ip_addr *address)
{
	uint32_t losers = 0;

	if (!may_claim(&nics[which]) || !ip_eq(address, &nics[which].ip->address))
		return 0;
	for (uint8_t i = 0; i < n; i++)
		if (i != which && has_on_trial(&nics[i]))
			losers |= 1u << i;
	return losers;
}

int claim_next(const struct claim_nic *nics, uint8_t n, uint8_t boot)
{
	if (!has_on_trial(&nics[boot]))
		return -1;
	for (uint8_t i = 1; i < n; i++) {
		uint8_t at = (uint8_t)((boot + i) % n);

		if (may_claim(&nics[at]) && nics[at].carrier && !nics[at].has)
			return at;
	}
	return -1;
}
