/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice of the boot NIC. */
#include "core/bootnic.h"

#include <string.h>

const char *bootnic_reason_text(enum bootnic_reason reason)
{
	switch (reason) {
	case BOOTNIC_BOOTDEV:
		return "bootdev= names it";
	case BOOTNIC_BOOTIF:
		return "BOOTIF names it";
	case BOOTNIC_IBFT:
		return "firmware's iBFT names it";
	case BOOTNIC_LEASE:
		return "its lease names the root";
	case BOOTNIC_ON_LINK:
		return "the server is on its network";
	case BOOTNIC_ROUTE:
		return "it has a route to the server";
	case BOOTNIC_FIRST:
		return "the first with an address";
	}
	return "";
}

static bool on_link(const struct bootnic_candidate *nic, const struct plan_host *server)
{
	const struct netconf *conf = server->ip.family == IP_V6 ? nic->v6 : nic->v4;

	if (ip_is_link_local(&server->ip))
		return !server->scope[0] || !strcmp(server->scope, nic->ifname);
	/* RFC 5942: an address by DHCPv6 says nothing of what else is on the link, and 64 bits is
	 * what SLAAC makes addresses under */
	if (!ip_is_unset(&nic->slaac) && ip_in_prefix(&server->ip, &nic->slaac, 64))
		return true;
	return conf && !ip_is_unset(&conf->address) &&
	       ip_in_prefix(&server->ip, &conf->address, conf->prefix);
}

/* How good the best of these routes to it is, as the kernel chooses: by length of the prefix, then
 * by preference (RFC 4191 3.2). 0: none leads there. */
static int best_of(const struct lease_route *routes, uint8_t n, const struct ip_addr *ip)
{
	int best = 0;

	for (uint8_t i = 0; i < n; i++) {
		int good = 3 * routes[i].prefix + 2 + routes[i].preference;

		if (good > best && ip_in_prefix(ip, &routes[i].dst, routes[i].prefix))
			best = good;
	}
	return best;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static int best_route(const struct plan *plan, const struct bootnic_candidate *nic,
		      const struct ip_addr *server)
{
	const struct netconf *conf = server->family == IP_V6 ? nic->v6 : nic->v4;
	int best = conf ? best_of(conf->routes, conf->n_routes, server) : 0;

	for (uint8_t i = 0; i < plan->n_routes; i++)
		if (!strcmp(plan->routes[i].ifname, nic->ifname))
			best = max(best, best_of(&plan->routes[i].route, 1, server));
	if (server->family == IP_V6 && nic->ra)
		best = max(best, best_of(nic->ra->routes, nic->ra->n_routes, server));
	return best;
}

static bool has_family(const struct bootnic_candidate *nic, enum ip_family family)
{
	bool v6 = nic->v6 || !ip_is_unset(&nic->slaac);

	switch (family) {
	case IP_V4:
		return nic->v4;
	case IP_V6:
		return v6;
	case IP_NONE:
		return nic->v4 || v6;
	}
	return false;
}

/* No other one has a better route. */
static bool has_best_route(const struct plan *plan, const struct bootnic_candidate *nics, uint8_t n,
			   uint8_t which, const struct ip_addr *server)
{
	int own = best_route(plan, &nics[which], server);

	for (uint8_t i = 0; i < n; i++)
		if (has_family(&nics[i], server->family) &&
		    best_route(plan, &nics[i], server) > own)
			return false;
	return own > 0;
}

/* A link-local server needs no more than the NIC being up. */
static bool usable(const struct bootnic_candidate *nic, const struct plan_host *server)
{
	return has_family(nic, server->ip.family) || ip_is_link_local(&server->ip);
}

static bool named(const struct plan *plan, const char *ifname, const struct mac_addr *mac,
		  enum bootnic_reason reason)
{
	if (reason == BOOTNIC_BOOTDEV)
		return plan->bootdev_given.by != FROM_NOWHERE &&
		       plan_port_is(&plan->bootdev, ifname, mac);
	if (reason == BOOTNIC_IBFT)
		return plan->ibft_nic_given.by != FROM_NOWHERE &&
		       plan_port_is(&plan->ibft_nic, ifname, mac);
	return plan->bootif.len && mac_eq(&plan->bootif, mac);
}

bool bootnic_awaits(const struct plan *plan, enum bootnic_reason reason, const char *ifname,
		    const struct mac_addr *mac)
{
	return reason > BOOTNIC_IBFT &&
	       (named(plan, ifname, mac, BOOTNIC_BOOTIF) || named(plan, ifname, mac, BOOTNIC_IBFT));
}

static bool fits(const struct plan *plan, const struct plan_host *server,
		 const struct bootnic_candidate *nics, uint8_t n, uint8_t which,
		 enum bootnic_reason reason)
{
	const struct bootnic_candidate *nic = &nics[which];
	bool known = server->ip.family != IP_NONE;

	switch (reason) {
	case BOOTNIC_BOOTDEV:
	case BOOTNIC_BOOTIF:
	case BOOTNIC_IBFT:
		return named(plan, nic->ifname, &nic->mac, reason);
	case BOOTNIC_LEASE:
		return nic->gave_root;
	case BOOTNIC_ON_LINK:
		return known && on_link(nic, server);
	case BOOTNIC_ROUTE:
		return known && has_best_route(plan, nics, n, which, &server->ip);
	case BOOTNIC_FIRST:
		return true;
	}
	return false;
}

int bootnic_choose(const struct plan *plan, const struct plan_host *server,
		   const struct bootnic_candidate *nics, uint8_t n, bool settled,
		   enum bootnic_reason *ret_reason)
{
	bool must_be_named = plan->bootdev_given.by != FROM_NOWHERE;

	for (enum bootnic_reason r = BOOTNIC_BOOTDEV; r <= BOOTNIC_FIRST; r++) {
		/* a way that is not known may still turn out to be another NIC's; of a server whose
		 * address is not known there is nothing to wait for */
		if (r == BOOTNIC_FIRST && !settled && server->ip.family != IP_NONE)
			continue;
		for (uint8_t i = 0; i < n; i++) {
			if (!usable(&nics[i], server) || !fits(plan, server, nics, n, i, r))
				continue;
			*ret_reason = r;
			return i;
		}
		if (r == BOOTNIC_BOOTDEV && must_be_named)
			return -1;
	}
	return -1;
}
