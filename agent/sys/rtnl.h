/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink: the NICs there are, as they come, change and go; bringing them up; addresses and
 * routes. */
#ifndef NETROOT_SYS_RTNL_H
#define NETROOT_SYS_RTNL_H

#include "core/netconf.h"
#include "sys/loop.h"

struct nic {
	int ifindex;
	char name[IFNAME_MAX];
	struct mac_addr mac;
	bool ethernet, physical, wireless, loopback;
	bool up; /* IFF_UP */
	bool carrier; /* IFF_LOWER_UP */
	uint32_t mtu;
};

typedef void nic_fn(void *arg, const struct nic *nic, bool gone);

struct rtnl;
/*
 * Subscribes to link changes and asks for a dump: on_nic is called from the loop for every NIC
 * there is and for every change since (also after the socket overran: then a new dump is taken).
 */
struct rtnl *rtnl_open(struct loop *loop, nic_fn *on_nic, void *arg, struct err *err);
/* Requests: sent on a second socket and answered by the kernel before they return. */
int rtnl_up(struct rtnl *rtnl, int ifindex, struct err *err);
/*
 * MTU, address (replaced where it is there already, with its new life time), then routes in order;
 * a gateway that is not on link gets its host route first. 0, or 1 where the address is there but
 * the MTU or a route was refused: goes on past those and err says the first. Negative: no address.
 * Routes of the NIC configured first have metric 0, of the second 1 and so on: a later NIC does not
 * take the default route away.
 */
int rtnl_apply(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err);
int rtnl_flush(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
	       struct err *err); /* takes the address and its routes away */

#endif
