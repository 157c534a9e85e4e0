/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets and the timer around one core/dhcp machine per NIC. */
#include "sys/dhcp_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/ip4.h"
#include "sys/dhcp_news.h"
#include "sys/packet.h"

#define PACKET_MAX (DHCP_MESSAGE_MAX + 60 + 8) /* the longest IP header, the UDP header */
struct dhcp_nic {
	struct dhcp_slot to; /* first, as nic_slot.h has it */
	struct dhcp machine;
	int udp_fd; /* bound to the lease's address; -1: not needed so far */
};

/* --- sending --- */

static struct sockaddr_in inet_of(const struct ip_addr *ip, uint16_t port)
{
	struct sockaddr_in sa = { 0 };

	sa.sin_family = AF_INET;
	sa.sin_port = htons(port);
	sa.sin_addr.s_addr = htonl(ip4_to_he(ip));
	return sa;
}

/*
 * Sends and receives nothing itself: the kernel needs it to find the server's MAC for unicast, and
 * without a socket on port 68 it would answer the server's replies with "port unreachable". What is
 * received comes through the packet socket.
 */
static int open_udp(struct dhcp_nic *nic)
{
	struct sockaddr_in sa = inet_of(&nic->machine.lease.address, DHCP_PORT_CLIENT);
	int on = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (packet_mute(fd) || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nic->to.slot.ifindex,
		       sizeof(nic->to.slot.ifindex)) ||
	    bind(fd, (const struct sockaddr *)&sa, sizeof(sa))) {
		int code = errno;

		(void)close(fd);
		return -code;
	}
	nic->udp_fd = fd;
	return 0;
}

static bool send_unicast(struct dhcp_nic *nic, const struct dhcp_actions *act)
{
	struct sockaddr_in sa = inet_of(&act->to, act->port);

	return nic->udp_fd >= 0 &&
	       sendto(nic->udp_fd, act->message, act->len, 0, (const struct sockaddr *)&sa,
		      sizeof(sa)) == (ssize_t)act->len;
}

/* RFC 2131 4.1: from 0.0.0.0 while the address is not ours, from the address once it is. */
static struct ip_addr source_of(const struct dhcp *machine)
{
	if (machine->state == DHCP_RENEWING || machine->state == DHCP_REBINDING)
		return machine->lease.address;
	return ip4_from_he(0);
}

static int send_broadcast(struct dhcp_nic *nic, const struct dhcp_actions *act, struct err *err)
{
	uint8_t packet[PACKET_MAX];
	struct ip4_udp udp = { source_of(&nic->machine),
			       ip4_from_he(0xffffffff),
			       DHCP_PORT_CLIENT,
			       DHCP_PORT_SERVER,
			       act->message,
			       act->len };
	size_t len = ip4_udp_build(&udp, packet, sizeof(packet));

	return packet_broadcast(nic->to.slot.fd, nic->to.slot.ifindex, packet, len, err);
}

/* False, with *err, where the kernel does not take the message. */
static bool carry_out_send(struct dhcp_nic *nic, const struct dhcp_actions *act, struct err *err)
{
	bool broadcast = ip4_to_he(&act->to) == 0xffffffff;

	if (nic->to.slot.fd < 0)
		return true;
	/* fails while the owner has not put the address on the NIC */
	if (nic->machine.have_lease && nic->udp_fd < 0)
		(void)open_udp(nic);
	/* where the address is not on the NIC, or there is no way to the server, everybody is
	 * asked instead */
	if (!broadcast && send_unicast(nic, act))
		return true;
	/* as good as lost: it is no way to anything that the machine does not try otherwise */
	if (act->port != DHCP_PORT_SERVER)
		return true;
	return send_broadcast(nic, act, err) == 0;
}

/* --- the machine --- */

/* The machine sends again, soon. False where the owner stopped the NIC meanwhile. */
static bool not_sent(struct dhcp_nic *nic, const struct err *err)
{
	struct dhcp_event ev = { .kind = DHCP_EV_UNSENT, .now_ns = clock_now_ns() };
	struct dhcp_actions act;

	dhcp_step(&nic->machine, &ev, &act);
	return !act.unsent || dhcp_tell(&nic->to, DHCP_NEWS_FAILED, NULL, err->text);
}

/* One event, with all that comes of it. False where the owner stopped the NIC meanwhile. */
static bool step(struct dhcp_nic *nic, enum dhcp_event_kind kind, const uint8_t *bytes, size_t len)
{
	struct dhcp_event ev = { kind, clock_now_ns(), bytes, len };
	struct dhcp_actions act;
	struct err err;

	dhcp_step(&nic->machine, &ev, &act);
	if (act.new_lease)
		(void)snprintf(nic->machine.lease.ifname, sizeof(nic->machine.lease.ifname), "%s",
			       nic->to.slot.ifname);
	if (act.new_lease || act.lost_lease)
		nic_slot_close_fd(&nic->to.slot, &nic->udp_fd);
	/* out first: what the owner does with the news takes its time */
	if (act.send && !carry_out_send(nic, &act, &err) && !not_sent(nic, &err))
		return false;
	return dhcp_tell_all(&nic->to, &act, &nic->machine.lease);
}

/* --- receiving --- */

static bool read_one(void *arg)
{
	struct dhcp_nic *nic = arg;
	uint8_t packet[PACKET_MAX];
	struct ip4_udp udp;
	bool sum_pending;
	ssize_t n = packet_read(nic->to.slot.fd, packet, sizeof(packet), &sum_pending);

	if (n < 0)
		return n != -EAGAIN;
	if (ip4_udp_parse(packet, (size_t)n, sum_pending, &udp) || udp.dport != DHCP_PORT_CLIENT ||
	    (udp.sport != DHCP_PORT_SERVER && udp.sport != DHCP_PORT_BOOT))
		return true;
	return step(nic, DHCP_EV_PACKET, udp.payload, udp.len);
}

/* --- carrier and time --- */

static int open_socket(void *nic, struct err *err)
{
	return packet_open(((const struct dhcp_nic *)nic)->to.slot.ifindex, err);
}

static uint64_t deadline(const void *nic)
{
	return dhcp_deadline(&((const struct dhcp_nic *)nic)->machine);
}

static void on_due(void *nic)
{
	(void)step(nic, DHCP_EV_DEADLINE, NULL, 0);
}

static void on_up(void *nic)
{
	(void)step(nic, DHCP_EV_CARRIER_UP, NULL, 0);
}

static void on_down(void *arg)
{
	struct dhcp_nic *nic = arg;

	nic_slot_close_fd(&nic->to.slot, &nic->udp_fd);
	(void)step(nic, DHCP_EV_CARRIER_DOWN, NULL, 0);
}

static void on_failed(void *nic, const char *text)
{
	(void)dhcp_tell(nic, DHCP_NEWS_FAILED, NULL, text);
}

static struct dhcp_nic slots[DHCP_NICS_MAX];

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

struct dhcp_nic *dhcp_nic_start(struct loop *loop, int ifindex, const char *ifname,
				const struct dhcp_config *config, dhcp_news_fn *fn, void *arg,
				struct err *err)
{
	return dhcp_nic_resume(loop, ifindex, ifname, config, NULL, fn, arg, err);
}

struct dhcp_nic *dhcp_nic_resume(struct loop *loop, int ifindex, const char *ifname,
				 const struct dhcp_config *config, const struct lease *lease,
				 dhcp_news_fn *fn, void *arg, struct err *err)
{
	struct dhcp_nic *nic;

	if (config->mac.len != 6) {
		(void)err_set(err, EAFNOSUPPORT, "DHCP on %s: not an Ethernet NIC", ifname);
		return NULL;
	}
	nic = nic_slot_take(&kind, loop, ifindex, ifname, err);
	if (!nic) {
		(void)err_wrap(err, "DHCP on %s", ifname);
		return NULL;
	}
	nic->to.fn = fn;
	nic->to.arg = arg;
	nic->udp_fd = -1;
	if (lease)
		dhcp_resume(&nic->machine, config, lease);
	else
		dhcp_init(&nic->machine, config);
	nic_slot_begin(&nic->to.slot, lease != NULL);
	return nic;
}

void dhcp_nic_carrier(struct dhcp_nic *nic, bool carrier)
{
	nic_slot_carrier(&nic->to.slot, carrier);
}

void dhcp_nic_conflict(struct dhcp_nic *nic)
{
	(void)step(nic, DHCP_EV_CONFLICT, NULL, 0);
}

void dhcp_nic_again(struct dhcp_nic *nic)
{
	(void)step(nic, DHCP_EV_AGAIN, NULL, 0);
}

void dhcp_nic_stop(struct dhcp_nic *nic)
{
	nic_slot_close_fd(&nic->to.slot, &nic->udp_fd);
	nic_slot_leave(&nic->to.slot);
}

bool dhcp_nic_bound(const struct dhcp_nic *nic)
{
	return nic->machine.have_lease;
}
