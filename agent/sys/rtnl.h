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
	bool running; /* IFF_RUNNING, which follows the carrier by up to a second */
	uint32_t mtu;
	int master; /* ifindex of the bond or bridge it is a port of, 0: none */
};

typedef void nic_fn(void *arg, const struct nic *nic, bool gone);

struct rtnl;
/*
 * Subscribes to link changes and asks for a dump: on_nic is called from the loop for every NIC
 * there is and for every change since (also after the socket overran: then a new dump is taken).
 */
struct rtnl *rtnl_open(struct loop *loop, nic_fn *on_nic, void *arg, struct err *err);
/*
 * An address that came, changed or went, whoever did it. What the kernel says of who did it:
 * IPv4: the requester, so `ours` is certain; `kernels` is a deletion without a requester (it ran
 * out, the NIC went, or an old ioctl) and what changed without new life times.
 * IPv6 (addrconf.c, inet6_ifa_notify()): nothing. `ours` is a change whose life time is the one
 * just asked for; `kernels` what the kernel marks as its own (IFA_PROTO, since 5.18), what changed
 * without new life times (duplicate detection, not preferred any more), and a deletion at the end
 * of the life time, of a duplicate, or of a NIC that is not up. Neither: another process, or nobody
 * knows who (it was there before the subscription). A duplicate with a finite life time is told
 * twice, as ADDR_DUPLICATE and as ADDR_GONE.
 */
enum addr_state { ADDR_USABLE, ADDR_TENTATIVE, ADDR_DUPLICATE, ADDR_GONE };
struct addr_news {
	int ifindex;
	struct ip_addr address;
	uint8_t prefix;
	enum addr_state state; /* an optimistic one (RFC 4429) is usable */
	bool dynamic; /* made by the kernel from an advertisement */
	uint32_t valid_s; /* 0xffffffff: for ever */
	bool ours; /* put there by this process */
	bool kernels; /* no process did it: life times that ran out, SLAAC */
};
typedef void addr_fn(void *arg, const struct addr_news *news);
/* Subscribes to IPv4 and IPv6 addresses, those that are there already first. Once. */
int rtnl_watch_addrs(struct rtnl *rtnl, addr_fn *fn, void *arg, struct err *err);
/* Requests: sent on a second socket and answered by the kernel before they return. */
int rtnl_up(struct rtnl *rtnl, int ifindex, struct err *err);
/*
 * MTU (of an IPv6 conf: IPv6's alone), address if any (replaced where it is there already, with its
 * new life time; of IPv6 optimistic, so usable at once), then routes in order;
 * a gateway that is not on link gets its host route first. 0, or 1 where the address is there but
 * the MTU or a route was refused: goes on past those and err says the first. Negative: no address.
 * Routes of the NIC configured first have metric 0, of the second 1 and so on: a later NIC does not
 * take the default route away.
 */
int rtnl_apply(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err);
/* Its place in that order, for another process that goes on with its routes. */
uint32_t rtnl_rank(struct rtnl *rtnl, int ifindex);
void rtnl_rank_set(struct rtnl *rtnl, int ifindex, uint32_t rank);
/*
 * The same for a NIC that has `before` (NULL: nothing): the address and routes of it that are not
 * in `now` go away. Both of one family and origin: a lease and its renewal.
 */
int rtnl_change(struct rtnl *rtnl, int ifindex, const struct netconf *before,
		const struct netconf *now, struct err *err);
/*
 * A link-local address that neighbours are asked from while duplicate detection runs: the kernel
 * asks for none from an optimistic address, as RFC 4429 3.2 has it, and a NIC that has just come up
 * has no other. It is there at once, hence to be one that nobody else has; is chosen for nothing
 * else, being deprecated; and goes by itself after some seconds.
 */
int rtnl_asker_set(struct rtnl *rtnl, int ifindex, const struct ip_addr *ip, struct err *err);
int rtnl_asker_drop(struct rtnl *rtnl, int ifindex, const struct ip_addr *ip, struct err *err);
/* IPv6 of a NIC that is still down: advertisements taken by the kernel or not at all, addresses
 * usable while duplicate detection runs (RFC 4429). */
int rtnl_ipv6_prepare(const char *ifname, enum ip6_method method, struct err *err);
/* Of a bridge's port: no address of its own, the link-local one included, as networkd and
 * NetworkManager have it (the kernel itself does so for a bond's). The bridge is what answers
 * there. */
void rtnl_ipv6_of_port(const char *ifname);
int rtnl_down(struct rtnl *rtnl, int ifindex, struct err *err);
int rtnl_set_mtu(struct rtnl *rtnl, int ifindex, uint32_t mtu, struct err *err);
/* The NIC must be down. */
int rtnl_set_mac(struct rtnl *rtnl, int ifindex, const struct mac_addr *mac, struct err *err);
int rtnl_rename(struct rtnl *rtnl, int ifindex, const char *name, struct err *err);
/* Makes a VLAN (on parent_ifindex), bond or bridge; it shows up through on_nic. Names the bond
 * option (or MTU) that was refused and goes on without it: returns 1 then. `primary` and
 * `active_slave` wait for rtnl_enslave(). A bond that is there already (bonding makes bond0 when it
 * is loaded) is changed into what is asked for. Needs the modules 8021q, bonding, bridge, which the
 * kernel asks /sbin/modprobe for; blocks for as long as these load. */
int rtnl_link_make(struct rtnl *rtnl, const struct plan_link *link, int parent_ifindex,
		   struct err *err);
/* Into a bond (the port is taken down first, and up behind) or a bridge. A port that is in already
 * stays as it is. Where it is the bond's `primary` or `active_slave` that is set now: 1 and err
 * where that is refused. */
int rtnl_enslave(struct rtnl *rtnl, int ifindex, int master_ifindex, struct err *err);
int rtnl_flush(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
	       struct err *err); /* takes the address and its routes away */

#endif
