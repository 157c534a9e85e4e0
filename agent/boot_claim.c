/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Firmware's address by PXELINUX's four fields of ip=, without BOOTIF: on which NIC firmware had it
 * nobody says. It is used at once on the first NIC with a carrier, and its lease is asked for on
 * all of them: a server that gives it to another NIC decides. Where none answers, each has its
 * turn.
 */
#include "boot.h"

#include <string.h>

#include "sys/log.h"

static bool may_claim(const struct boot_nic *n)
{
	const struct plan_ip *ip = &n->v4.ip;

	return n->nic.ifindex && n->v4.wanted && ip->leased && !ip->port.ifname[0] &&
	       !ip->port.mac.len;
}

static bool has_it(const struct boot_nic *n)
{
	return n->v4.configured && ip_eq(&n->v4.conf.address, &n->v4.ip.address);
}

static bool confirmed(const struct boot *b, const struct boot_nic *n)
{
	const struct lease *lease = lease_of(b, n->nic.ifindex, LEASE_DHCP4);

	return lease && ip_eq(&lease->address, &n->v4.ip.address);
}

bool claim_open(const struct boot *b, const struct boot_nic *n)
{
	return n->nic.ifindex && n->v4.wanted && n->v4.ip.leased && n->dhcp && has_it(n) &&
	       !lease_of(b, n->nic.ifindex, LEASE_DHCP4);
}

/* What was reached through it is to be reached anew, unless the root is being entered. */
static void take_off(struct boot *b, struct boot_nic *n)
{
	addr_unset4(b, n);
	if (b->boot_ifindex == n->nic.ifindex && phase_is(b, PHASE_ADDRESS, PHASE_DONE) &&
	    (phase_is(b, PHASE_HANDOVER, PHASE_PENDING) ||
	     phase_is(b, PHASE_HANDOVER, PHASE_BACKOFF)))
		phase_restart(b, PHASE_ADDRESS);
}

void claim_settle(struct boot *b, const struct boot_nic *n, const struct lease *lease)
{
	char ip[IP_TEXT_MAX];

	if (!may_claim(n) || !ip_eq(&lease->address, &n->v4.ip.address))
		return;
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *other = &b->nics[i];

		if (other == n || !may_claim(other) || !has_it(other) || confirmed(b, other))
			continue;
		log_line(LOG_LEVEL_INFO, "address", "%s is taken from %s: %s has the lease of it",
			 ip_text(&lease->address, ip), other->nic.name, n->nic.name);
		take_off(b, other);
	}
}

void claim_next(struct boot *b)
{
	struct boot_nic *n = nic_by_index(b, b->boot_ifindex);
	char ip[IP_TEXT_MAX];

	if (!n || !may_claim(n) || !has_it(n) || confirmed(b, n))
		return;
	for (int i = 1; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *other = &b->nics[(n - b->nics + i) % BOOT_NICS_MAX];

		if (!may_claim(other) || !other->nic.carrier || other->v4.configured)
			continue;
		log_line(LOG_LEVEL_INFO, "address",
			 "%s is tried on %s, the root was not reached with it on %s",
			 ip_text(&n->v4.ip.address, ip), other->nic.name, n->nic.name);
		take_off(b, n);
		addr_set4(b, other);
		return;
	}
}
