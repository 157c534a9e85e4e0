/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be put on a NIC of one family: address, routes, MTU. Made from a lease or from a
 * static ip= word, applied by sys/rtnl. */
#ifndef NETROOT_CORE_NETCONF_H
#define NETROOT_CORE_NETCONF_H

#include "core/lease.h"
#include "core/plan.h"

/* Whose it is, as routes say it: managers of the booted system keep or drop routes by that. */
enum netconf_origin { NETCONF_STATIC, NETCONF_DHCP, NETCONF_RA };

struct netconf {
	enum netconf_origin origin;
	struct ip_addr address; /* IP_NONE: only routes and MTU (an advertisement's) */
	uint8_t prefix;
	struct ip_addr broadcast; /* unset: none */
	uint32_t valid_s, preferred_s; /* 0xffffffff: for ever */
	uint16_t mtu; /* 0: leave; never below 576 (RFC 791), with IPv6 1280 (RFC 8200) */
	struct lease_route routes[LEASE_ROUTES_MAX];
	uint8_t n_routes;
};

/* What the plan has to say of whatever a NIC is given, now and with each renewal. */
struct netconf_rules {
	bool no_default; /* another NIC has the default route of this family */
	uint16_t mtu, mtu_otherwise; /* in any case, and where nothing else is given; 0: none */
	struct lease_route routes[LEASE_ROUTES_MAX]; /* behind those that are given */
	uint8_t n_routes;
};

/* With the host routes to gateways that are not on link. */
#define NETCONF_ROUTES_MAX (2 * LEASE_ROUTES_MAX)

struct netconf_rest {
	bool address; /* IFA_LOCAL or its prefix is another one */
	struct lease_route routes[NETCONF_ROUTES_MAX];
	uint8_t n_routes;
};

/* Of an advertisement and of IPv6 in general the routes hold only as long as they say. */
void netconf_from_lease(const struct lease *lease, struct netconf *ret);
void netconf_from_ip(const struct plan_ip *ip, struct netconf *ret);
/* The lease that firmware has had of an address in ip= (PXELINUX's four fields), as far as it is
 * known here: not by whom (server_id unset), nor until when (for ever). */
void netconf_firmware_lease(const struct plan_ip *ip, struct lease *ret);
/* Routes past LEASE_ROUTES_MAX are left out. */
void netconf_follow(struct netconf *conf, const struct netconf_rules *rules);
/* Servers whose router is outside the network they gave are common with /32 addresses: a host route
 * to the gateway, which is *ret then, comes before what goes through it. */
bool netconf_host_route(const struct netconf *conf, const struct lease_route *route,
			struct lease_route *ret);
/*
 * What of `before` is not in `now` (NULL: all of it): what a lease and its renewal have to take
 * away, routes in that order, the last one that was set first. Life times and MTU make no
 * difference. Both of one NIC, family and origin; with the arguments exchanged it is what is new.
 */
void netconf_minus(const struct netconf *before, const struct netconf *now,
		   struct netconf_rest *ret);
/* Whether a renewal brings or takes away a route, or brings another MTU. One without an MTU leaves
 * it as it is: what it was before nobody knows. */
bool netconf_other_ways(const struct netconf *before, const struct netconf *now);

#endif
