/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ICMPv6 socket (RFC 3542) and the timer around one core/ra solicitor per NIC. */
#include "sys/ra_nic.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/backoff.h"
#include "sys/nic_slot.h"

#define LEN_ADVERT_MAX 1452 /* of an Ethernet frame, with room for a hop-by-hop header */
#define HOP_LIMIT 255
#define BAD_TOLD_MAX \
	8 /* of what is no advertisement, until the carrier goes: no floods in the log */

struct ra_nic {
	struct nic_slot slot; /* first, as nic_slot.h has it */
	ra_news_fn *fn;
	void *arg;
	struct rs solicitor;
	uint8_t n_bad;
};

/* Returns whether the NIC is still there after what the owner did with the news. */
static bool tell(struct ra_nic *nic, const struct lease *lease, const char *text)
{
	uint32_t generation = nic->slot.generation;

	nic->fn(nic->arg, nic->slot.ifindex, lease, text);
	return nic_slot_is(&nic->slot, generation);
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

static void solicit(void *arg)
{
	struct ra_nic *nic = arg;
	/* RFC 4861 4.1: the option "MUST NOT be included when the Source IP Address is the
	 * unspecified address", and which one the kernel picks is not known here */
	static const struct mac_addr none;
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_scope_id = (uint32_t)nic->slot.ifindex };
	uint8_t message[RS_LEN_MAX];
	size_t len = rs_due(&nic->solicitor, clock_now_ns(), &none, message);

	/* ff02::2, all routers */
	to.sin6_addr.s6_addr[0] = 0xff;
	to.sin6_addr.s6_addr[1] = 0x02;
	to.sin6_addr.s6_addr[15] = 0x02;
	/* as good as lost where there is no address to send it from yet: it is due again soon */
	if (len)
		(void)sendto(nic->slot.fd, message, len, 0, (const struct sockaddr *)&to,
			     sizeof(to));
}

/* --- advertisements --- */

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
	(void)snprintf(lease.ifname, sizeof(lease.ifname), "%s", nic->slot.ifname);
	lease.acquired_ns = clock_now_ns();
	return tell(nic, &lease, ignored);
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

static bool read_one(void *arg)
{
	struct ra_nic *nic = arg;
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
	ssize_t n = recvmsg(nic->slot.fd, &msg, 0);

	if (n < 0)
		return errno != EAGAIN; /* others, such as ENETDOWN, are taken off by reading */
	if (msg.msg_flags & MSG_TRUNC)
		return true;
	memcpy(from.bytes, &sa.sin6_addr, sizeof(from.bytes));
	return on_advert(nic, bytes, (size_t)n, &from, hop_limit_of(&msg));
}

/* --- carrier and time --- */

static int open_socket(void *nic, struct err *err)
{
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6), code;

	if (fd < 0)
		return err_sys(err, errno, "cannot open a socket for router advertisements");
	code = set_up(fd, ((const struct ra_nic *)nic)->slot.ifindex);
	if (code) {
		(void)close(fd);
		return err_sys(err, -code, "cannot set up the socket for router advertisements");
	}
	return fd;
}

static uint64_t deadline(const void *nic)
{
	return rs_deadline(&((const struct ra_nic *)nic)->solicitor);
}

static void on_up(void *arg)
{
	struct ra_nic *nic = arg;

	rs_start(&nic->solicitor, clock_now_ns());
	solicit(nic);
}

static void on_down(void *arg)
{
	struct ra_nic *nic = arg;

	rs_stop(&nic->solicitor);
	nic->n_bad = 0;
}

static void on_failed(void *nic, const char *text)
{
	(void)tell(nic, NULL, text);
}

static struct ra_nic slots[RA_NICS_MAX];

static const struct nic_kind kind = {
	.slots = slots,
	.n = RA_NICS_MAX,
	.size = sizeof(slots[0]),
	.open = open_socket,
	.read = read_one,
	.deadline = deadline,
	.on_due = solicit,
	.on_up = on_up,
	.on_down = on_down,
	.on_failed = on_failed,
};

/* --- for the owner --- */

struct ra_nic *ra_nic_start(struct loop *loop, int ifindex, const char *ifname,
			    const struct mac_addr *mac, uint64_t seed, ra_news_fn *fn, void *arg,
			    struct err *err)
{
	struct ra_nic *nic = nic_slot_take(&kind, loop, ifindex, ifname, err);

	if (!nic) {
		(void)err_wrap(err, "advertisements on %s", ifname);
		return NULL;
	}
	nic->fn = fn;
	nic->arg = arg;
	rs_init(&nic->solicitor, rng_seed(seed, mac));
	nic_slot_begin(&nic->slot, false);
	return nic;
}

void ra_nic_carrier(struct ra_nic *nic, bool carrier)
{
	nic_slot_carrier(&nic->slot, carrier);
}

void ra_nic_stop(struct ra_nic *nic)
{
	nic_slot_leave(&nic->slot);
}
