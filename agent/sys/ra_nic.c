/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ICMPv6 socket (RFC 3542) and the timer around one core/ra solicitor per NIC. */
#include "sys/ra_nic.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/mount.h"

#define LEN_ADVERT_MAX 1452 /* of an Ethernet frame, with room for a hop-by-hop header */
#define HOP_LIMIT 255
#define REOPEN_NS NS_PER_S
/* A flood must not keep the loop: the rest is read in the next turn. */
#define READS_PER_TURN 16
#define BAD_TOLD_MAX \
	8 /* of what is no advertisement, until the carrier goes: no floods in the log */
#define ROUTERS_MAX 4 /* heard per NIC; of more the news repeat themselves */

struct ra_nic {
	struct loop *loop;
	ra_news_fn *fn;
	void *arg;
	uint64_t reopen_ns; /* when the socket is tried again, LOOP_NEVER: not */
	struct rs solicitor;
	struct {
		struct ip_addr router;
		uint64_t digest;
	} heard[ROUTERS_MAX]; /* what was told last of each */
	uint32_t generation; /* of the slot: a callback may stop this NIC, or start another in it */
	int ifindex;
	int fd; /* -1 while there is no carrier */
	uint8_t n_heard, n_bad;
	bool used, carrier;
	char ifname[IF_NAMESIZE];
};

static struct ra_nic slots[RA_NICS_MAX];

/* Returns whether the NIC is still there after what the owner did with the news. */
static bool tell(struct ra_nic *nic, const struct lease *lease, const char *text)
{
	uint32_t generation = nic->generation;

	nic->fn(nic->arg, nic->ifindex, lease, text);
	return nic->used && nic->generation == generation;
}

static void close_fd(struct ra_nic *nic)
{
	if (nic->fd < 0)
		return;
	loop_unwatch(nic->loop, nic->fd);
	(void)close(nic->fd); /* nothing is written through it that could still fail */
	nic->fd = -1;
}

/* --- the socket --- */

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* The kernel fills in and checks the checksum of ICMPv6 itself. */
static int set_up(int fd, int ifindex)
{
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_ADVERT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) ||
	    set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, ifindex) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, ifindex) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOP_LIMIT) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0))
		return -errno;
	return 0;
}

static void solicit(struct ra_nic *nic)
{
	/* RFC 4861 4.1: the option "MUST NOT be included when the Source IP Address is the
	 * unspecified address", and which one the kernel picks is not known here */
	static const struct mac_addr none;
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_scope_id = (uint32_t)nic->ifindex };
	uint8_t message[RS_LEN_MAX];
	size_t len = rs_due(&nic->solicitor, clock_now_ns(), &none, message);

	/* ff02::2, all routers */
	to.sin6_addr.s6_addr[0] = 0xff;
	to.sin6_addr.s6_addr[1] = 0x02;
	to.sin6_addr.s6_addr[15] = 0x02;
	/* as good as lost where there is no address to send it from yet: it is due again soon */
	if (len)
		(void)sendto(nic->fd, message, len, 0, (const struct sockaddr *)&to, sizeof(to));
}

/* --- advertisements --- */

/* Whether this router has said something else so far. */
static bool is_news(struct ra_nic *nic, const struct lease *lease)
{
	uint64_t digest = ra_digest(lease);
	uint8_t i = 0;

	while (i < nic->n_heard && !ip_eq(&nic->heard[i].router, &lease->server_id))
		i++;
	if (i < nic->n_heard && nic->heard[i].digest == digest)
		return false;
	if (i == ROUTERS_MAX)
		return true;
	nic->heard[i].router = lease->server_id;
	nic->heard[i].digest = digest;
	if (i == nic->n_heard)
		nic->n_heard++;
	return true;
}

static bool on_advert(struct ra_nic *nic, const uint8_t *bytes, size_t len,
		      const struct ip_addr *from, int hop_limit)
{
	char ignored[256], ip[IP_TEXT_MAX];
	struct lease lease;
	struct err err;

	if (!ra_parse(bytes, len, from, hop_limit, &lease, ignored, sizeof(ignored), &err)) {
		if (nic->n_bad == BAD_TOLD_MAX)
			return true;
		nic->n_bad++;
		(void)err_wrap(&err, "advertisement from %s", ip_text(from, ip));
		return tell(nic, NULL, err.text);
	}
	rs_stop(&nic->solicitor);
	(void)snprintf(lease.ifname, sizeof(lease.ifname), "%s", nic->ifname);
	lease.acquired_ns = clock_now_ns();
	return !is_news(nic, &lease) || tell(nic, &lease, ignored);
}

static int hop_limit_of(struct msghdr *msg)
{
	int hop_limit = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT &&
		    c->cmsg_len >= CMSG_LEN(sizeof(hop_limit)))
			memcpy(&hop_limit, CMSG_DATA(c), sizeof(hop_limit));
	return hop_limit;
}

static bool read_one(struct ra_nic *nic, bool *ret_alive)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in6_pktinfo))];
	} control;
	uint8_t bytes[LEN_ADVERT_MAX];
	struct sockaddr_in6 sa = { 0 };
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr msg = { .msg_name = &sa,
			      .msg_namelen = sizeof(sa),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	struct ip_addr from = { .family = IP_V6 };
	ssize_t n = recvmsg(nic->fd, &msg, 0);

	if (n < 0)
		return errno != EAGAIN; /* others, such as ENETDOWN, are taken off by reading */
	if (msg.msg_flags & MSG_TRUNC)
		return true;
	memcpy(from.bytes, &sa.sin6_addr, sizeof(from.bytes));
	*ret_alive = on_advert(nic, bytes, (size_t)n, &from, hop_limit_of(&msg));
	return *ret_alive;
}

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct ra_nic *nic = arg;
	bool alive = true;

	(void)epoll_events; /* an error is read like a packet */
	for (int i = 0; i < READS_PER_TURN && nic->fd >= 0; i++)
		if (!read_one(nic, &alive))
			return;
}

/* --- carrier and time --- */

static int open_socket(struct ra_nic *nic, struct err *err)
{
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6), code;

	if (fd < 0)
		return err_sys(err, errno, "cannot open a socket for router advertisements");
	code = set_up(fd, nic->ifindex);
	if (code) {
		(void)close(fd);
		return err_sys(err, -code, "cannot set up the socket for router advertisements");
	}
	code = loop_watch(nic->loop, fd, EPOLLIN, on_readable, nic, err);
	if (code) {
		(void)close(fd);
		return code;
	}
	nic->fd = fd;
	return 0;
}

static void on_carrier_up(struct ra_nic *nic)
{
	struct err err;

	nic->reopen_ns = LOOP_NEVER;
	if (nic->fd < 0 && open_socket(nic, &err)) {
		nic->reopen_ns = clock_now_ns() + REOPEN_NS;
		(void)tell(nic, NULL, err.text);
		return;
	}
	rs_start(&nic->solicitor, clock_now_ns());
	solicit(nic);
}

void ra_nic_carrier(struct ra_nic *nic, bool carrier)
{
	if (nic->carrier == carrier)
		return;
	nic->carrier = carrier;
	if (carrier) {
		on_carrier_up(nic);
		return;
	}
	nic->reopen_ns = LOOP_NEVER;
	rs_stop(&nic->solicitor);
	close_fd(nic);
	/* it may come back on another network, where the same would be news */
	nic->n_heard = nic->n_bad = 0;
}

static uint64_t deadline(void *arg)
{
	const struct ra_nic *nic = arg;
	uint64_t at = rs_deadline(&nic->solicitor);

	return nic->reopen_ns < at ? nic->reopen_ns : at;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct ra_nic *nic = arg;

	if (now_ns >= nic->reopen_ns)
		on_carrier_up(nic);
	else
		solicit(nic);
}

/* --- slots --- */

static struct ra_nic *free_slot(void)
{
	for (int i = 0; i < RA_NICS_MAX; i++)
		if (!slots[i].used)
			return &slots[i];
	return NULL;
}

/* Not IFF_RUNNING: that follows the carrier up to a second later (net/core/link_watch.c). */
static bool has_carrier(const char *ifname)
{
	char path[sizeof("/sys/class/net//carrier") + IF_NAMESIZE], text[8];

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", ifname);
	/* reads as an error while the NIC is down */
	return file_read(path, text, sizeof(text)) > 0 && !strcmp(text, "1");
}

struct ra_nic *ra_nic_start(struct loop *loop, int ifindex, const char *ifname,
			    const struct mac_addr *mac, uint64_t seed, ra_news_fn *fn, void *arg,
			    struct err *err)
{
	struct ra_nic *nic = free_slot();
	uint32_t generation;

	if (!nic) {
		(void)err_set(err, ENOSPC, "advertisements on %s: already on %d NICs", ifname,
			      RA_NICS_MAX);
		return NULL;
	}
	generation = nic->generation + 1;
	memset(nic, 0, sizeof(*nic));
	nic->generation = generation;
	nic->loop = loop;
	nic->ifindex = ifindex;
	(void)snprintf(nic->ifname, sizeof(nic->ifname), "%s", ifname);
	nic->fn = fn;
	nic->arg = arg;
	nic->fd = -1;
	nic->reopen_ns = LOOP_NEVER;
	/* NICs of one machine may be given one seed */
	for (int i = 0; i < mac->len; i++)
		seed = seed * 257 + mac->bytes[i];
	rs_init(&nic->solicitor, seed);
	if (loop_timer(loop, deadline, expired, nic, err))
		return NULL;
	nic->used = true;
	ra_nic_carrier(nic, has_carrier(nic->ifname));
	return nic;
}

void ra_nic_stop(struct ra_nic *nic)
{
	close_fd(nic);
	loop_timer_drop(nic->loop, nic);
	nic->used = false;
}
