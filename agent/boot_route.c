/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What words say of routes and MTU where no address of a lease or of ip= takes it along: NICs with
 * addresses by advertisement alone, and gateways on nobody's network. */
#include "boot.h"

#include "core/nicroute.h"
#include "sys/log.h"

/* The NICs with addresses; *ret_boot is the index of the boot NIC, or -1. */
static uint8_t nics_now(const struct boot *b, struct bootnic_candidate ret[static BOOT_NICS_MAX],
			int at[static BOOT_NICS_MAX], int *ret_boot)
{
	uint8_t n = 0;

	*ret_boot = -1;
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		const struct boot_nic *nic = &b->nics[i];

		if (!nic->nic.ifindex || !nic->rank)
			continue;
		if (nic->nic.ifindex == b->boot_ifindex)
			*ret_boot = n;
		at[n] = i;
		ret[n++] = (struct bootnic_candidate){
			.ifname = nic->nic.name,
			.v4 = nic->v4.configured ? &nic->v4.conf : NULL,
			.v6 = nic->v6.configured ? &nic->v6.conf : NULL,
			.slaac = nic->slaac,
		};
	}
	return n;
}

/* With an address of the family it goes into what renewals and the hand-over know of the NIC. */
static void add_route(struct boot *b, const struct plan_route *route, struct boot_nic *n,
		      const struct bootnic_candidate *candidate)
{
	struct boot_family *f = route->route.dst.family == IP_V6 ? &n->v6 : &n->v4;
	struct netconf conf;
	struct err err;

	if (f->configured) {
		conf = f->full;
		(void)addr_configure(b, n, f, &conf); /* it says what it could not do */
		return;
	}
	nicroute_conf(route, candidate, &conf);
	if (rtnl_apply(b->rtnl, n->nic.ifindex, &conf, &err) != 0)
		log_line(LOG_LEVEL_WARN, "address", "%s: %s, going on without", n->nic.name,
			 err.text);
}

void route_rest(struct boot *b)
{
	static struct bootnic_candidate nics[BOOT_NICS_MAX];
	int at[BOOT_NICS_MAX], boot;
	uint8_t n = nics_now(b, nics, at, &boot), i;

	for (uint8_t r = 0; r < b->plan.n_routes; r++) {
		const struct plan_route *route = &b->plan.routes[r];
		struct boot_nic *nic;

		if (nicroute_of(route, nics, n, boot, &i) != NICROUTE_ADD)
			continue;
		nic = &b->nics[at[i]];
		if (b->route_on[r] == nic->nic.ifindex)
			continue;
		b->route_on[r] = nic->nic.ifindex;
		add_route(b, route, nic, &nics[i]);
	}
}

void route_say_left(const struct boot *b)
{
	static struct bootnic_candidate nics[BOOT_NICS_MAX];
	int at[BOOT_NICS_MAX], boot;
	uint8_t n = nics_now(b, nics, at, &boot), i;

	for (uint8_t r = 0; r < b->plan.n_routes; r++) {
		const struct plan_route *route = &b->plan.routes[r];
		char why[160], dst[IP_TEXT_MAX];
		struct out out = out_to(why, sizeof(why));

		if (nicroute_of(route, nics, n, boot, &i) != NICROUTE_NONE)
			continue;
		nicroute_why_not(route, nics, n, &out);
		log_line(LOG_LEVEL_WARN, "address", "rd.route= to %s/%u is not set: %s",
			 ip_text(&route->route.dst, dst), route->route.prefix, why);
	}
}

/* mtu= where neither ip= nor a lease has one, which is all that addr_configure() knows of. */
static void set_mtu(struct boot *b, const struct boot_nic *n)
{
	const struct lease *ra = lease_of(b, n->nic.ifindex, LEASE_RA);
	struct err err;

	if (!b->plan.mtu || n->v6.ip.mtu || n->v4.configured || n->v6.configured ||
	    (ra && ra->mtu) || n->nic.mtu == b->plan.mtu)
		return;
	if (rtnl_set_mtu(b->rtnl, n->nic.ifindex, b->plan.mtu, &err) < 0)
		log_line(LOG_LEVEL_WARN, "address", "%s: %s, going on with %u", n->nic.name,
			 err.text, n->nic.mtu);
}

void route_bare(struct boot *b, const struct boot_nic *n)
{
	set_mtu(b, n);
	route_rest(b);
}
