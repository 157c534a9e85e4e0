/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * News of addresses, and who made them. A change of life times leaves its time stamp in the address
 * (ifa_cacheinfo.tstamp), which tells it from a change of state alone.
 */
#include "sys/rtnl.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "sys/mount.h"
#include "sys/rtnl_request.h"

/* since Linux 5.18; not in all headers */
#define ATTR_PROTO 11
#define PROTO_KERNEL_FIRST 1 /* loopback */
#define PROTO_KERNEL_RA 2
#define PROTO_KERNEL_LAST 3 /* link-local */
#define FOR_EVER UINT32_MAX
#define SLAAC_PREFIX 64
/* News are read some time after the request they come from. */
#define READ_LATE_S 5

/* One message. */
struct heard {
	struct addr_news news;
	uint32_t flags, changed;
	uint8_t proto;
	uint32_t port; /* of the requester */
	bool of_dump;
};

void rtnl_expect(struct rtnl *rtnl, int ifindex, const struct ip_addr *address, bool gone,
		 uint32_t valid_s)
{
	size_t at = rtnl->next_expected;

	if (rtnl->addrs.fd < 0)
		return;
	for (size_t i = 0; i < RTNL_EXPECTED_MAX; i++)
		if (rtnl->expected[i].ifindex == ifindex &&
		    ip_eq(&rtnl->expected[i].address, address))
			at = i;
	if (at == rtnl->next_expected)
		rtnl->next_expected = (at + 1) % RTNL_EXPECTED_MAX;
	rtnl->expected[at] = (struct rtnl_expected){ ifindex, *address, gone, valid_s };
}

/* True, once, where it is what a request of ours leads to. */
static bool was_expected(struct rtnl *rtnl, const struct heard *h)
{
	bool gone = h->news.state == ADDR_GONE;

	for (size_t i = 0; i < RTNL_EXPECTED_MAX; i++) {
		struct rtnl_expected *e = &rtnl->expected[i];

		if (e->ifindex != h->news.ifindex || e->gone != gone ||
		    !ip_eq(&e->address, &h->news.address))
			continue;
		if (!gone &&
		    (h->news.valid_s > e->valid_s || e->valid_s - h->news.valid_s > READ_LATE_S))
			return false;
		e->ifindex = 0;
		return true;
	}
	return false;
}

static struct rtnl_addr *known_find(struct rtnl *rtnl, int ifindex, const struct ip_addr *address,
				    uint8_t prefix)
{
	for (size_t i = 0; i < RTNL_ADDRS_MAX; i++) {
		struct rtnl_addr *k = &rtnl->known_addrs[i];

		if (k->news.ifindex == ifindex && k->news.prefix == prefix &&
		    ip_eq(&k->news.address, address))
			return k;
	}
	return NULL;
}

static struct rtnl_addr *known_free(struct rtnl *rtnl)
{
	for (size_t i = 0; i < RTNL_ADDRS_MAX; i++)
		if (!rtnl->known_addrs[i].news.ifindex)
			return &rtnl->known_addrs[i];
	return NULL;
}

static enum addr_state state_of(uint32_t flags)
{
	if (flags & IFA_F_DADFAILED)
		return ADDR_DUPLICATE;
	if (flags & IFA_F_OPTIMISTIC)
		return ADDR_USABLE;
	return flags & IFA_F_TENTATIVE ? ADDR_TENTATIVE : ADDR_USABLE;
}

/* IFA_LOCAL is the NIC's own where both are there: IFA_ADDRESS is the other end then. */
static void take_attrs(struct reader *r, size_t len_ip, struct heard *h)
{
	bool have_local = false;
	struct nl_attr a;

	while (nl_attr_next(r, &a)) {
		if ((a.type == IFA_LOCAL || (a.type == IFA_ADDRESS && !have_local)) &&
		    reader_left(&a.body) == len_ip) {
			memcpy(h->news.address.bytes, a.body.p, len_ip);
			h->news.address.family = len_ip == 16 ? IP_V6 : IP_V4;
			have_local |= a.type == IFA_LOCAL;
		} else if (a.type == IFA_FLAGS) {
			h->flags = read_he32(&a.body);
		} else if (a.type == IFA_CACHEINFO) {
			(void)read_he32(&a.body); /* preferred */
			h->news.valid_s = read_he32(&a.body);
			(void)read_he32(&a.body); /* when it was made */
			h->changed = read_he32(&a.body);
		} else if (a.type == ATTR_PROTO) {
			h->proto = read_u8(&a.body);
		}
	}
}

static bool addr_parse(const struct nl_msg *msg, struct heard *ret)
{
	struct reader r = msg->body;
	struct ifaddrmsg head;
	const uint8_t *bytes = read_bytes(&r, sizeof(head));
	struct heard h = { .port = msg->port };

	if (!bytes || (msg->type != RTM_NEWADDR && msg->type != RTM_DELADDR))
		return false;
	memcpy(&head, bytes, sizeof(head));
	if (head.ifa_family != AF_INET && head.ifa_family != AF_INET6)
		return false;
	h.flags = head.ifa_flags;
	h.news.ifindex = (int)head.ifa_index;
	h.news.prefix = head.ifa_prefixlen;
	h.news.valid_s = FOR_EVER;
	take_attrs(&r, head.ifa_family == AF_INET6 ? 16 : 4, &h);
	if (r.bad || h.news.ifindex <= 0 || h.news.address.family == IP_NONE)
		return false;
	h.news.state = msg->type == RTM_DELADDR ? ADDR_GONE : state_of(h.flags);
	*ret = h;
	return true;
}

/* Deleted without a word of who did it. Nobody removes an address from a NIC that is down but the
 * kernel. */
static bool ran_out(struct rtnl *rtnl, const struct heard *h)
{
	char path[64], text[16], fresh[IFNAME_MAX];
	uint64_t flags;

	if (!h->news.valid_s || h->flags & IFA_F_DADFAILED)
		return true;
	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/flags",
		       rtnl_name(rtnl, h->news.ifindex, fresh));
	if (file_read(path, text, sizeof(text)) < 0)
		return true; /* the NIC is gone, too */
	return !parse_uint(span_skip(span_of(text), 2), 16, 0, UINT32_MAX, &flags) ||
	       !(flags & IFF_UP);
}

/* The state alone changed, if that: the time stamp is the same. It is as coarse as the kernel's
 * tick, so the life time has to be what is left of the one it was, too. */
static bool same_change(const struct heard *h, const struct rtnl_addr *k)
{
	uint32_t elapsed_s;

	if (!k || k->changed != h->changed)
		return false;
	if (k->news.valid_s == FOR_EVER || h->news.valid_s == FOR_EVER)
		return k->news.valid_s == h->news.valid_s;
	elapsed_s = (uint32_t)((clock_now_ns() - k->heard_ns) / NS_PER_S);
	return h->news.valid_s <= k->news.valid_s &&
	       k->news.valid_s - h->news.valid_s <= elapsed_s + READ_LATE_S;
}

static void tell_who(struct rtnl *rtnl, struct heard *h, const struct rtnl_addr *k, bool same)
{
	bool expected = !same && was_expected(rtnl, h);
	bool by_kernel = h->proto >= PROTO_KERNEL_FIRST && h->proto <= PROTO_KERNEL_LAST;
	bool v4 = h->news.address.family == IP_V4;

	if (h->news.state == ADDR_GONE) {
		expected = was_expected(rtnl, h);
		h->news.ours = v4 ? h->port == rtnl->port : expected;
		h->news.kernels = v4 ? !h->port : !expected && ran_out(rtnl, h);
		return;
	}
	if (same)
		h->news.ours = k->news.ours;
	else
		h->news.ours = v4 && !h->of_dump ? h->port == rtnl->port : expected;
	if (h->of_dump)
		h->news.kernels = by_kernel;
	else
		h->news.kernels = (!v4 || !h->port) && (same || by_kernel);
}

/* Without the kernel's word: what has the shape of such an address, and was not asked for here. */
static bool is_dynamic(const struct rtnl *rtnl, const struct heard *h)
{
	if (h->news.address.family != IP_V6 || rtnl->has_proto)
		return h->proto == PROTO_KERNEL_RA;
	return h->news.prefix == SLAAC_PREFIX && !h->news.ours &&
	       !(h->flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE));
}

static void addr_gone(struct rtnl *rtnl, struct heard *h, struct rtnl_addr *k)
{
	if (k) {
		h->news.dynamic = k->news.dynamic;
		*k = (struct rtnl_addr){ 0 };
	}
	if (h->flags & IFA_F_DADFAILED) {
		struct addr_news twice = h->news;

		twice.state = ADDR_DUPLICATE;
		rtnl->on_addr(rtnl->addr_arg, &twice);
	}
	rtnl->on_addr(rtnl->addr_arg, &h->news);
}

static void addr_message(struct rtnl *rtnl, const struct nl_msg *msg, bool of_dump)
{
	struct heard h;
	struct rtnl_addr *k;
	bool same;

	if (!addr_parse(msg, &h))
		return;
	h.of_dump = of_dump;
	rtnl->has_proto |= h.proto != 0;
	k = known_find(rtnl, h.news.ifindex, &h.news.address, h.news.prefix);
	same = same_change(&h, k) && (of_dump || h.news.address.family == IP_V6 || !h.port);
	tell_who(rtnl, &h, k, same);
	h.news.dynamic = is_dynamic(rtnl, &h);
	if (h.news.state == ADDR_GONE) {
		addr_gone(rtnl, &h, k);
		return;
	}
	same = same && k->news.state == h.news.state;
	if (!k)
		k = known_free(rtnl);
	if (k)
		*k = (struct rtnl_addr){ h.news, h.changed, clock_now_ns(), true };
	if (!same)
		rtnl->on_addr(rtnl->addr_arg, &h.news);
}

static void addrs_begin(struct rtnl *rtnl)
{
	for (size_t i = 0; i < RTNL_ADDRS_MAX; i++)
		rtnl->known_addrs[i].seen = false;
}

/* What went while nobody could hear it. */
static void addrs_complete(struct rtnl *rtnl)
{
	for (size_t i = 0; i < RTNL_ADDRS_MAX; i++) {
		struct rtnl_addr *k = &rtnl->known_addrs[i];
		struct heard h = { .news = k->news };

		if (!k->news.ifindex || k->seen)
			continue;
		h.news.state = ADDR_GONE;
		h.news.ours = was_expected(rtnl, &h);
		h.news.kernels = !h.news.ours && ran_out(rtnl, &h);
		addr_gone(rtnl, &h, k);
	}
}

int rtnl_watch_addrs(struct rtnl *rtnl, addr_fn *fn, void *arg, struct err *err)
{
	static const struct rtnl_feed_kind addrs = {
		"addresses", RTM_GETADDR,  RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
		addrs_begin, addr_message, addrs_complete
	};

	if (rtnl->addrs.fd >= 0)
		return err_set(err, EALREADY, "addresses are watched already");
	rtnl->on_addr = fn;
	rtnl->addr_arg = arg;
	return rtnl_feed_open(rtnl, &rtnl->addrs, &addrs, err);
}
