/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive: the way to an NFS server that was given by name. It carries out what
 * core/moved says. The kernel keeps the mount; here are a socket for one question at a time, the
 * kernel's list of connections, and the program that takes connections to another address.
 */
#include "guard_charge.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/backoff.h"
#include "core/nfs.h"
#include "sys/log.h"
#include "sys/reroute.h"
#include "sys/sockaddr.h"
#include "sys/tcp_diag.h"

#define PORT_TRIES 16

static_assert(MOVED_FROM_MAX <= REROUTE_FROM_MAX, "each address of before leads on");

struct server {
	struct charge charge; /* first: charges of this kind are cast to it */
	const struct guard_nfs *brief;
	struct moved machine;
	uint32_t scopes[DNS_SERVERS_MAX]; /* of name servers by link-local addresses */
	uint16_t port_next;
	/* the question under way; fd -1: none */
	int fd;
	bool stream, sent;
	uint8_t question[MOVED_BYTES_MAX];
	size_t len_question;
	uint8_t answer[NFS_SAME_REPLY_MAX];
	size_t len_answer;
};

static struct server the_server;

static void feed(struct server *s, struct moved_event ev);
static void on_ready(void *arg, uint32_t events);

/* --- one question --- */

static void hang_up(struct server *s)
{
	if (s->fd < 0)
		return;
	loop_unwatch(s->charge.loop, s->fd);
	close(s->fd);
	s->fd = -1;
}

/* Where none is free, an unprivileged one has to do. */
static void port_reserve(struct server *s, const struct ip_addr *ip)
{
	static const struct ip_addr any4 = { .family = IP_V4 }, any6 = { .family = IP_V6 };

	for (int i = 0; i < PORT_TRIES; i++) {
		struct sockaddr_storage addr;
		socklen_t len = sockaddr_of(ip->family == IP_V6 ? &any6 : &any4, s->port_next, 0,
					    &addr);

		s->port_next = s->port_next > NFS_FROM_PORT_MIN ? s->port_next - 1
								: NFS_FROM_PORT_MAX;
		if (bind(s->fd, (struct sockaddr *)&addr, len) == 0)
			return;
	}
}

static int ask(struct server *s, const struct ip_addr *ip, uint16_t port, uint32_t scope)
{
	int type = s->stream ? SOCK_STREAM : SOCK_DGRAM, priority = REROUTE_NOT_PRIORITY;
	struct sockaddr_storage addr;
	socklen_t len = sockaddr_of(ip, port, scope, &addr);
	struct err err;

	s->fd = socket(addr.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return -1;
	if (s->stream &&
	    setsockopt(s->fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof(priority)) < 0)
		return -1;
	if (s->stream)
		port_reserve(s, ip);
	if (connect(s->fd, (struct sockaddr *)&addr, len) < 0 && errno != EINPROGRESS)
		return -1;
	return loop_watch(s->charge.loop, s->fd, EPOLLOUT, on_ready, s, &err);
}

static int begin(struct server *s, const struct moved_actions *act)
{
	const struct dns_server *dns = &s->brief->moved.dns.servers[act->server];

	s->stream = act->check;
	s->sent = false;
	s->len_answer = 0;
	s->len_question = act->len;
	memcpy(s->question, act->bytes, act->len);
	if (act->check)
		return ask(s, &act->ip, s->brief->port, 0);
	return ask(s, &dns->ip, DNSASK_PORT, s->scopes[act->server]);
}

/* Few bytes, which fit into whatever there is room for at the beginning of a connection. */
static bool question_send(struct server *s)
{
	struct err err;
	int code = 0;
	socklen_t len = sizeof(code);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 || code)
		return false;
	s->sent = true;
	return send(s->fd, s->question, s->len_question, MSG_NOSIGNAL) ==
		       (ssize_t)s->len_question &&
	       loop_watch(s->charge.loop, s->fd, EPOLLIN, on_ready, s, &err) == 0;
}

static void on_ready(void *arg, uint32_t events)
{
	struct server *s = arg;
	struct moved_event ev = { .kind = MOVED_EV_SILENT, .bytes = s->answer };
	ssize_t n;

	(void)events; /* an error or the end of the other side is found by what fails then */
	if (!s->sent) {
		if (!question_send(s))
			feed(s, ev);
		return;
	}
	n = recv(s->fd, s->answer + s->len_answer, sizeof(s->answer) - s->len_answer, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		ev.kind = s->stream ? MOVED_EV_STREAM : MOVED_EV_DATAGRAM;
		ev.len = s->len_answer + (size_t)n;
		s->len_answer = s->stream ? ev.len : 0;
	}
	feed(s, ev);
}

/* --- what the machine is told, and what it asks for --- */

static void go_over(const struct server *s)
{
	const struct moved *m = &s->machine;

	reroute_to(m->from, m->n_from, &m->now);
	for (uint8_t i = 0; i < m->n_from; i++)
		tcp_diag_cut(&m->from[i], s->brief->port);
}

static void feed(struct server *s, struct moved_event ev)
{
	struct moved_actions act;

	do {
		ev.now_ns = clock_now_ns();
		moved_step(&s->machine, &ev, &act);
		if (act.hang_up)
			hang_up(s);
		if (act.reroute)
			go_over(s);
		guard_say(act.say, act.text);
		ev = (struct moved_event){ .kind = MOVED_EV_SILENT };
	} while ((act.query || act.check) && begin(s, &act) < 0);
}

/* --- as a charge --- */

static void server_stop(struct charge *charge)
{
	hang_up((struct server *)charge);
}

static uint64_t server_deadline(const struct charge *charge)
{
	return moved_deadline(&((const struct server *)charge)->machine);
}

static void server_expired(struct charge *charge, uint64_t now_ns)
{
	struct server *s = (struct server *)charge;
	struct moved_event ev = { .kind = MOVED_EV_DEADLINE };

	(void)now_ns;
	if (s->machine.state == MOVED_KEEPS)
		ev.works = tcp_diag_works(&s->machine.now, s->brief->port);
	feed(s, ev);
}

static const struct charge_kind server_kind = {
	.stop = server_stop,
	.deadline = server_deadline,
	.expired = server_expired,
};

/* --- the beginning --- */

static int open_all(struct guard *guard, struct server *s, struct err *err)
{
	int rc = tcp_diag_open(err);

	if (rc == 0)
		rc = reroute_open(s->brief->moved.ip.family, s->brief->port, err);
	return rc < 0 ? rc : charge_take(guard, &s->charge, &server_kind, err);
}

static void prepare(struct server *s)
{
	const struct dnsconf *dns = &s->brief->moved.dns;
	uint64_t random = 0;

	moved_init(&s->machine, &s->brief->moved, clock_now_ns());
	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK); /* else the boot's has to do */
	s->machine.rng ^= random;
	s->port_next =
		(uint16_t)(NFS_FROM_PORT_MIN +
			   rng_next(&s->machine.rng) % (NFS_FROM_PORT_MAX - NFS_FROM_PORT_MIN + 1));
	for (uint8_t i = 0; i < dns->n_servers; i++)
		if (dns->servers[i].scope[0])
			s->scopes[i] = if_nametoindex(dns->servers[i].scope);
}

bool guard_nfs(struct guard *guard, const struct guard_brief *brief)
{
	struct server *s = &the_server;
	char name[PLAN_NAME_MAX];
	struct err err;

	s->brief = &brief->nfs;
	s->fd = -1;
	if (!s->brief->port)
		return false;
	prepare(s);
	if (open_all(guard, s, &err) == 0)
		return true;
	log_line(LOG_LEVEL_WARN, "guard",
		 "%s: should NFS server %s get another address, the root will not follow", err.text,
		 text_quote(name, sizeof(name), span_of(s->brief->moved.name)));
	return false;
}
