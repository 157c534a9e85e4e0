/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets and the timer around one core/dhcp machine per NIC. */
#include "sys/dhcp_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/ip4.h"
#include "sys/mount.h"
#include "sys/packet.h"

#define CLIENT_PORT 68
#define SERVER_PORT 67
#define PACKET_MAX (DHCP_MESSAGE_MAX + 60 + 8) /* the longest IP header, the UDP header */
#define REOPEN_NS NS_PER_S
/* A flood on the port must not keep the loop: the rest is read in the next turn. */
#define READS_PER_TURN 16

struct dhcp_nic {
	struct loop *loop;
	dhcp_news_fn *fn;
	void *arg;
	uint64_t reopen_ns; /* when the packet socket is tried again, LOOP_NEVER: not */
	struct dhcp machine;
	uint32_t generation; /* of the slot: a callback may stop this NIC, or start another in it */
	int ifindex;
	int fd; /* packet socket; -1 while there is no carrier */
	int udp_fd; /* bound to the lease's address; -1: not needed so far */
	char ifname[IF_NAMESIZE];
	bool used;
	bool carrier; /* as told; the machine hears of it once the socket is open */
};

static struct dhcp_nic slots[DHCP_NICS_MAX];

static void close_fd(struct dhcp_nic *nic, int *fd)
{
	if (*fd < 0)
		return;
	loop_unwatch(nic->loop, *fd);
	(void)close(*fd); /* nothing is written through it that could still fail */
	*fd = -1;
}

/* Returns whether the NIC is still there after what the owner did with the news. */
static bool tell(struct dhcp_nic *nic, enum dhcp_news news, const struct lease *lease,
		 const char *text)
{
	uint32_t generation = nic->generation;

	nic->fn(nic->arg, nic->ifindex, news, lease, text);
	return nic->used && nic->generation == generation;
}

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
	struct sockaddr_in sa = inet_of(&nic->machine.lease.address, CLIENT_PORT);
	int on = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (packet_mute(fd) || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &nic->ifindex, sizeof(nic->ifindex)) ||
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
	struct sockaddr_in sa = inet_of(&act->to, SERVER_PORT);

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
			       CLIENT_PORT,
			       SERVER_PORT,
			       act->message,
			       act->len };
	size_t len = ip4_udp_build(&udp, packet, sizeof(packet));

	return packet_broadcast(nic->fd, nic->ifindex, packet, len, err);
}

/* A message that does not go out is as good as lost: the machine sends again. *err where that is
 * worth saying. */
static int carry_out_send(struct dhcp_nic *nic, const struct dhcp_actions *act, struct err *err)
{
	bool broadcast = ip4_to_he(&act->to) == 0xffffffff;

	if (nic->fd < 0)
		return 0;
	/* fails while the owner has not put the address on the NIC */
	if (nic->machine.have_lease && nic->udp_fd < 0)
		(void)open_udp(nic);
	/* where the address is not on the NIC, or there is no way to the server, everybody is
	 * asked instead */
	if (!broadcast && send_unicast(nic, act))
		return 0;
	return send_broadcast(nic, act, err);
}

/* --- the machine --- */

static bool tell_all(struct dhcp_nic *nic, const struct dhcp_actions *act)
{
	if ((act->refused || act->chosen) && !tell(nic, DHCP_NEWS_REFUSED, NULL, act->text))
		return false;
	if (act->lost_lease && !tell(nic, DHCP_NEWS_LOST, NULL, act->text))
		return false;
	if (act->new_lease) {
		struct lease lease = nic->machine.lease;

		return tell(nic, DHCP_NEWS_LEASE, &lease, act->text);
	}
	return !act->waiting || tell(nic, DHCP_NEWS_WAITING, NULL, act->text);
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
			       nic->ifname);
	if (act.new_lease || act.lost_lease)
		close_fd(nic, &nic->udp_fd);
	/* out first: what the owner does with the news takes its time */
	if (act.send && carry_out_send(nic, &act, &err) &&
	    !tell(nic, DHCP_NEWS_FAILED, NULL, err.text))
		return false;
	return tell_all(nic, &act);
}

/* --- receiving --- */

static bool read_one(struct dhcp_nic *nic, bool *ret_alive)
{
	uint8_t packet[PACKET_MAX];
	struct ip4_udp udp;
	bool sum_pending;
	ssize_t n = packet_read(nic->fd, packet, sizeof(packet), &sum_pending);

	if (n == -EAGAIN)
		return false;
	if (n == -EINTR)
		return true;
	/* a pending error (ENETDOWN after the link went away) is taken off by reading it */
	if (n < 0)
		return true;
	if (!ip4_udp_parse(packet, (size_t)n, sum_pending, &udp) && udp.dport == CLIENT_PORT &&
	    udp.sport == SERVER_PORT)
		*ret_alive = step(nic, DHCP_EV_PACKET, udp.payload, udp.len);
	return *ret_alive;
}

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct dhcp_nic *nic = arg;
	bool alive = true;

	(void)epoll_events; /* an error is read like a packet */
	for (int i = 0; i < READS_PER_TURN && nic->fd >= 0; i++)
		if (!read_one(nic, &alive))
			return;
}

/* --- carrier and time --- */

static bool open_socket(struct dhcp_nic *nic, struct err *err)
{
	int fd = packet_open(nic->ifindex, err);

	if (fd < 0)
		return false;
	if (loop_watch(nic->loop, fd, EPOLLIN, on_readable, nic, err)) {
		(void)close(fd);
		return false;
	}
	nic->fd = fd;
	return true;
}

static void on_carrier_up(struct dhcp_nic *nic)
{
	struct err err;

	nic->reopen_ns = LOOP_NEVER;
	if (nic->fd < 0 && !open_socket(nic, &err)) {
		nic->reopen_ns = clock_now_ns() + REOPEN_NS;
		(void)tell(nic, DHCP_NEWS_FAILED, NULL, err.text);
		return;
	}
	(void)step(nic, DHCP_EV_CARRIER_UP, NULL, 0);
}

void dhcp_nic_carrier(struct dhcp_nic *nic, bool carrier)
{
	if (nic->carrier == carrier)
		return;
	nic->carrier = carrier;
	if (carrier) {
		on_carrier_up(nic);
		return;
	}
	nic->reopen_ns = LOOP_NEVER;
	close_fd(nic, &nic->fd);
	close_fd(nic, &nic->udp_fd);
	(void)step(nic, DHCP_EV_CARRIER_DOWN, NULL, 0);
}

static uint64_t deadline(void *arg)
{
	const struct dhcp_nic *nic = arg;
	uint64_t at = dhcp_deadline(&nic->machine);

	return nic->reopen_ns < at ? nic->reopen_ns : at;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct dhcp_nic *nic = arg;

	if (now_ns >= nic->reopen_ns)
		on_carrier_up(nic);
	else
		(void)step(nic, DHCP_EV_DEADLINE, NULL, 0);
}

/* --- slots --- */

static struct dhcp_nic *free_slot(void)
{
	for (int i = 0; i < DHCP_NICS_MAX; i++)
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

/* A slot with its timer, its machine not yet begun. */
static struct dhcp_nic *take_slot(struct loop *loop, int ifindex, const char *ifname,
				  const struct dhcp_config *config, dhcp_news_fn *fn, void *arg,
				  struct err *err)
{
	struct dhcp_nic *nic = free_slot();
	uint32_t generation;

	if (config->mac.len != 6) {
		(void)err_set(err, EAFNOSUPPORT, "DHCP on %s: not an Ethernet NIC", ifname);
		return NULL;
	}
	if (!nic) {
		(void)err_set(err, ENOSPC, "DHCP on %s: already on %d NICs", ifname, DHCP_NICS_MAX);
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
	nic->fd = nic->udp_fd = -1;
	nic->reopen_ns = LOOP_NEVER;
	dhcp_init(&nic->machine, config);
	if (loop_timer(loop, deadline, expired, nic, err))
		return NULL;
	nic->used = true;
	return nic;
}

struct dhcp_nic *dhcp_nic_start(struct loop *loop, int ifindex, const char *ifname,
				const struct dhcp_config *config, dhcp_news_fn *fn, void *arg,
				struct err *err)
{
	struct dhcp_nic *nic = take_slot(loop, ifindex, ifname, config, fn, arg, err);

	if (nic)
		dhcp_nic_carrier(nic, has_carrier(nic->ifname));
	return nic;
}

/* The machine is BOUND with a carrier: the socket is all that is missing. */
struct dhcp_nic *dhcp_nic_resume(struct loop *loop, int ifindex, const char *ifname,
				 const struct dhcp_config *config, const struct lease *lease,
				 dhcp_news_fn *fn, void *arg, struct err *err)
{
	struct dhcp_nic *nic;

	if (!lease)
		return dhcp_nic_start(loop, ifindex, ifname, config, fn, arg, err);
	nic = take_slot(loop, ifindex, ifname, config, fn, arg, err);
	if (!nic)
		return NULL;
	dhcp_resume(&nic->machine, config, lease);
	nic->carrier = true;
	if (!has_carrier(nic->ifname))
		dhcp_nic_carrier(nic, false);
	else
		on_carrier_up(nic);
	return nic;
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
	close_fd(nic, &nic->fd);
	close_fd(nic, &nic->udp_fd);
	loop_timer_drop(nic->loop, nic);
	nic->used = false;
}

bool dhcp_nic_bound(const struct dhcp_nic *nic)
{
	return nic->machine.have_lease;
}
