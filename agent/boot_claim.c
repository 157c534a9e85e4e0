/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases onto their NICs, and firmware's address on to the next one, as core/claim says. */
#include "boot.h"

#include <assert.h>

#include "core/claim.h"
#include "sys/log.h"

static_assert(BOOT_NICS_MAX <= 32, "claim_losers() has a bit for each");

static struct claim_nic seen(const struct boot *b, const struct boot_nic *n,
			     const struct boot_family *f)
{
	return (struct claim_nic){
		.ifindex = n->nic.ifindex,
		.ip = f->wanted ? &f->ip : NULL,
		.has = f->configured ? &f->conf.address : NULL,
		.lease = lease_of(b, n->nic.ifindex, f == &n->v4 ? LEASE_DHCP4 : LEASE_DHCP6),
		.carrier = n->nic.carrier,
		.asks = f == &n->v4 ? n->dhcp != NULL : n->dhcp6 != NULL,
	};
}

static void all_seen(const struct boot *b, struct claim_nic ret[static BOOT_NICS_MAX])
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		ret[i] = seen(b, &b->nics[i], &b->nics[i].v4);
}

bool claim_is_open(const struct boot *b, const struct boot_nic *n)
{
	struct claim_nic nic = seen(b, n, &n->v4);

	return claim_open(&nic);
}

/* What was reached through it is to be reached anew. */
static void take_off(struct boot *b, struct boot_nic *n)
{
	addr_unset4(b, n);
	if (b->boot_ifindex == n->nic.ifindex)
		address_again(b);
}

static void take_from_others(struct boot *b, const struct boot_nic *n, const struct lease *lease)
{
	struct claim_nic nics[BOOT_NICS_MAX];
	uint32_t losers;
	char ip[IP_TEXT_MAX];

	all_seen(b, nics);
	losers = claim_losers(nics, BOOT_NICS_MAX, (uint8_t)(n - b->nics), &lease->address);
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		if (!(losers >> i & 1))
			continue;
		log_line(LOG_LEVEL_INFO, "address", "%s is taken from %s: %s has the lease of it",
			 ip_text(&lease->address, ip), b->nics[i].nic.name, n->nic.name);
		take_off(b, &b->nics[i]);
	}
}

static void put(struct boot *b, struct boot_nic *n, struct boot_family *f,
		const struct lease *lease)
{
	bool fresh = !f->configured || !ip_eq(&f->conf.address, &lease->address);
	struct netconf conf;

	netconf_from_lease(lease, &conf);
	if (lease->kind == LEASE_DHCP4)
		take_from_others(b, n, lease);
	if (addr_configure(b, n, f, &conf) && lease->kind == LEASE_DHCP4 && fresh)
		addr_probe(b, n);
}

void claim_use(struct boot *b, struct boot_nic *n, const struct lease *lease)
{
	struct boot_family *f = lease->kind == LEASE_DHCP4 ? &n->v4 : &n->v6;
	struct claim_nic nic = seen(b, n, f);
	char ip[IP_TEXT_MAX], had[IP_TEXT_MAX];

	switch (claim_use_of(&b->plan, b->root_lease_ifindex, &nic, lease)) {
	case CLAIM_NOT:
		break;
	case CLAIM_FIRMWARE:
		log_line(LOG_LEVEL_WARN, "address",
			 "%s: the DHCP server has %s for this machine, firmware had %s: keeping "
			 "that, nobody will renew it",
			 n->nic.name, ip_text(&lease->address, ip), ip_text(nic.has, had));
		break;
	case CLAIM_PUT:
		put(b, n, f, lease);
		break;
	}
}

void claim_on(struct boot *b)
{
	struct boot_nic *n = nic_by_index(b, b->boot_ifindex), *next;
	struct claim_nic nics[BOOT_NICS_MAX];
	char ip[IP_TEXT_MAX];
	int i;

	if (!n)
		return;
	all_seen(b, nics);
	i = claim_next(nics, BOOT_NICS_MAX, (uint8_t)(n - b->nics));
	if (i < 0)
		return;
	next = &b->nics[i];
	log_line(LOG_LEVEL_INFO, "address",
		 "%s is tried on %s, the root was not reached with it on %s",
		 ip_text(&n->v4.ip.address, ip), next->nic.name, n->nic.name);
	take_off(b, n);
	addr_set4(b, next);
}
