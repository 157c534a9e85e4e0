/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NIC of a route in words. */
#include "core/nicroute.h"

#include <string.h>

#define SLAAC_PREFIX 64 /* RFC 4862 5.5.3 with 64 bits of interface identifier */

static bool is_v6(const struct plan_route *route)
{
	return route->route.dst.family == IP_V6;
}

static const struct netconf *conf_of(const struct plan_route *route,
				     const struct bootnic_candidate *nic)
{
	const struct netconf *conf = is_v6(route) ? nic->v6 : nic->v4;

	return conf && !ip_is_unset(&conf->address) ? conf : NULL;
}

/* Its own network holds the gateway: of a route on link only the word says where it is. */
static bool by_conf(const struct plan_route *route, const struct bootnic_candidate *nic)
{
	const struct netconf *conf = conf_of(route, nic);

	return conf && ip_in_prefix(&route->route.gateway, &conf->address, conf->prefix);
}

static bool by_slaac(const struct plan_route *route, const struct bootnic_candidate *nic)
{
	return is_v6(route) && !ip_is_unset(&nic->slaac) &&
	       ip_in_prefix(&route->route.gateway, &nic->slaac, SLAAC_PREFIX);
}

/* Every NIC that is up with IPv6 reaches link-local gateways. */
static bool can_add(const struct plan_route *route, const struct bootnic_candidate *nic)
{
	return conf_of(route, nic) || (is_v6(route) && (!ip_is_unset(&nic->slaac) ||
							ip_is_link_local(&route->route.gateway)));
}

enum nicroute nicroute_of(const struct plan_route *route, const struct bootnic_candidate *nics,
			  uint8_t n, int boot, uint8_t *ret)
{
	bool named = route->ifname[0];

	for (uint8_t i = 0; i < n; i++) {
		bool is_it = named ? !strcmp(route->ifname, nics[i].ifname)
				   : by_conf(route, &nics[i]) || by_slaac(route, &nics[i]);

		if (!is_it || !can_add(route, &nics[i]))
			continue;
		*ret = i;
		return conf_of(route, &nics[i]) && (named || by_conf(route, &nics[i]))
			       ? NICROUTE_THERE
			       : NICROUTE_ADD;
	}
	if (named || boot < 0 || !can_add(route, &nics[boot]))
		return NICROUTE_NONE;
	*ret = (uint8_t)boot;
	return NICROUTE_ADD;
}

void nicroute_conf(const struct plan_route *route, const struct bootnic_candidate *nic,
		   struct netconf *ret)
{
	const struct ip_addr *gateway = &route->route.gateway;
	struct netconf c = { .origin = NETCONF_STATIC };

	if (!ip_is_unset(gateway) && !ip_is_link_local(gateway) && !by_slaac(route, nic))
		c.routes[c.n_routes++] = (struct lease_route){ .dst = *gateway,
							       .prefix = is_v6(route) ? 128 : 32 };
	c.routes[c.n_routes++] = route->route;
	*ret = c;
}

void nicroute_why_not(const struct plan_route *route, const struct bootnic_candidate *nics,
		      uint8_t n, struct out *out)
{
	const char *family = is_v6(route) ? "IPv6" : "IPv4";
	char ip[IP_TEXT_MAX];

	for (uint8_t i = 0; i < n; i++)
		if (!strcmp(route->ifname, nics[i].ifname)) {
			out_add(out, "%s has no %s address", route->ifname, family);
			return;
		}
	if (route->ifname[0])
		out_add(out, "%s has no address, or there is none of that name", route->ifname);
	else
		out_add(out,
			"no NIC has %s on its network, and the one booted over has no %s address",
			ip_text(&route->route.gateway, ip), family);
}

bool nicroute_may_default(const struct nicroute_default *nics, uint8_t n, int boot, bool bootdev,
			  uint8_t which)
{
	if (which == boot)
		return true;
	if (boot >= 0 && nics[boot].given)
		return false;
	if (boot < 0 && bootdev)
		return nics[which].bootdev;
	for (uint8_t i = 0; i < n; i++)
		if (i != which && nics[i].set)
			return false;
	return true;
}

bool nicroute_default_moves(const struct nicroute_default *nics, int boot)
{
	return boot >= 0 && nics[boot].given && !nics[boot].set;
}
