/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TCP to a portal. */
#include "sys/iscsi_connect.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "sys/sockaddr.h"

/*
 * A SYN sent in the first moments after link-up can be lost (bridge and neighbour still learning),
 * and the kernel repeats it only after 1 s. Further connects beside the first cost a socket each;
 * whichever is through first is taken. Each entry: when it begins, after the first.
 */
static const uint64_t attempt_ns[ISCSI_CONNECTS] = { 0, 150 * NS_PER_MS, 450 * NS_PER_MS };

int iscsi_connect_err(int code, struct err *err)
{
	const char *why = strerrordesc_np(code);

	switch (code) {
	case ECONNREFUSED:
		return err_set(err, code,
			       "connection refused: nothing listens there, or a firewall refuses");
	case ENETUNREACH:
		return err_set(err, code,
			       "no route: no address or route of this machine leads there");
	case EHOSTUNREACH:
		return err_set(err, code,
			       "no route to the host: it does not answer on its network, or a "
			       "router says so");
	case EACCES:
	case EPERM:
		return err_set(err, code,
			       "connection forbidden by a firewall rule of this machine");
	case ENODEV:
		return err_set(err, code,
			       "no NIC of that name: the one before the LUN, or of a link-local "
			       "address, which is written with %%NIC behind, as in "
			       "[fe80::5%%eth0]");
	case ETIMEDOUT:
		return err_set(err, code,
			       "connection timed out: the host is off, or a firewall drops "
			       "packets");
	default: /* any other errno */
		return err_set(err, code, "connecting: %s", why ? why : "unknown error");
	}
}

/* 0: a link-local address without a NIC. */
static socklen_t address_of(const struct iscsi *m, struct sockaddr_storage *ret)
{
	uint32_t scope = 0;

	if (ip_is_link_local(&m->portal)) {
		scope = m->config.scope_index ? m->config.scope_index
					      : if_nametoindex(iscsi_scope(m, &m->portal));
		if (!scope)
			return 0;
	}
	return sockaddr_of(&m->portal, m->port, scope, ret);
}

void iscsi_connect_stop(struct iscsi_connect *c)
{
	for (size_t i = 0; i < c->n_attempts; i++) {
		if (c->attempts[i].fd < 0)
			continue;
		loop_unwatch(c->loop, c->attempts[i].fd);
		close(c->attempts[i].fd);
		c->attempts[i].fd = -1;
	}
	c->n_attempts = 0;
}

static void fail(struct iscsi_connect *c, int code)
{
	iscsi_connect_stop(c);
	c->fn(c->arg, -1, code);
}

static void on_connected(void *arg, uint32_t epoll_events)
{
	struct iscsi_attempt *attempt = arg;
	struct iscsi_connect *c = attempt->connect;
	int fd = attempt->fd;
	int code = 0;
	socklen_t len = sizeof(code);

	(void)epoll_events;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0)
		code = errno;
	if (code) {
		/* What one attempt is told holds for all: they go to the same place. */
		fail(c, code);
		return;
	}
	loop_unwatch(c->loop, fd);
	attempt->fd = -1;
	iscsi_connect_stop(c);
	c->fn(c->arg, fd, 0);
}

/* One more connect beside those under way. 0, or a positive errno. */
static int attempt_begin(struct iscsi_connect *c)
{
	struct iscsi_attempt *attempt = &c->attempts[c->n_attempts];
	struct err err;
	int one = 1, fd;

	fd = socket(c->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (fd < 0)
		return errno;
	/* A SCSI command must not wait for the acknowledgement of the one before. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*attempt = (struct iscsi_attempt){ c, fd };
	/* by name: of a NIC that was taken out and put in again the number is another one */
	if ((c->netdev[0] && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, c->netdev,
					(socklen_t)strlen(c->netdev)) < 0) ||
	    (connect(fd, (struct sockaddr *)&c->to, c->len_to) < 0 && errno != EINPROGRESS)) {
		int code = errno;

		close(fd);
		return code;
	}
	if (loop_watch(c->loop, fd, EPOLLOUT, on_connected, attempt, &err) < 0) {
		close(fd);
		return err.code;
	}
	c->n_attempts++;
	return 0;
}

int iscsi_connect_begin(struct iscsi_connect *c, struct loop *loop, const struct iscsi *machine,
			iscsi_connect_fn *fn, void *arg)
{
	uint64_t now_ns = clock_now_ns();

	*c = (struct iscsi_connect){ .loop = loop,
				     .begun_ns = now_ns,
				     .end_ns = now_ns + iscsi_connect_limit_ns(machine),
				     .netdev = machine->config.netdev,
				     .fn = fn,
				     .arg = arg };
	c->len_to = address_of(machine, &c->to);
	return c->len_to ? attempt_begin(c) : ENODEV;
}

uint64_t iscsi_connect_deadline(const struct iscsi_connect *c)
{
	return c->n_attempts < ISCSI_CONNECTS ? c->begun_ns + attempt_ns[c->n_attempts] : c->end_ns;
}

void iscsi_connect_expired(struct iscsi_connect *c, uint64_t now_ns)
{
	if (now_ns >= c->end_ns)
		fail(c, ETIMEDOUT);
	else if (attempt_begin(c))
		/* Those under way go on; no more are begun. */
		for (; c->n_attempts < ISCSI_CONNECTS; c->n_attempts++)
			c->attempts[c->n_attempts] = (struct iscsi_attempt){ c, -1 };
}
