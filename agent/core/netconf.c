/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a lease or an ip= word to what is put on a NIC. */
#include "core/netconf.h"

#include <string.h>

#define FOR_EVER UINT32_MAX

/* RFC 3021: links of two addresses have no broadcast address. */
static struct ip_addr broadcast_of(const struct ip_addr *ip, uint8_t prefix)
{
	if (ip->family != IP_V4 || prefix > 30)
		return (struct ip_addr){ 0 };
	return ip4_from_he(ip4_to_he(ip) | ~ip4_prefix_to_mask(prefix));
}

void netconf_from_lease(const struct lease *lease, struct netconf *ret)
{
	struct netconf c = { 0 };

	c.address = lease->address;
	c.prefix = lease->prefix;
	c.broadcast = ip_is_unset(&lease->broadcast) ? broadcast_of(&c.address, c.prefix)
						     : lease->broadcast;
	c.valid_s = lease->lease_s;
	c.preferred_s = lease->lease_s;
	c.mtu = lease->mtu;
	/* RFC 3442 allows gateways that another route of the option puts on link: those first */
	for (int on_link = 1; on_link >= 0; on_link--)
		for (uint8_t i = 0; i < lease->n_routes; i++)
			if (ip_is_unset(&lease->routes[i].gateway) == (on_link == 1))
				c.routes[c.n_routes++] = lease->routes[i];
	*ret = c;
}

void netconf_from_ip(const struct plan_ip *ip, struct netconf *ret)
{
	struct netconf c = { 0 };

	c.address = ip->address;
	c.prefix = ip->prefix;
	if (!c.prefix && c.address.family == IP_V4)
		c.prefix = ip4_classful_prefix(ip4_to_he(&c.address));
	c.broadcast = broadcast_of(&c.address, c.prefix);
	c.valid_s = c.preferred_s = FOR_EVER;
	if (!ip_is_unset(&ip->gateway)) {
		c.routes[0].dst.family = ip->gateway.family;
		c.routes[0].gateway = ip->gateway;
		c.n_routes = 1;
	}
	*ret = c;
}
