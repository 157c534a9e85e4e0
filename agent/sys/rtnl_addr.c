/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and routes: a netconf put on a NIC, changed into another one, taken away. */
#include "sys/rtnl.h"

#include <errno.h>
#include <linux/icmpv6.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/mount.h"
#include "sys/rtnl_request.h"

/* IP6_RT_PRIO_USER, which is also that of the kernel's routes from advertisements: less would get
 * in front of those. */
#define METRIC6 1024
#define FOR_EVER UINT32_MAX
/* Duplicate detection takes the kernel 1 s, or 2 where the link is slow to come up. */
#define ASKER_S 5
#define SYSCTL6 "/proc/sys/net/ipv6"

static uint8_t af_of(const struct ip_addr *ip)
{
	return ip->family == IP_V6 ? AF_INET6 : AF_INET;
}

/* --- MTU --- */

/* That of IPv6 alone, as an advertisement means it (RFC 4861 6.3.4). */
static int mtu6_write(const char *name, uint16_t mtu, struct err *err)
{
	char path[64], text[8];
	int rc;

	(void)snprintf(path, sizeof(path), SYSCTL6 "/conf/%s/mtu", name);
	(void)snprintf(text, sizeof(text), "%u", mtu);
	rc = file_write(path, text);
	return rc < 0 ? err_sys(err, -rc, "%s: MTU %u of IPv6", name, mtu) : 0;
}

static int mtu6_set(struct rtnl *rtnl, int ifindex, uint16_t mtu, struct err *err)
{
	struct rtnl_nic *k = rtnl_nic_find(rtnl, ifindex);
	char fresh[IFNAME_MAX];

	if (k)
		k->mtu6 = mtu;
	return mtu6_write(rtnl_name(rtnl, ifindex, fresh), mtu, err);
}

/* A NIC that begins to run, up to a second after its carrier came, is given the link's MTU for IPv6
 * by the kernel (net/ipv6/addrconf.c, addrconf_notify()): also where it has been given one since.
 */
void rtnl_mtu6_again(const struct rtnl_nic *k)
{
	if (k->mtu6)
		(void)mtu6_write(k->nic.name, k->mtu6, NULL); /* was told of when it was set */
}

static bool is_mtu6(const struct netconf *conf)
{
	return conf->mtu && (conf->origin == NETCONF_RA || conf->address.family == IP_V6);
}

static int conf_mtu_set(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	if (is_mtu6(conf))
		return mtu6_set(rtnl, ifindex, conf->mtu, err);
	return conf->mtu ? rtnl_set_mtu(rtnl, ifindex, conf->mtu, err) : 0;
}

/* --- addresses --- */

/* flags: of IPv6. */
static int address_put(struct rtnl *rtnl, int ifindex, const struct netconf *conf, uint32_t flags,
		       struct err *err)
{
	struct ifaddrmsg head = { .ifa_family = af_of(&conf->address),
				  .ifa_prefixlen = conf->prefix,
				  .ifa_index = (uint32_t)ifindex };
	struct ifa_cacheinfo life = { .ifa_prefered = conf->preferred_s,
				      .ifa_valid = conf->valid_s };
	char fresh[IFNAME_MAX], text[IP_TEXT_MAX];
	struct rtnl_request q;

	if (life.ifa_prefered > life.ifa_valid)
		life.ifa_prefered = life.ifa_valid; /* refused otherwise */
	rtnl_begin(&q, rtnl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &head, sizeof(head));
	rtnl_put_ip(&q, IFA_LOCAL, &conf->address);
	rtnl_put_ip(&q, IFA_ADDRESS, &conf->address);
	if (conf->broadcast.family == IP_V4 && !ip_is_unset(&conf->broadcast))
		rtnl_put_ip(&q, IFA_BROADCAST, &conf->broadcast);
	if (conf->address.family == IP_V6)
		nl_put_u32(&q.w, IFA_FLAGS, flags);
	nl_put(&q.w, IFA_CACHEINFO, &life, sizeof(life));
	rtnl_expect(rtnl, ifindex, &conf->address, false, conf->valid_s);
	return rtnl_do(&q, err, "%s: address %s/%u", rtnl_name(rtnl, ifindex, fresh),
		       ip_text(&conf->address, text), conf->prefix);
}

/* Usable while duplicate detection runs (RFC 4429); the kernel leaves the flag out where the NIC
 * does not allow it. */
static int address_set(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	return address_put(rtnl, ifindex, conf, IFA_F_OPTIMISTIC, err);
}

/* Gone already is as good. */
static int address_drop(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	struct ifaddrmsg head = { .ifa_family = af_of(&conf->address),
				  .ifa_prefixlen = conf->prefix,
				  .ifa_index = (uint32_t)ifindex };
	char fresh[IFNAME_MAX], text[IP_TEXT_MAX];
	struct rtnl_request q;
	int rc;

	if (ip_is_unset(&conf->address))
		return 0;
	rtnl_begin(&q, rtnl, RTM_DELADDR, 0, &head, sizeof(head));
	rtnl_put_ip(&q, IFA_LOCAL, &conf->address);
	rtnl_put_ip(&q, IFA_ADDRESS, &conf->address);
	rtnl_expect(rtnl, ifindex, &conf->address, true, 0);
	rc = rtnl_do(&q, err, "%s: address %s/%u", rtnl_name(rtnl, ifindex, fresh),
		     ip_text(&conf->address, text), conf->prefix);
	return rc == -EADDRNOTAVAIL || rc == -ENODEV ? 0 : rc;
}

static void asker_conf(const struct ip_addr *ip, struct netconf *ret)
{
	*ret = (struct netconf){ .address = *ip, .prefix = 128, .valid_s = ASKER_S };
}

int rtnl_asker_set(struct rtnl *rtnl, int ifindex, const struct ip_addr *ip, struct err *err)
{
	struct netconf conf;

	asker_conf(ip, &conf);
	return address_put(rtnl, ifindex, &conf, IFA_F_NODAD | IFA_F_NOPREFIXROUTE, err);
}

int rtnl_asker_drop(struct rtnl *rtnl, int ifindex, const struct ip_addr *ip, struct err *err)
{
	struct netconf conf;

	asker_conf(ip, &conf);
	return address_drop(rtnl, ifindex, &conf, err);
}

/* --- routes --- */

static uint8_t protocol_of(enum netconf_origin origin)
{
	switch (origin) {
	case NETCONF_STATIC:
		return RTPROT_STATIC;
	case NETCONF_DHCP:
		return RTPROT_DHCP;
	case NETCONF_RA:
		return RTPROT_RA;
	}
	return RTPROT_BOOT;
}

/* As ICMPv6 has it, two bits (RFC 4191 2.1); without, it is medium. */
static void route_prefer(struct rtnl_request *q, int8_t preference)
{
	uint8_t bits = preference > 0 ? ICMPV6_ROUTER_PREF_HIGH : ICMPV6_ROUTER_PREF_LOW;

	nl_put(&q->w, RTA_PREF, &bits, sizeof(bits));
}

static void route_begin(struct rtnl_request *q, struct rtnl *rtnl, int ifindex, bool set,
			const struct netconf *conf, const struct lease_route *route,
			uint32_t metric)
{
	/* the kernel has the same route of the same advertisement: that one is to stay, and takes
	 * the new time (net/ipv6/ip6_fib.c, fib6_add_rt2node()) */
	uint16_t how = conf->origin == NETCONF_RA ? NLM_F_CREATE : NLM_F_CREATE | NLM_F_REPLACE;
	bool via = !ip_is_unset(&route->gateway);
	struct rtmsg head = { .rtm_family = af_of(&route->dst),
			      .rtm_dst_len = route->prefix,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_protocol = protocol_of(conf->origin),
			      .rtm_scope = via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
			      .rtm_type = RTN_UNICAST };

	rtnl_begin(q, rtnl, set ? RTM_NEWROUTE : RTM_DELROUTE, set ? how : 0, &head, sizeof(head));
	if (route->prefix)
		rtnl_put_ip(q, RTA_DST, &route->dst);
	if (via)
		rtnl_put_ip(q, RTA_GATEWAY, &route->gateway);
	nl_put_u32(&q->w, RTA_OIF, (uint32_t)ifindex);
	nl_put_u32(&q->w, RTA_PRIORITY, route->dst.family == IP_V6 ? METRIC6 + metric : metric);
	if (route->preference)
		route_prefer(q, route->preference);
}

/* The address as source makes the kernel drop an IPv4 route together with it; of IPv6's several
 * addresses the kernel chooses itself (RFC 6724). */
static int route_put(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
		     const struct lease_route *route, uint32_t metric, struct err *err)
{
	char fresh[IFNAME_MAX], dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];
	bool via = !ip_is_unset(&route->gateway);
	struct rtnl_request q;
	int rc;

	route_begin(&q, rtnl, ifindex, true, conf, route, metric);
	if (conf->address.family == IP_V4 && route->dst.family == IP_V4)
		rtnl_put_ip(&q, RTA_PREFSRC, &conf->address);
	if (route->dst.family == IP_V6 && route->valid_s && route->valid_s != FOR_EVER)
		nl_put_u32(&q.w, RTA_EXPIRES, route->valid_s);
	rc = rtnl_do(&q, err, "%s: route to %s/%u%s%s", rtnl_name(rtnl, ifindex, fresh),
		     ip_text(&route->dst, dst), route->prefix, via ? " via " : "",
		     via ? ip_text(&route->gateway, gateway) : "");
	return rc == -EEXIST ? 0 : rc;
}

static int route_set(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
		     const struct lease_route *route, uint32_t metric, struct err *err)
{
	char gw[IP_TEXT_MAX], own[IP_TEXT_MAX];
	struct lease_route host;

	if (netconf_host_route(conf, route, &host) &&
	    route_put(rtnl, ifindex, conf, &host, metric, err) < 0)
		return err_wrap(err, "gateway %s is not on the link of %s/%u, host route to it",
				ip_text(&route->gateway, gw), ip_text(&conf->address, own),
				conf->prefix);
	return route_put(rtnl, ifindex, conf, route, metric, err);
}

/* The route that is not there is as good. */
static void route_drop(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
		       const struct lease_route *route, uint32_t metric)
{
	struct rtnl_request q;

	route_begin(&q, rtnl, ifindex, false, conf, route, metric);
	(void)rtnl_do(&q, NULL, "route");
}

/* Place of the NIC in the order of configuration; those past the table share the last. */
uint32_t rtnl_rank(struct rtnl *rtnl, int ifindex)
{
	size_t free_at = RTNL_RANKS_MAX;

	for (size_t i = 0; i < RTNL_RANKS_MAX; i++) {
		if (rtnl->ranks[i] == ifindex)
			return (uint32_t)i;
		if (!rtnl->ranks[i] && free_at == RTNL_RANKS_MAX)
			free_at = i;
	}
	if (free_at < RTNL_RANKS_MAX)
		rtnl->ranks[free_at] = ifindex;
	return (uint32_t)free_at;
}

static void routes_drop(struct rtnl *rtnl, int ifindex, const struct netconf *before,
			const struct netconf_rest *rest)
{
	uint32_t metric = rtnl_rank(rtnl, ifindex);

	for (uint8_t i = 0; i < rest->n_routes; i++)
		route_drop(rtnl, ifindex, before, &rest->routes[i], metric);
}

void rtnl_rank_set(struct rtnl *rtnl, int ifindex, uint32_t rank)
{
	if (rank < RTNL_RANKS_MAX)
		rtnl->ranks[rank] = ifindex;
}

/* --- all of it --- */

int rtnl_apply(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	return rtnl_change(rtnl, ifindex, NULL, conf, err);
}

int rtnl_change(struct rtnl *rtnl, int ifindex, const struct netconf *before,
		const struct netconf *now, struct err *err)
{
	struct err first = { 0 }, later;
	struct netconf_rest rest = { 0 };
	uint32_t metric;
	int rc = 0;

	if (before)
		netconf_minus(before, now, &rest);

	if (conf_mtu_set(rtnl, ifindex, now, &later) < 0)
		first = later;
	/* the old one first: in the same network the new one would be a secondary address of it,
	 * and go with it */
	if (rest.address)
		(void)address_drop(rtnl, ifindex, before, NULL); /* left over does no harm */
	if (!ip_is_unset(&now->address))
		rc = address_set(rtnl, ifindex, now, err);
	if (rc < 0)
		return rc;
	metric = rtnl_rank(rtnl, ifindex);
	for (size_t i = 0; i < now->n_routes; i++)
		if (route_set(rtnl, ifindex, now, &now->routes[i], metric, &later) < 0 &&
		    !first.code)
			first = later;
	routes_drop(rtnl, ifindex, before, &rest);
	if (first.code && err)
		*err = first;
	return first.code ? 1 : 0;
}

int rtnl_flush(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	struct rtnl_nic *k = rtnl_nic_find(rtnl, ifindex);
	struct netconf_rest all;

	if (k && is_mtu6(conf))
		k->mtu6 = 0;
	netconf_minus(conf, NULL, &all);
	routes_drop(rtnl, ifindex, conf, &all);
	return address_drop(rtnl, ifindex, conf, err);
}

/* --- IPv6 as such --- */

enum setting_for { FOR_ROUTERS = 1, FOR_SLAAC = 2, FOR_ALL = 4 };

/* In this order; disable_ipv6 last, so that the address it makes is made by the others. */
static const struct setting {
	const char *name, *value, *otherwise; /* otherwise: of methods without it; NULL: leave */
	enum setting_for needs;
	bool may_lack; /* not in every kernel */
} settings[] = {
	{ "accept_ra", "2", "0", FOR_ROUTERS, false }, /* 2: also where packets are forwarded */
	{ "autoconf", "1", "0", FOR_SLAAC, false },
	/* more specific routes (RFC 4191), which the kernel's default takes none of */
	{ "accept_ra_rt_info_max_plen", "64", NULL, FOR_ROUTERS, true },
	/* the agent solicits itself, without the kernel's random delay of up to 1 s */
	{ "router_solicitations", "0", NULL, FOR_ALL, false },
	{ "optimistic_dad", "1", NULL, FOR_ALL, true },
	{ "use_optimistic", "1", NULL, FOR_ALL, true },
	{ "disable_ipv6", "0", NULL, FOR_ALL, false },
};

static unsigned int needs_of(enum ip6_method method)
{
	switch (method) {
	case IP6_AUTO:
	case IP6_EITHER:
		return FOR_ALL | FOR_ROUTERS | FOR_SLAAC;
	case IP6_DHCP:
		return FOR_ALL | FOR_ROUTERS;
	case IP6_STATIC:
	case IP6_LINK_LOCAL:
		return FOR_ALL;
	case IP6_OFF:
		return 0;
	}
	return 0;
}

int rtnl_ipv6_prepare(const char *ifname, enum ip6_method method, struct err *err)
{
	unsigned int needs = needs_of(method);
	char path[96];

	if (!needs)
		return 0;
	if (!link_name_valid(ifname))
		return err_set(err, EINVAL, "IPv6: not the name of a NIC");
	if (access(SYSCTL6, F_OK) < 0)
		return err_sys(err, errno,
			       "%s: no IPv6 in this kernel (ipv6.disable=1, or not built in): %s",
			       ifname, SYSCTL6);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];
		const char *value = needs & s->needs ? s->value : s->otherwise;
		int rc;

		(void)snprintf(path, sizeof(path), SYSCTL6 "/conf/%s/%s", ifname, s->name);
		rc = value ? file_write(path, value) : 0;
		if (rc < 0 && !(rc == -ENOENT && s->may_lack))
			return err_sys(err, -rc, "%s: %s", ifname, path);
	}
	return 0;
}

void rtnl_ipv6_of_port(const char *ifname)
{
	/* IN6_ADDR_GEN_MODE_NONE, and what is there already goes */
	static const char *const steps[][2] = { { "addr_gen_mode", "1" },
						{ "disable_ipv6", "1" },
						{ "disable_ipv6", "0" } };
	char path[96];

	for (size_t i = 0; link_name_valid(ifname) && i < sizeof(steps) / sizeof(steps[0]); i++) {
		(void)snprintf(path, sizeof(path), SYSCTL6 "/conf/%s/%s", ifname, steps[i][0]);
		(void)file_write(path, steps[i][1]); /* no IPv6 in this kernel: no address either */
	}
}
