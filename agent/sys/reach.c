/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP connections side by side, to see who is there. */
#include "sys/reach.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/loop.h"
#include "sys/sockaddr.h"

struct reach {
	struct eyeballs order;
	struct pollfd polled[EYEBALLS_MAX]; /* fd -1: not begun, or over */
};

static int connect_to(const struct ip_addr *ip, uint16_t port)
{
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(ip, port, 0, &to);
	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

/* The first that is through, or -1. */
static int look(struct reach *r)
{
	for (int i = 0; i < EYEBALLS_MAX; i++) {
		struct pollfd *p = &r->polled[i];
		int code = 0;
		socklen_t len = sizeof(code);

		if (p->fd < 0 || !p->revents)
			continue;
		if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &len) == 0 && !code)
			return i;
		(void)close(p->fd);
		p->fd = -1;
		eyeballs_failed(&r->order, clock_now_ns());
	}
	return -1;
}

static void begin_due(struct reach *r, const struct ip_addr *addrs, uint16_t port)
{
	int i;

	while ((i = eyeballs_next(&r->order, clock_now_ns())) >= 0) {
		r->polled[i].fd = connect_to(&addrs[i], port);
		if (r->polled[i].fd < 0)
			eyeballs_failed(&r->order, clock_now_ns());
	}
}

static int wait_ms(const struct reach *r, uint64_t end_ns, uint64_t now_ns)
{
	uint64_t due_ns = eyeballs_deadline(&r->order);

	due_ns = due_ns < end_ns ? due_ns : end_ns;
	return due_ns > now_ns ? (int)((due_ns - now_ns) / NS_PER_MS) + 1 : 0;
}

int reach_first(const struct ip_addr *addrs, uint8_t n, uint16_t port, uint64_t limit_ns)
{
	uint64_t now_ns = clock_now_ns(), end_ns = now_ns + limit_ns;
	struct reach r;
	int first = -1;

	for (int i = 0; i < EYEBALLS_MAX; i++)
		r.polled[i] = (struct pollfd){ .fd = -1, .events = POLLOUT };
	eyeballs_init(&r.order, n, now_ns);
	while (first < 0 && now_ns < end_ns) {
		begin_due(&r, addrs, port);
		if (eyeballs_over(&r.order))
			break;
		if (poll(r.polled, EYEBALLS_MAX, wait_ms(&r, end_ns, clock_now_ns())) > 0)
			first = look(&r);
		now_ns = clock_now_ns();
	}
	for (int i = 0; i < EYEBALLS_MAX; i++)
		if (r.polled[i].fd >= 0)
			(void)close(r.polled[i].fd);
	return first;
}
