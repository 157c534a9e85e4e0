/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket and the timer around one core/dhcp6 machine per NIC. */
#include "sys/dhcp6_nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/mount.h"

#define CLIENT_PORT 546
#define SERVER_PORT 547
#define REOPEN_NS NS_PER_S
/* A flood on the port must not keep the loop: the rest is read in the next turn. */
#define READS_PER_TURN 16

struct dhcp6_nic {
	struct loop *loop;
	dhcp_news_fn *fn;
	void *arg;
	uint64_t reopen_ns; /* when the socket is tried again, LOOP_NEVER: not */
	struct dhcp6 machine;
	uint32_t generation; /* of the slot: a callback may stop this NIC, or start another in it */
	int ifindex;
	int fd; /* -1 while there is no carrier */
	char ifname[IF_NAMESIZE];
	bool used;
	bool carrier; /* as told; the machine hears of it once the socket is open */
};

static struct dhcp6_nic slots[DHCP_NICS_MAX];

static void close_fd(struct dhcp6_nic *nic)
{
	if (nic->fd < 0)
		return;
	loop_unwatch(nic->loop, nic->fd);
	(void)close(nic->fd); /* nothing is written through it that could still fail */
	nic->fd = -1;
}

/* Returns whether the NIC is still there after what the owner did with the news. */
static bool tell(struct dhcp6_nic *nic, enum dhcp_news news, const struct lease *lease,
		 const char *text)
{
	uint32_t generation = nic->generation;

	nic->fn(nic->arg, nic->ifindex, news, lease, text);
	return nic->used && nic->generation == generation;
}

/* --- sending --- */

/*
 * While the link-local address is tentative (RFC 4862 5.4) there is none to send from, and
 * EADDRNOTAVAIL comes of it: a matter of a second, nothing to tell. A message that does not go out
 * is as good as lost: the machine sends again.
 */
static int carry_out_send(struct dhcp6_nic *nic, const struct dhcp_actions *act, struct err *err)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_port = htons(SERVER_PORT),
				   .sin6_scope_id = (uint32_t)nic->ifindex };

	memcpy(&to.sin6_addr, act->to.bytes, sizeof(to.sin6_addr));
	if (nic->fd < 0 || sendto(nic->fd, act->message, act->len, 0, (const struct sockaddr *)&to,
				  sizeof(to)) >= 0)
		return 0;
	return errno == EADDRNOTAVAIL ? 0 : err_sys(err, errno, "cannot send");
}

/* --- the machine --- */

static bool tell_all(struct dhcp6_nic *nic, const struct dhcp_actions *act)
{
	if (act->refused && !tell(nic, DHCP_NEWS_REFUSED, NULL, act->text))
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
static bool step(struct dhcp6_nic *nic, enum dhcp_event_kind kind, const uint8_t *bytes, size_t len,
		 const struct ip_addr *from)
{
	struct dhcp_event ev = { kind, clock_now_ns(), bytes, len };
	struct dhcp_actions act;
	struct err err;

	dhcp6_step(&nic->machine, &ev, from, &act);
	if (act.new_lease)
		(void)snprintf(nic->machine.lease.ifname, sizeof(nic->machine.lease.ifname), "%s",
			       nic->ifname);
	/* out first: what the owner does with the news takes its time */
	if (act.send && carry_out_send(nic, &act, &err) &&
	    !tell(nic, DHCP_NEWS_FAILED, NULL, err.text))
		return false;
	return tell_all(nic, &act);
}

/* --- receiving --- */

static bool read_one(struct dhcp6_nic *nic, bool *ret_alive)
{
	uint8_t bytes[DHCP_MESSAGE_MAX];
	struct sockaddr_in6 sa = { 0 };
	socklen_t len_sa = sizeof(sa);
	struct ip_addr from = { .family = IP_V6 };
	ssize_t n = recvfrom(nic->fd, bytes, sizeof(bytes), MSG_TRUNC, (struct sockaddr *)&sa,
			     &len_sa);

	if (n < 0)
		return errno != EAGAIN; /* others, such as ENETDOWN, are taken off by reading */
	/* servers and relays on the link speak from link-local addresses; anything else has been
	 * routed here */
	if ((size_t)n > sizeof(bytes) || !IN6_IS_ADDR_LINKLOCAL(&sa.sin6_addr))
		return true;
	memcpy(from.bytes, &sa.sin6_addr, sizeof(from.bytes));
	*ret_alive = step(nic, DHCP_EV_PACKET, bytes, (size_t)n, &from);
	return *ret_alive;
}

static void on_readable(void *arg, uint32_t epoll_events)
{
	struct dhcp6_nic *nic = arg;
	bool alive = true;

	(void)epoll_events; /* an error is read like a packet */
	for (int i = 0; i < READS_PER_TURN && nic->fd >= 0; i++)
		if (!read_one(nic, &alive))
			return;
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

static int open_socket(struct dhcp6_nic *nic, struct err *err)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), code;

	if (fd < 0)
		return err_sys(err, errno, "cannot open a socket for DHCPv6");
	code = set_up(fd, nic->ifindex);
	if (code) {
		(void)close(fd);
		return err_sys(err, -code, "cannot set up the socket for DHCPv6 (port %d)",
			       CLIENT_PORT);
	}
	code = loop_watch(nic->loop, fd, EPOLLIN, on_readable, nic, err);
	if (code) {
		(void)close(fd);
		return code;
	}
	nic->fd = fd;
	return 0;
}

static void on_carrier_up(struct dhcp6_nic *nic)
{
	struct err err;

	nic->reopen_ns = LOOP_NEVER;
	if (nic->fd < 0 && open_socket(nic, &err)) {
		nic->reopen_ns = clock_now_ns() + REOPEN_NS;
		(void)tell(nic, DHCP_NEWS_FAILED, NULL, err.text);
		return;
	}
	(void)step(nic, DHCP_EV_CARRIER_UP, NULL, 0, NULL);
}

void dhcp6_nic_carrier(struct dhcp6_nic *nic, bool carrier)
{
	if (nic->carrier == carrier)
		return;
	nic->carrier = carrier;
	if (carrier) {
		on_carrier_up(nic);
		return;
	}
	nic->reopen_ns = LOOP_NEVER;
	close_fd(nic);
	(void)step(nic, DHCP_EV_CARRIER_DOWN, NULL, 0, NULL);
}

static uint64_t deadline(void *arg)
{
	const struct dhcp6_nic *nic = arg;
	uint64_t at = dhcp6_deadline(&nic->machine);

	return nic->reopen_ns < at ? nic->reopen_ns : at;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct dhcp6_nic *nic = arg;

	if (now_ns >= nic->reopen_ns)
		on_carrier_up(nic);
	else
		(void)step(nic, DHCP_EV_DEADLINE, NULL, 0, NULL);
}

/* --- slots --- */

static struct dhcp6_nic *free_slot(void)
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

static void begin(struct dhcp6_nic *nic, const struct dhcp6_config *config,
		  const struct lease *lease)
{
	if (lease) {
		dhcp6_resume(&nic->machine, config, lease);
		/* which a machine that goes on takes for granted */
		nic->carrier = true;
		if (has_carrier(nic->ifname))
			on_carrier_up(nic);
		else
			dhcp6_nic_carrier(nic, false);
	} else {
		dhcp6_init(&nic->machine, config);
		dhcp6_nic_carrier(nic, has_carrier(nic->ifname));
	}
}

struct dhcp6_nic *dhcp6_nic_start(struct loop *loop, int ifindex, const char *ifname,
				  const struct dhcp6_config *config, const struct lease *lease,
				  dhcp_news_fn *fn, void *arg, struct err *err)
{
	struct dhcp6_nic *nic = free_slot();
	uint32_t generation;

	if (!config->len_duid) {
		(void)err_set(err, EINVAL, "DHCPv6 on %s: no DUID to be known by", ifname);
		return NULL;
	}
	if (!nic) {
		(void)err_set(err, ENOSPC, "DHCPv6 on %s: already on %d NICs", ifname,
			      DHCP_NICS_MAX);
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
	if (loop_timer(loop, deadline, expired, nic, err))
		return NULL;
	nic->used = true;
	begin(nic, config, lease);
	return nic;
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
	close_fd(nic);
	loop_timer_drop(nic->loop, nic);
	nic->used = false;
}

bool dhcp6_nic_bound(const struct dhcp6_nic *nic)
{
	return nic->machine.have_lease;
}
