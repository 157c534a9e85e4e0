/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink's news: sockets that hear of changes and take dumps, asynchronously, and the NICs there
 * are. After an overrun a new dump is compared with what was known.
 */
#include "sys/rtnl.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/rtnl_request.h"

#define DATAGRAM_MAX 32768 /* the largest part of a dump (netlink_dump()) */
#define DATAGRAMS_PER_CALL 16

static struct rtnl the_rtnl;

/* --- dumps and changes --- */

static int dump_start(struct rtnl_feed *feed, struct err *err)
{
	/* struct ifinfomsg, ifaddrmsg: longer than the one is no harm to the other */
	static const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	uint8_t bytes[64];
	struct writer w = writer_of(bytes, sizeof(bytes));
	struct rtnl *rtnl = feed->rtnl;
	size_t begin = nl_begin(&w, feed->kind->get_type, NLM_F_REQUEST | NLM_F_DUMP, ++rtnl->seq);

	write_bytes(&w, &all, sizeof(all));
	if (feed->kind->get_type == RTM_GETLINK)
		nl_put_u32(&w, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	nl_end(&w, begin);
	feed->dumping = feed->dump_again = false;
	feed->kind->dump_begins(rtnl);
	if (send(feed->fd, bytes, writer_len(&w), 0) < 0) {
		feed->dump_again = true; /* with the next event */
		return err_sys(err, errno, "asking for the %s", feed->kind->what);
	}
	feed->dumping = true;
	return 0;
}

/* One dump at a time is what the kernel allows per socket. */
static void dump_wanted(struct rtnl_feed *feed)
{
	feed->dump_again = true;
	if (!feed->dumping)
		(void)dump_start(feed, NULL); /* left wanted where it fails */
}

static void message(struct rtnl_feed *feed, const struct nl_msg *msg)
{
	bool of_dump = msg->flags & NLM_F_MULTI;

	if (of_dump && (msg->flags & NLM_F_DUMP_INTR))
		feed->dump_again = true;
	/* the dump may have read the object before this event and been queued after it */
	if (!of_dump && feed->dumping)
		feed->dump_again = true;
	if (msg->type == NLMSG_DONE || msg->type == NLMSG_ERROR) {
		feed->dumping = false;
		if (msg->type == NLMSG_DONE && !feed->dump_again)
			feed->kind->dump_complete(feed->rtnl);
	} else {
		feed->kind->message(feed->rtnl, msg, of_dump);
	}
}

static void on_readable(void *arg, uint32_t events)
{
	static uint8_t datagram[DATAGRAM_MAX];
	struct rtnl_feed *feed = arg;

	(void)events;
	for (int i = 0; i < DATAGRAMS_PER_CALL; i++) {
		long n = rtnl_receive(feed->fd, datagram, sizeof(datagram));
		struct reader r = reader_of(datagram, n > 0 ? (size_t)n : 0);
		struct nl_msg msg;

		if (n == -ENOBUFS)
			dump_wanted(feed);
		else if (n < 0 && n != -EINTR)
			break;
		while (nl_next(&r, &msg))
			message(feed, &msg);
	}
	if (feed->dump_again)
		dump_wanted(feed);
}

int rtnl_feed_open(struct rtnl *rtnl, struct rtnl_feed *feed, const struct rtnl_feed_kind *kind,
		   struct err *err)
{
	int rc;

	*feed = (struct rtnl_feed){ .kind = kind, .rtnl = rtnl, .fd = -1 };
	rc = rtnl_socket(kind->groups, SOCK_NONBLOCK, err);
	if (rc < 0)
		return rc;
	feed->fd = rc;
	rc = loop_watch(rtnl->loop, feed->fd, EPOLLIN, on_readable, feed, err);
	if (rc < 0)
		goto out_close;
	rc = dump_start(feed, err);
	if (rc < 0)
		goto out_unwatch;
	return 0;
out_unwatch:
	loop_unwatch(rtnl->loop, feed->fd);
out_close:
	close(feed->fd);
	feed->fd = -1;
	return rc;
}

/* --- NICs --- */

static bool in_sysfs(const char *ifname, const char *what)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/%s", ifname, what);
	return access(path, F_OK) == 0;
}

/* False where the message is about something else: a bridge port, a wireless event. */
static bool link_parse(const struct nl_msg *msg, struct nic *ret)
{
	struct reader r = msg->body;
	struct ifinfomsg info;
	const uint8_t *head = read_bytes(&r, sizeof(info));
	struct nic nic = { 0 };
	struct nl_attr a;

	if (!head)
		return false;
	memcpy(&info, head, sizeof(info));
	if (info.ifi_family != AF_UNSPEC || info.ifi_index <= 0)
		return false;
	while (nl_attr_next(&r, &a)) {
		size_t len = reader_left(&a.body);

		if (a.type == IFLA_IFNAME && len && len <= sizeof(nic.name) && !a.body.p[len - 1]) {
			memcpy(nic.name, a.body.p, len);
		} else if (a.type == IFLA_ADDRESS && len && len <= MAC_LEN_MAX) {
			nic.mac.len = (uint8_t)len;
			memcpy(nic.mac.bytes, a.body.p, len);
		} else if (a.type == IFLA_MTU) {
			nic.mtu = read_he32(&a.body);
		} else if (a.type == IFLA_MASTER) {
			nic.master = (int)read_he32(&a.body);
		} else if (a.type == IFLA_WIRELESS) {
			return false;
		}
	}
	if (r.bad || !nic.name[0])
		return false;
	nic.ifindex = info.ifi_index;
	nic.ethernet = info.ifi_type == ARPHRD_ETHER;
	nic.loopback = info.ifi_flags & IFF_LOOPBACK;
	nic.up = info.ifi_flags & IFF_UP;
	nic.carrier = info.ifi_flags & IFF_LOWER_UP;
	nic.running = info.ifi_flags & IFF_RUNNING;
	*ret = nic;
	return true;
}

struct rtnl_nic *rtnl_nic_find(struct rtnl *rtnl, int ifindex)
{
	for (size_t i = 0; i < RTNL_NICS_MAX; i++)
		if (rtnl->nics[i].nic.ifindex == ifindex)
			return &rtnl->nics[i];
	return NULL;
}

const char *rtnl_name(struct rtnl *rtnl, int ifindex, char fresh[static IFNAME_MAX])
{
	const struct rtnl_nic *k = ifindex > 0 ? rtnl_nic_find(rtnl, ifindex) : NULL;

	if (k)
		return k->nic.name;
	(void)snprintf(fresh, IFNAME_MAX, "nic %d", ifindex);
	return fresh;
}

static bool nic_same(const struct nic *a, const struct nic *b)
{
	return !strcmp(a->name, b->name) && mac_eq(&a->mac, &b->mac) &&
	       a->physical == b->physical && a->wireless == b->wireless && a->up == b->up &&
	       a->carrier == b->carrier && a->running == b->running && a->mtu == b->mtu &&
	       a->master == b->master;
}

static void rank_free(struct rtnl *rtnl, int ifindex)
{
	for (size_t i = 0; i < RTNL_RANKS_MAX; i++)
		if (rtnl->ranks[i] == ifindex)
			rtnl->ranks[i] = 0;
}

static void tell_gone(struct rtnl *rtnl, struct rtnl_nic *k)
{
	struct nic nic = k->nic;

	*k = (struct rtnl_nic){ 0 };
	rank_free(rtnl, nic.ifindex);
	nic.up = nic.carrier = false;
	rtnl->on_nic(rtnl->arg, &nic, true);
}

static void link_gone(struct rtnl *rtnl, const struct nic *nic)
{
	struct rtnl_nic *k = rtnl_nic_find(rtnl, nic->ifindex);
	struct rtnl_nic stranger = { .nic = *nic };

	tell_gone(rtnl, k ? k : &stranger);
}

static void link_news(struct rtnl *rtnl, struct nic *nic)
{
	struct rtnl_nic *k = rtnl_nic_find(rtnl, nic->ifindex);
	bool same, begins;

	nic->physical = in_sysfs(nic->name, "device");
	nic->wireless = in_sysfs(nic->name, "wireless") || in_sysfs(nic->name, "phy80211");
	same = k && nic_same(&k->nic, nic);
	begins = k && nic->running && !k->nic.running;
	if (!k)
		k = rtnl_nic_find(rtnl, 0);
	if (k) {
		k->nic = *nic;
		k->seen = true;
		if (begins)
			rtnl_mtu6_again(k);
	}
	if (!same)
		rtnl->on_nic(rtnl->arg, nic, false);
}

static void link_message(struct rtnl *rtnl, const struct nl_msg *msg, bool of_dump)
{
	struct nic nic;

	(void)of_dump;
	if (msg->type == RTM_NEWLINK && link_parse(msg, &nic))
		link_news(rtnl, &nic);
	else if (msg->type == RTM_DELLINK && link_parse(msg, &nic))
		link_gone(rtnl, &nic);
}

static void links_begin(struct rtnl *rtnl)
{
	for (size_t i = 0; i < RTNL_NICS_MAX; i++)
		rtnl->nics[i].seen = false;
}

static void links_complete(struct rtnl *rtnl)
{
	for (size_t i = 0; i < RTNL_NICS_MAX; i++)
		if (rtnl->nics[i].nic.ifindex && !rtnl->nics[i].seen)
			tell_gone(rtnl, &rtnl->nics[i]);
}

struct rtnl *rtnl_open(struct loop *loop, nic_fn *on_nic, void *arg, struct err *err)
{
	static const struct rtnl_feed_kind links = { "network interfaces", RTM_GETLINK,
						     RTMGRP_LINK,	   links_begin,
						     link_message,	   links_complete };
	static const struct ifinfomsg up = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct rtnl *rtnl = &the_rtnl;
	struct sockaddr_nl own = { 0 };
	socklen_t len_own = sizeof(own);
	struct rtnl_request q;

	*rtnl = (struct rtnl){ .loop = loop, .on_nic = on_nic, .arg = arg };
	rtnl->addrs.fd = -1;
	rtnl->request_fd = rtnl_socket(0, 0, err);
	if (rtnl->request_fd < 0)
		return NULL;
	if (!getsockname(rtnl->request_fd, (struct sockaddr *)&own, &len_own))
		rtnl->port = own.nl_pid;
	if (rtnl_feed_open(rtnl, &rtnl->links, &links, err) < 0) {
		close(rtnl->request_fd);
		return NULL;
	}
	/* a boot does without the loopback interface, the booted system tries again */
	rtnl_begin(&q, rtnl, RTM_NEWLINK, 0, &up, sizeof(up));
	nl_put_text(&q.w, IFLA_IFNAME, "lo");
	(void)rtnl_do(&q, NULL, "lo: up");
	return rtnl;
}
