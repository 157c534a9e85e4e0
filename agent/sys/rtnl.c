/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtnetlink. Two sockets: one hears of links and takes dumps of them, asynchronously; one carries
 * requests, which the kernel answers before sendto() returns (net/netlink/af_netlink.c,
 * netlink_unicast_kernel()).
 */
#include "sys/rtnl.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/nlmsg.h"

#define RECEIVE_BUFFER (1024 * 1024)
#define DATAGRAM_MAX 32768 /* the largest part of a dump (netlink_dump()) */
#define DATAGRAMS_PER_CALL 16
#define REQUEST_MAX 256
/* Those beyond are reported as well, but neither compared with what they were nor missed. */
#define NICS_MAX 128
#define RANKS_MAX 16

struct known_nic {
	struct nic nic; /* ifindex 0: free */
	bool seen; /* in the running dump */
};

struct rtnl {
	int event_fd, request_fd;
	nic_fn *on_nic;
	void *arg;
	uint32_t seq;
	bool dumping, dump_again;
	struct known_nic known[NICS_MAX];
	int ranks[RANKS_MAX]; /* ifindex in order of configuration; 0: free */
};

static struct rtnl the_rtnl;

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
	*ret = nic;
	return true;
}

static struct known_nic *known_find(struct rtnl *rtnl, int ifindex)
{
	for (size_t i = 0; i < NICS_MAX; i++)
		if (rtnl->known[i].nic.ifindex == ifindex)
			return &rtnl->known[i];
	return NULL;
}

static bool nic_same(const struct nic *a, const struct nic *b)
{
	return !strcmp(a->name, b->name) && mac_eq(&a->mac, &b->mac) &&
	       a->physical == b->physical && a->wireless == b->wireless && a->up == b->up &&
	       a->carrier == b->carrier && a->mtu == b->mtu;
}

static void rank_free(struct rtnl *rtnl, int ifindex)
{
	for (size_t i = 0; i < RANKS_MAX; i++)
		if (rtnl->ranks[i] == ifindex)
			rtnl->ranks[i] = 0;
}

static void tell_gone(struct rtnl *rtnl, struct known_nic *k)
{
	struct nic nic = k->nic;

	*k = (struct known_nic){ 0 };
	rank_free(rtnl, nic.ifindex);
	nic.up = nic.carrier = false;
	rtnl->on_nic(rtnl->arg, &nic, true);
}

static void link_gone(struct rtnl *rtnl, const struct nic *nic)
{
	struct known_nic *k = known_find(rtnl, nic->ifindex);
	struct known_nic stranger = { .nic = *nic };

	tell_gone(rtnl, k ? k : &stranger);
}

static void link_news(struct rtnl *rtnl, struct nic *nic)
{
	struct known_nic *k = known_find(rtnl, nic->ifindex);
	bool same;

	nic->physical = in_sysfs(nic->name, "device");
	nic->wireless = in_sysfs(nic->name, "wireless") || in_sysfs(nic->name, "phy80211");
	same = k && nic_same(&k->nic, nic);
	if (!k)
		k = known_find(rtnl, 0);
	if (k)
		*k = (struct known_nic){ *nic, true };
	if (!same)
		rtnl->on_nic(rtnl->arg, nic, false);
}

static int dump_start(struct rtnl *rtnl, struct err *err)
{
	static const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	uint8_t bytes[REQUEST_MAX];
	struct writer w = writer_of(bytes, sizeof(bytes));
	size_t begin = nl_begin(&w, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, ++rtnl->seq);

	write_bytes(&w, &all, sizeof(all));
	nl_put_u32(&w, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	nl_end(&w, begin);
	rtnl->dumping = rtnl->dump_again = false;
	for (size_t i = 0; i < NICS_MAX; i++)
		rtnl->known[i].seen = false;
	if (send(rtnl->event_fd, bytes, writer_len(&w), 0) < 0) {
		rtnl->dump_again = true; /* with the next event */
		return err_sys(err, errno, "asking for the network interfaces");
	}
	rtnl->dumping = true;
	return 0;
}

static void dump_end(struct rtnl *rtnl, bool complete)
{
	rtnl->dumping = false;
	for (size_t i = 0; i < NICS_MAX && complete && !rtnl->dump_again; i++)
		if (rtnl->known[i].nic.ifindex && !rtnl->known[i].seen)
			tell_gone(rtnl, &rtnl->known[i]);
}

/* One dump at a time is what the kernel allows per socket. */
static void dump_wanted(struct rtnl *rtnl)
{
	rtnl->dump_again = true;
	if (!rtnl->dumping)
		(void)dump_start(rtnl, NULL); /* left wanted where it fails */
}

static void message(struct rtnl *rtnl, const struct nl_msg *msg)
{
	bool of_dump = msg->flags & NLM_F_MULTI;
	struct nic nic;

	if (of_dump && (msg->flags & NLM_F_DUMP_INTR))
		rtnl->dump_again = true;
	/* the dump may have read the link before this event and been queued after it */
	if (!of_dump && rtnl->dumping)
		rtnl->dump_again = true;
	if (msg->type == NLMSG_DONE || msg->type == NLMSG_ERROR)
		dump_end(rtnl, msg->type == NLMSG_DONE);
	else if (msg->type == RTM_NEWLINK && link_parse(msg, &nic))
		link_news(rtnl, &nic);
	else if (msg->type == RTM_DELLINK && link_parse(msg, &nic))
		link_gone(rtnl, &nic);
}

/* From the kernel only: -errno, or the length, 0 for a datagram of somebody else. */
static ssize_t receive(int fd, uint8_t *bytes, size_t size)
{
	struct sockaddr_nl from = { 0 };
	socklen_t len_from = sizeof(from);
	ssize_t n = recvfrom(fd, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&from, &len_from);

	if (n < 0)
		return -errno;
	return from.nl_pid == 0 ? n : 0;
}

static void on_readable(void *arg, uint32_t events)
{
	static uint8_t datagram[DATAGRAM_MAX];
	struct rtnl *rtnl = arg;

	(void)events;
	for (int i = 0; i < DATAGRAMS_PER_CALL; i++) {
		ssize_t n = receive(rtnl->event_fd, datagram, sizeof(datagram));
		struct reader r = reader_of(datagram, n > 0 ? (size_t)n : 0);
		struct nl_msg msg;

		if (n == -ENOBUFS)
			dump_wanted(rtnl);
		else if (n < 0 && n != -EINTR)
			break;
		while (nl_next(&r, &msg))
			message(rtnl, &msg);
	}
	if (rtnl->dump_again)
		dump_wanted(rtnl);
}

static int socket_open(uint32_t groups, int flags, struct err *err)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
	int size = RECEIVE_BUFFER, on = 1;

	if (fd < 0)
		return err_sys(err, errno, "rtnetlink socket");
	/* without CAP_NET_ADMIN what the system allows has to do */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	/* kernels before 4.12 have no words for their errors */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int rc = err_sys(err, errno, "rtnetlink socket, bind");

		close(fd);
		return rc;
	}
	return fd;
}

struct request {
	struct rtnl *rtnl;
	uint8_t bytes[REQUEST_MAX];
	struct writer w;
	size_t begin;
};

static void request_begin(struct request *q, struct rtnl *rtnl, uint16_t type, uint16_t flags,
			  const void *head, size_t len_head)
{
	q->rtnl = rtnl;
	q->w = writer_of(q->bytes, sizeof(q->bytes));
	q->begin = nl_begin(&q->w, type, flags | NLM_F_REQUEST | NLM_F_ACK, ++rtnl->seq);
	write_bytes(&q->w, head, len_head);
}

/* Passes over what is left of earlier requests. */
static int ack_wait(struct rtnl *rtnl, struct nl_ack *ret)
{
	uint8_t bytes[1024];
	ssize_t n;

	while ((n = receive(rtnl->request_fd, bytes, sizeof(bytes))) >= 0 || n == -EINTR) {
		struct reader r = reader_of(bytes, n > 0 ? (size_t)n : 0);
		struct nl_msg msg;

		while (nl_next(&r, &msg))
			if (msg.seq == rtnl->seq && nl_ack_parse(&msg, ret))
				return 0;
	}
	return n == -EAGAIN ? -EPROTO : (int)n;
}

/* Sends and takes the answer; what is asked for in words goes in front of the kernel's. */
__attribute__((format(printf, 3, 4))) static int request_do(struct request *q, struct err *err,
							    const char *fmt, ...)
{
	struct nl_ack ack = { 0 };
	char what[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	nl_end(&q->w, q->begin);
	if (q->w.full)
		return err_set(err, EMSGSIZE, "%s: request does not fit", what);
	if (send(q->rtnl->request_fd, q->bytes, writer_len(&q->w), 0) < 0) {
		ack.code = errno;
	} else {
		int rc = ack_wait(q->rtnl, &ack);

		if (rc < 0)
			ack.code = -rc;
	}
	if (!ack.code)
		return 0;
	if (ack.text[0])
		return err_sys(err, ack.code, "%s: %s", what, ack.text);
	return err_sys(err, ack.code, "%s", what);
}

struct rtnl *rtnl_open(struct loop *loop, nic_fn *on_nic, void *arg, struct err *err)
{
	static const struct ifinfomsg up = { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct rtnl *rtnl = &the_rtnl;
	struct request q;

	*rtnl = (struct rtnl){ .on_nic = on_nic, .arg = arg, .event_fd = -1, .request_fd = -1 };
	rtnl->request_fd = socket_open(0, 0, err);
	if (rtnl->request_fd < 0)
		return NULL;
	rtnl->event_fd = socket_open(RTMGRP_LINK, SOCK_NONBLOCK, err);
	if (rtnl->event_fd < 0)
		goto out;
	if (loop_watch(loop, rtnl->event_fd, EPOLLIN, on_readable, rtnl, err) < 0)
		goto out;
	if (dump_start(rtnl, err) < 0)
		goto out;
	/* a boot does without the loopback interface, the booted system tries again */
	request_begin(&q, rtnl, RTM_NEWLINK, 0, &up, sizeof(up));
	nl_put_text(&q.w, IFLA_IFNAME, "lo");
	(void)request_do(&q, NULL, "lo: up");
	return rtnl;
out:
	if (rtnl->event_fd >= 0) {
		loop_unwatch(loop, rtnl->event_fd);
		close(rtnl->event_fd);
	}
	close(rtnl->request_fd);
	return NULL;
}

/* For messages; a fresh buffer where the NIC is not known. */
static const char *name_of(struct rtnl *rtnl, int ifindex, char fresh[static IFNAME_MAX])
{
	const struct known_nic *k = ifindex > 0 ? known_find(rtnl, ifindex) : NULL;

	if (k)
		return k->nic.name;
	(void)snprintf(fresh, IFNAME_MAX, "nic %d", ifindex);
	return fresh;
}

int rtnl_up(struct rtnl *rtnl, int ifindex, struct err *err)
{
	struct ifinfomsg up = { .ifi_index = ifindex, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	char fresh[IFNAME_MAX];
	struct request q;

	request_begin(&q, rtnl, RTM_NEWLINK, 0, &up, sizeof(up));
	return request_do(&q, err, "%s: up", name_of(rtnl, ifindex, fresh));
}

static uint8_t af_of(const struct ip_addr *ip)
{
	return ip->family == IP_V6 ? AF_INET6 : AF_INET;
}

static void put_ip(struct request *q, uint16_t type, const struct ip_addr *ip)
{
	nl_put(&q->w, type, ip->bytes, ip->family == IP_V6 ? 16 : 4);
}

static bool same_prefix(const struct ip_addr *a, const struct ip_addr *b, uint8_t prefix)
{
	size_t whole = prefix / 8;
	uint8_t mask = (uint8_t)(0xff00 >> prefix % 8);

	if (a->family != b->family || prefix > (a->family == IP_V6 ? 128 : 32))
		return false;
	return !memcmp(a->bytes, b->bytes, whole) &&
	       (!mask || !((a->bytes[whole] ^ b->bytes[whole]) & mask));
}

static int mtu_set(struct rtnl *rtnl, int ifindex, uint16_t mtu, struct err *err)
{
	struct ifinfomsg head = { .ifi_index = ifindex };
	char fresh[IFNAME_MAX];
	struct request q;

	request_begin(&q, rtnl, RTM_NEWLINK, 0, &head, sizeof(head));
	nl_put_u32(&q.w, IFLA_MTU, mtu);
	return request_do(&q, err, "%s: MTU %u", name_of(rtnl, ifindex, fresh), mtu);
}

static int address_do(struct rtnl *rtnl, int ifindex, const struct netconf *conf, bool set,
		      struct err *err)
{
	struct ifaddrmsg head = { .ifa_family = af_of(&conf->address),
				  .ifa_prefixlen = conf->prefix,
				  .ifa_index = (uint32_t)ifindex };
	struct ifa_cacheinfo life = { .ifa_prefered = conf->valid_s, .ifa_valid = conf->valid_s };
	char fresh[IFNAME_MAX], text[IP_TEXT_MAX];
	struct request q;

	request_begin(&q, rtnl, set ? RTM_NEWADDR : RTM_DELADDR,
		      set ? NLM_F_CREATE | NLM_F_REPLACE : 0, &head, sizeof(head));
	put_ip(&q, IFA_LOCAL, &conf->address);
	put_ip(&q, IFA_ADDRESS, &conf->address);
	if (set && conf->broadcast.family == IP_V4 && !ip_is_unset(&conf->broadcast))
		put_ip(&q, IFA_BROADCAST, &conf->broadcast);
	if (set)
		nl_put(&q.w, IFA_CACHEINFO, &life, sizeof(life));
	return request_do(&q, err, "%s: address %s/%u", name_of(rtnl, ifindex, fresh),
			  ip_text(&conf->address, text), conf->prefix);
}

/* The address as source makes the kernel drop the route together with it. */
static int route_put(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
		     const struct lease_route *route, uint32_t metric, struct err *err)
{
	bool via = !ip_is_unset(&route->gateway);
	struct rtmsg head = { .rtm_family = af_of(&route->dst),
			      .rtm_dst_len = route->prefix,
			      .rtm_table = RT_TABLE_MAIN,
			      .rtm_protocol = RTPROT_BOOT,
			      .rtm_scope = via ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
			      .rtm_type = RTN_UNICAST };
	char fresh[IFNAME_MAX], dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];
	struct request q;
	int rc;

	request_begin(&q, rtnl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &head, sizeof(head));
	if (route->prefix)
		put_ip(&q, RTA_DST, &route->dst);
	if (via)
		put_ip(&q, RTA_GATEWAY, &route->gateway);
	if (conf->address.family == route->dst.family)
		put_ip(&q, RTA_PREFSRC, &conf->address);
	nl_put_u32(&q.w, RTA_OIF, (uint32_t)ifindex);
	nl_put_u32(&q.w, RTA_PRIORITY, metric);
	rc = request_do(&q, err, "%s: route to %s/%u%s%s", name_of(rtnl, ifindex, fresh),
			ip_text(&route->dst, dst), route->prefix, via ? " via " : "",
			via ? ip_text(&route->gateway, gateway) : "");
	return rc == -EEXIST ? 0 : rc;
}

/* Servers whose router is outside the network they gave are common with /32 addresses. */
static int gateway_reach(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
			 const struct ip_addr *gateway, uint32_t metric, struct err *err)
{
	struct lease_route host = { .dst = *gateway,
				    .prefix = gateway->family == IP_V6 ? 128 : 32 };
	char gw[IP_TEXT_MAX], own[IP_TEXT_MAX];
	int rc;

	if (same_prefix(gateway, &conf->address, conf->prefix))
		return 0;
	rc = route_put(rtnl, ifindex, conf, &host, metric, err);
	if (rc < 0)
		(void)err_wrap(err, "gateway %s is not on the link of %s/%u, host route to it",
			       ip_text(gateway, gw), ip_text(&conf->address, own), conf->prefix);
	return rc;
}

static int route_set(struct rtnl *rtnl, int ifindex, const struct netconf *conf,
		     const struct lease_route *route, uint32_t metric, struct err *err)
{
	int rc = 0;

	if (!ip_is_unset(&route->gateway))
		rc = gateway_reach(rtnl, ifindex, conf, &route->gateway, metric, err);
	if (rc < 0)
		return rc;
	return route_put(rtnl, ifindex, conf, route, metric, err);
}

/* Place of the NIC in the order of configuration; those past the table share the last. */
static uint32_t rank_of(struct rtnl *rtnl, int ifindex)
{
	size_t free_at = RANKS_MAX;

	for (size_t i = 0; i < RANKS_MAX; i++) {
		if (rtnl->ranks[i] == ifindex)
			return (uint32_t)i;
		if (!rtnl->ranks[i] && free_at == RANKS_MAX)
			free_at = i;
	}
	if (free_at < RANKS_MAX)
		rtnl->ranks[free_at] = ifindex;
	return (uint32_t)free_at;
}

int rtnl_apply(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	struct err first = { 0 }, later;
	uint32_t metric;
	int rc;

	if (conf->mtu && mtu_set(rtnl, ifindex, conf->mtu, &later) < 0)
		first = later;
	rc = address_do(rtnl, ifindex, conf, true, err);
	if (rc < 0)
		return rc;
	metric = rank_of(rtnl, ifindex);
	for (size_t i = 0; i < conf->n_routes; i++)
		if (route_set(rtnl, ifindex, conf, &conf->routes[i], metric, &later) < 0 &&
		    !first.code)
			first = later;
	if (first.code && err)
		*err = first;
	return first.code ? 1 : 0;
}

int rtnl_flush(struct rtnl *rtnl, int ifindex, const struct netconf *conf, struct err *err)
{
	int rc = address_do(rtnl, ifindex, conf, false, err);

	rank_free(rtnl, ifindex);
	return rc == -EADDRNOTAVAIL || rc == -ENODEV ? 0 : rc; /* gone already is as good */
}
