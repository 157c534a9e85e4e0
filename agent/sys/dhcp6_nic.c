/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket and the timer around one core/dhcp6 machine per NIC. */
#include "sys/dhcp6_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/dhcp_news.h"

#define CLIENT_PORT 546
#define SERVER_PORT 547

struct dhcp6_nic {
	struct dhcp_slot to; /* first, as nic_slot.h has it */
	struct dhcp6 machine;
};

/* --- sending --- */

/* False, with *err, where the kernel does not take the message. While the link-local address is
 * tentative (RFC 4862 5.4) there is none to send from, and EADDRNOTAVAIL comes of it: a matter of a
 * second, nothing to tell, err is empty. */
static bool carry_out_send(struct dhcp6_nic *nic, const struct dhcp_actions *act, struct err *err)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_port = htons(SERVER_PORT),
				   .sin6_scope_id = (uint32_t)nic->to.slot.ifindex };

	memcpy(&to.sin6_addr, act->to.bytes, sizeof(to.sin6_addr));
	if (nic->to.slot.fd < 0 || sendto(nic->to.slot.fd, act->message, act->len, 0,
					  (const struct sockaddr *)&to, sizeof(to)) >= 0)
		return true;
	err->text[0] = '\0';
	if (errno != EADDRNOTAVAIL)
		(void)err_sys(err, errno, "cannot send");
	return false;
}

/* --- the machine --- */

/* The machine sends again, soon. False where the owner stopped the NIC meanwhile. */
static bool not_sent(struct dhcp6_nic *nic, const struct err *err)
{
	struct dhcp_event ev = { .kind = DHCP_EV_UNSENT, .now_ns = clock_now_ns() };
	struct dhcp_actions act;

	dhcp6_step(&nic->machine, &ev, NULL, &act);
	return !act.unsent || !err->text[0] ||
	       dhcp_tell(&nic->to, DHCP_NEWS_FAILED, NULL, err->text);
}

/* One event, with all that comes of it. False where the owner stopped the NIC meanwhile. */
static bool step(struct dhcp6_nic *nic, enum dhcp_event_kind kind, const uint8_t *bytes, size_t len,
		 const struct ip_addr *from)
{
	struct dhcp_event ev = { kind, clock_now_ns(), bytes, len };
	struct dhcp_actions act;
	struct err err;

	dhcp6_step(&nic->machine, &ev, from, &act);
	if (act.new_lease)
		(void)snprintf(nic->machine.lease.ifname, sizeof(nic->machine.lease.ifname), "%s",
			       nic->to.slot.ifname);
	/* out first: what the owner does with the news takes its time */
	if (act.send && !carry_out_send(nic, &act, &err) && !not_sent(nic, &err))
		return false;
	return dhcp_tell_all(&nic->to, &act, &nic->machine.lease);
}

/* --- receiving --- */

static bool read_one(void *arg)
{
	struct dhcp6_nic *nic = arg;
	uint8_t bytes[DHCP_MESSAGE_MAX];
	struct sockaddr_in6 sa = { 0 };
	socklen_t len_sa = sizeof(sa);
	struct ip_addr from = { .family = IP_V6 };
	ssize_t n = recvfrom(nic->to.slot.fd, bytes, sizeof(bytes), MSG_TRUNC,
			     (struct sockaddr *)&sa, &len_sa);

	if (n < 0)
		return errno != EAGAIN; /* others, such as ENETDOWN, are taken off by reading */
	/* servers and relays on the link speak from link-local addresses; anything else has been
	 * routed here */
	if ((size_t)n > sizeof(bytes) || !IN6_IS_ADDR_LINKLOCAL(&sa.sin6_addr))
		return true;
	memcpy(from.bytes, &sa.sin6_addr, sizeof(from.bytes));
	return step(nic, DHCP_EV_PACKET, bytes, (size_t)n, &from);
}

/* --- carrier and time --- */

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/*
 * Bound to the NIC and to no address: the link-local one may still be tentative, and a socket bound
 * to it could not be opened before it is not. The kernel sends from it all the same, as the only
 * one whose scope is that of the servers' group (RFC 6724 5).
 */
static int set_up(int fd, int ifindex)
{
	struct sockaddr_in6 sa = { .sin6_family = AF_INET6, .sin6_port = htons(CLIENT_PORT) };

	if (set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) || set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1) ||
	    set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, ifindex) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, ifindex) ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) ||
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa)))
		return -errno;
	return 0;
}

static int open_socket(void *nic, struct err *err)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), code;

	if (fd < 0)
		return err_sys(err, errno, "cannot open a socket for DHCPv6");
	code = set_up(fd, ((const struct dhcp6_nic *)nic)->to.slot.ifindex);
	if (code) {
		(void)close(fd);
		return err_sys(err, -code, "cannot set up the socket for DHCPv6 (port %d)",
			       CLIENT_PORT);
	}
	return fd;
}

static uint64_t deadline(const void *nic)
{
	return dhcp6_deadline(&((const struct dhcp6_nic *)nic)->machine);
}

static void on_due(void *nic)
{
	(void)step(nic, DHCP_EV_DEADLINE, NULL, 0, NULL);
}

static void on_up(void *nic)
{
	(void)step(nic, DHCP_EV_CARRIER_UP, NULL, 0, NULL);
}

static void on_down(void *nic)
{
	(void)step(nic, DHCP_EV_CARRIER_DOWN, NULL, 0, NULL);
}

static void on_failed(void *nic, const char *text)
{
	(void)dhcp_tell(nic, DHCP_NEWS_FAILED, NULL, text);
}

static struct dhcp6_nic slots[DHCP_NICS_MAX];

static const struct nic_kind kind = {
	.slots = slots,
	.n = DHCP_NICS_MAX,
	.size = sizeof(slots[0]),
	.open = open_socket,
	.read = read_one,
	.deadline = deadline,
	.on_due = on_due,
	.on_up = on_up,
	.on_down = on_down,
	.on_failed = on_failed,
};

/* --- for the owner --- */

struct dhcp6_nic *dhcp6_nic_start(struct loop *loop, int ifindex, const char *ifname,
				  const struct dhcp6_config *config, const struct lease *lease,
				  dhcp_news_fn *fn, void *arg, struct err *err)
{
	struct dhcp6_nic *nic;

	if (!config->len_duid) {
		(void)err_set(err, EINVAL, "DHCPv6 on %s: no DUID to be known by", ifname);
		return NULL;
	}
	nic = nic_slot_take(&kind, loop, ifindex, ifname, err);
	if (!nic) {
		(void)err_wrap(err, "DHCPv6 on %s", ifname);
		return NULL;
	}
	nic->to.fn = fn;
	nic->to.arg = arg;
	if (lease)
		dhcp6_resume(&nic->machine, config, lease);
	else
		dhcp6_init(&nic->machine, config);
	nic_slot_begin(&nic->to.slot, lease != NULL);
	return nic;
}

void dhcp6_nic_carrier(struct dhcp6_nic *nic, bool carrier)
{
	nic_slot_carrier(&nic->to.slot, carrier);
}

void dhcp6_nic_again(struct dhcp6_nic *nic)
{
	(void)step(nic, DHCP_EV_AGAIN, NULL, 0, NULL);
}

void dhcp6_nic_conflict(struct dhcp6_nic *nic)
{
	(void)step(nic, DHCP_EV_CONFLICT, NULL, 0, NULL);
}

void dhcp6_nic_stop(struct dhcp6_nic *nic)
{
	nic_slot_leave(&nic->to.slot);
}

bool dhcp6_nic_bound(const struct dhcp6_nic *nic)
{
	return nic->machine.have_lease;
}
