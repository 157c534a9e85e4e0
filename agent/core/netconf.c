/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a lease or an ip= word to what is put on a NIC. */
#include "core/netconf.h"

#include <string.h>

#define FOR_EVER UINT32_MAX
#define PREFIX6 64 /* of every link with hosts (RFC 4291 2.5.4) */
#define MTU_MIN4 576 /* RFC 791 */
#define MTU_MIN6 1280 /* RFC 8200 */

/* RFC 3021: links of two addresses have no broadcast address. */
static struct ip_addr broadcast_of(const struct ip_addr *ip, uint8_t prefix)
{
	if (ip->family != IP_V4 || prefix > 30)
		return (struct ip_addr){ 0 };
	return ip4_from_he(ip4_to_he(ip) | ~ip4_prefix_to_mask(prefix));
}

/* What is smaller would cut all traffic off: whoever says so is not believed. */
static uint16_t usable_mtu(uint16_t mtu, bool v6)
{
	return mtu >= (v6 ? MTU_MIN6 : MTU_MIN4) ? mtu : 0;
}

/* A route of an advertisement that says no time of its own lives as long as its router. */
static void add_route(struct netconf *c, const struct lease *lease, const struct lease_route *route)
{
	struct lease_route *r = &c->routes[c->n_routes++];

	*r = *route;
	if (lease->kind == LEASE_RA && !r->valid_s)
		r->valid_s = lease->lease_s;
}

void netconf_from_lease(const struct lease *lease, struct netconf *ret)
{
	bool v6 = lease->kind != LEASE_DHCP4;
	struct netconf c = { 0 };

	c.origin = lease->kind == LEASE_RA ? NETCONF_RA : NETCONF_DHCP;
	c.mtu = usable_mtu(lease->mtu, v6);
	c.valid_s = c.preferred_s = lease->lease_s;
	if (!ip_is_unset(&lease->address)) {
		c.address = lease->address;
		c.prefix = v6 ? 128
			      : lease->prefix; /* IA_NA says nothing of a link (RFC 8415 21.6) */
		c.broadcast = ip_is_unset(&lease->broadcast) ? broadcast_of(&c.address, c.prefix)
							     : lease->broadcast;
	}
	if (lease->kind == LEASE_DHCP6 && lease->preferred_s < c.valid_s)
		c.preferred_s = lease->preferred_s;
	/* RFC 3442 allows gateways that another route of the option puts on link: those first */
	for (int on_link = 1; on_link >= 0; on_link--)
		for (uint8_t i = 0; i < lease->n_routes; i++)
			if (ip_is_unset(&lease->routes[i].gateway) == (on_link == 1))
				add_route(&c, lease, &lease->routes[i]);
	*ret = c;
}

void netconf_from_ip(const struct plan_ip *ip, struct netconf *ret)
{
	struct netconf c = { 0 };

	c.address = ip->address;
	c.prefix = ip->prefix;
	if (!c.prefix && c.address.family == IP_V4)
		c.prefix = ip4_classful_prefix(ip4_to_he(&c.address));
	if (!c.prefix && c.address.family == IP_V6)
		c.prefix = PREFIX6;
	c.broadcast = broadcast_of(&c.address, c.prefix);
	c.valid_s = c.preferred_s = FOR_EVER;
	if (!ip_is_unset(&ip->gateway)) {
		c.routes[0].dst.family = ip->gateway.family;
		c.routes[0].gateway = ip->gateway;
		c.n_routes = 1;
	}
	*ret = c;
}

void netconf_firmware_lease(const struct plan_ip *ip, struct lease *ret)
{
	struct netconf conf;
	struct lease l = { .kind = LEASE_DHCP4 };

	netconf_from_ip(ip, &conf);
	l.address = conf.address;
	l.prefix = conf.prefix;
	memcpy(l.routes, conf.routes, sizeof(l.routes));
	l.n_routes = conf.n_routes;
	l.lease_s = l.preferred_s = l.t1_s = l.t2_s = FOR_EVER;
	*ret = l;
}

static void drop_default_routes(struct netconf *conf)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < conf->n_routes; i++)
		if (conf->routes[i].prefix)
			conf->routes[kept++] = conf->routes[i];
	conf->n_routes = kept;
}

void netconf_follow(struct netconf *conf, const struct netconf_rules *rules)
{
	if (rules->no_default)
		drop_default_routes(conf);
	for (uint8_t i = 0; i < rules->n_routes && conf->n_routes < LEASE_ROUTES_MAX; i++)
		conf->routes[conf->n_routes++] = rules->routes[i];
	if (rules->mtu)
		conf->mtu = rules->mtu;
	else if (!conf->mtu)
		conf->mtu = rules->mtu_otherwise;
}

/* --- what a renewal takes away --- */

bool netconf_host_route(const struct netconf *conf, const struct lease_route *route,
			struct lease_route *ret)
{
	const struct ip_addr *gateway = &route->gateway;

	if (ip_is_unset(gateway) || ip_is_unset(&conf->address) || ip_is_link_local(gateway) ||
	    ip_in_prefix(gateway, &conf->address, conf->prefix))
		return false;
	*ret = (struct lease_route){ .dst = *gateway,
				     .prefix = gateway->family == IP_V6 ? 128 : 32 };
	return true;
}

static bool same_route(const struct lease_route *a, const struct lease_route *b)
{
	bool on_link = ip_is_unset(&a->gateway) && ip_is_unset(&b->gateway);

	return a->prefix == b->prefix && ip_eq(&a->dst, &b->dst) &&
	       (on_link || ip_eq(&a->gateway, &b->gateway));
}

/* A route of conf, or what it needs to reach a gateway. */
static bool has_route(const struct netconf *conf, const struct lease_route *route)
{
	struct lease_route host;

	for (uint8_t i = 0; i < conf->n_routes; i++)
		if (same_route(&conf->routes[i], route) ||
		    (netconf_host_route(conf, &conf->routes[i], &host) && same_route(&host, route)))
			return true;
	return false;
}

static void add_rest(struct netconf_rest *rest, const struct netconf *now,
		     const struct lease_route *route)
{
	if (now && has_route(now, route))
		return;
	for (uint8_t i = 0; i < rest->n_routes; i++)
		if (same_route(&rest->routes[i], route))
			return;
	rest->routes[rest->n_routes++] = *route;
}

void netconf_minus(const struct netconf *before, const struct netconf *now,
		   struct netconf_rest *ret)
{
	struct netconf_rest rest = { 0 };
	struct lease_route host;

	rest.address = !ip_is_unset(&before->address) && (!now || now->prefix != before->prefix ||
							  !ip_eq(&now->address, &before->address));
	for (uint8_t i = before->n_routes; i-- > 0;)
		add_rest(&rest, now, &before->routes[i]);
	/* what others go through goes last */
	for (uint8_t i = before->n_routes; i-- > 0;)
		if (netconf_host_route(before, &before->routes[i], &host))
			add_rest(&rest, now, &host);
	*ret = rest;
}

bool netconf_other_ways(const struct netconf *before, const struct netconf *now)
{
	struct netconf_rest gone, new;

	netconf_minus(before, now, &gone);
	netconf_minus(now, before, &new);
	return gone.n_routes || new.n_routes || (now->mtu && now->mtu != before->mtu);
}
