/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A discovery session over a socket of ours. */
#include "sys/iscsi_discover.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/iscsi_connect.h"

#define READ_MAX 4096

enum phase { PHASE_FREE, PHASE_CONNECT, PHASE_TALK, PHASE_LOOKUP, PHASE_FAILED };

struct iscsi_discovery {
	enum phase phase;
	int fd; /* TALK */
	struct loop *loop;
	struct iscsi_discover machine;
	struct iscsi_connect connect;
	struct err err; /* FAILED: what is to be told */
	size_t len_out, at_out; /* what is being sent */
	uint8_t out[ISCSI_PDU_MAX];
	iscsi_discover_fn *fn;
	iscsi_discover_lookup_fn *lookup;
	void *arg;
};

static struct iscsi_discovery slots[ISCSI_DISCOVERIES_MAX];
static struct iscsi_discover_actions the_actions; /* too large for the stack */

static void hang_up(struct iscsi_discovery *x)
{
	iscsi_connect_stop(&x->connect);
	if (x->fd >= 0) {
		loop_unwatch(x->loop, x->fd);
		close(x->fd);
	}
	x->fd = -1;
	x->len_out = x->at_out = 0;
}

static void set_free(struct iscsi_discovery *x)
{
	hang_up(x);
	loop_timer_drop(x->loop, x);
	x->phase = PHASE_FREE;
}

/* Told from the loop. The text is complete. */
static void give_up(struct iscsi_discovery *x, const struct err *err)
{
	hang_up(x);
	x->err = *err;
	x->phase = PHASE_FAILED;
}

static void give_up_at(struct iscsi_discovery *x, struct err *err)
{
	(void)iscsi_err_wrap(&x->machine.login, err);
	give_up(x, err);
}

static void on_socket(void *arg, uint32_t epoll_events);

/* What fits into the socket now; the rest when it is writable. */
static void flush(struct iscsi_discovery *x)
{
	uint32_t wanted = EPOLLIN;
	struct err err;

	while (x->at_out < x->len_out) {
		ssize_t n = send(x->fd, x->out + x->at_out, x->len_out - x->at_out, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			wanted |= EPOLLOUT;
			break;
		}
		/* what the portal said before it closed is still to be read, and then the end */
		if (n < 0) {
			x->at_out = x->len_out;
			break;
		}
		x->at_out += (size_t)n;
	}
	if (loop_watch(x->loop, x->fd, wanted, on_socket, x, &err) < 0)
		give_up_at(x, &err);
}

static void begin_connect(struct iscsi_discovery *x);

/* One event to the machine, and what it asks for. Returns how many bytes of it were taken, or -1
 * where this connection is over. */
static ssize_t feed(struct iscsi_discovery *x, struct iscsi_discover_event *ev)
{
	const struct iscsi_discover_actions *act = &the_actions;
	size_t taken;

	ev->now_ns = clock_now_ns();
	iscsi_discover_step(&x->machine, ev, &the_actions);
	taken = act->taken;
	if (act->failed) {
		give_up(x, &act->err);
		return -1;
	}
	if (act->reconnect) {
		hang_up(x);
		begin_connect(x);
		return -1;
	}
	if (act->look_up) {
		hang_up(x);
		x->phase = PHASE_LOOKUP;
		x->lookup(x->arg, x, x->machine.login.lookup, x->machine.login.lookup_port);
		return -1;
	}
	if (act->len) {
		memcpy(x->out, act->bytes, act->len);
		x->len_out = act->len;
		x->at_out = 0;
		flush(x);
	}
	if (act->done) {
		set_free(x);
		x->fn(x->arg, &x->machine.targets, NULL);
		return -1;
	}
	return x->phase == PHASE_TALK ? (ssize_t)taken : -1;
}

static void on_socket(void *arg, uint32_t epoll_events)
{
	struct iscsi_discovery *x = arg;
	struct iscsi_discover_event ev = { .kind = ISCSI_DISCOVER_EV_CLOSED };
	uint8_t buf[READ_MAX];
	ssize_t n, taken;

	if (epoll_events & EPOLLOUT) {
		flush(x);
		return;
	}
	n = recv(x->fd, buf, sizeof(buf), 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		(void)feed(x, &ev);
		return;
	}
	ev.kind = ISCSI_DISCOVER_EV_BYTES;
	for (size_t at = 0; at < (size_t)n; at += (size_t)taken) {
		ev.bytes = buf + at;
		ev.len = (size_t)n - at;
		taken = feed(x, &ev);
		if (taken < 0)
			return;
	}
}

static void begin_talk(struct iscsi_discovery *x, int fd)
{
	struct iscsi_discover_event ev = { .kind = ISCSI_DISCOVER_EV_START };
	uint8_t random[CHAP_RANDOM_LEN], name[3];
	struct err err;

	x->phase = PHASE_TALK;
	x->fd = fd;
	if (loop_watch(x->loop, fd, EPOLLIN, on_socket, x, &err) < 0) {
		give_up_at(x, &err);
		return;
	}
	/* RFC 7143 11.12.5: of random type, as it is no session that anything comes back to */
	ev.isid[0] = 0x80;
	if (getrandom(name, sizeof(name), GRND_NONBLOCK) == (ssize_t)sizeof(name))
		memcpy(ev.isid + 1, name, sizeof(name));
	/* without: the kernel has none yet */
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) == (ssize_t)sizeof(random))
		ev.random = random;
	(void)feed(x, &ev);
}

static void connect_failed(struct iscsi_discovery *x, int code)
{
	struct err err;

	(void)iscsi_connect_err(code, &err);
	give_up_at(x, &err);
}

static void on_connected(void *arg, int fd, int code)
{
	if (code)
		connect_failed(arg, code);
	else
		begin_talk(arg, fd);
}

static void begin_connect(struct iscsi_discovery *x)
{
	int code;

	x->phase = PHASE_CONNECT;
	code = iscsi_connect_begin(&x->connect, x->loop, &x->machine.login, on_connected, x);
	if (code)
		connect_failed(x, code);
}

static uint64_t deadline(void *arg)
{
	const struct iscsi_discovery *x = arg;

	switch (x->phase) {
	case PHASE_CONNECT:
		return iscsi_connect_deadline(&x->connect);
	case PHASE_TALK:
	case PHASE_LOOKUP:
		return iscsi_discover_deadline(&x->machine);
	case PHASE_FAILED:
		return 0;
	case PHASE_FREE:
		break;
	}
	return LOOP_NEVER;
}

static void expired(void *arg, uint64_t now_ns)
{
	struct iscsi_discovery *x = arg;
	struct iscsi_discover_event ev = { .kind = ISCSI_DISCOVER_EV_DEADLINE };

	switch (x->phase) {
	case PHASE_CONNECT:
		iscsi_connect_expired(&x->connect, now_ns);
		break;
	case PHASE_TALK:
	case PHASE_LOOKUP:
		(void)feed(x, &ev);
		break;
	case PHASE_FAILED:
		set_free(x);
		x->fn(x->arg, NULL, &x->err);
		break;
	case PHASE_FREE:
		break;
	}
}

struct iscsi_discovery *iscsi_discovery_start(struct loop *loop, const struct iscsi_config *config,
					      iscsi_discover_fn *fn,
					      iscsi_discover_lookup_fn *lookup, void *arg,
					      struct err *err)
{
	for (size_t i = 0; i < ISCSI_DISCOVERIES_MAX; i++) {
		struct iscsi_discovery *x = &slots[i];

		if (x->phase != PHASE_FREE)
			continue;
		if (loop_timer(loop, deadline, expired, x, err) < 0)
			return NULL;
		memset(x, 0, sizeof(*x));
		x->fd = -1;
		x->loop = loop;
		x->fn = fn;
		x->lookup = lookup;
		x->arg = arg;
		iscsi_discover_init(&x->machine, config);
		begin_connect(x);
		return x;
	}
	(void)err_set(err, ENOSPC, "more than %d portals asked at once", ISCSI_DISCOVERIES_MAX);
	return NULL;
}

void iscsi_discovery_address(struct iscsi_discovery *x, const struct ip_addr *ip, const char *why)
{
	struct iscsi_discover_event ev = { .kind = ISCSI_DISCOVER_EV_NO_ADDRESS, .why = why };

	if (x->phase != PHASE_LOOKUP)
		return;
	if (ip) {
		ev.kind = ISCSI_DISCOVER_EV_ADDRESS;
		ev.ip = *ip;
	}
	(void)feed(x, &ev);
}

void iscsi_discovery_cancel(struct iscsi_discovery *x)
{
	if (x->phase != PHASE_FREE)
		set_free(x);
}
