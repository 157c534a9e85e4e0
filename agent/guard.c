/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard: a process of the same binary, executed anew so that nothing of PID 1's memory, secrets
 * included, stays with it. It waits for its brief, makes a charge of everything there is to keep
 * alive, confines itself, and ends when the last charge has been given up to somebody else.
 *
 * This file is the frame: what a charge is about is of no concern to it.
 */
#include "guard_charge.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/confine.h"
#include "sys/exitrd.h"
#include "sys/handover.h"
#include "sys/log.h"

#define COMM "netroot-guard"
#define BRIEF_NS NS_PER_S
#define PRIORITY_LOW 10

struct guard {
	struct loop *loop;
	struct rtnl *rtnl;
	struct guard_brief brief;
	size_t len_brief; /* read so far */
	bool waiting; /* for the rest of it, and for the root to be switched */
	bool session, server; /* what it has to do with, */
	int map_fd; /* and the device mapper; -1: it has not */
	struct charge *charges[CHARGES_MAX]; /* NULL or given up: free */
};

static struct guard the_guard;

/* --- the charges --- */

static bool is_kept(const struct charge *c)
{
	return c && c->kind;
}

static bool any_charge(const struct guard *g)
{
	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (is_kept(g->charges[i]))
			return true;
	return false;
}

static uint64_t charge_deadline(void *arg)
{
	const struct charge *c = arg;

	return c->kind->deadline(c);
}

static void charge_expired(void *arg, uint64_t now_ns)
{
	struct charge *c = arg;

	c->kind->expired(c, now_ns);
}

int charge_take(struct guard *g, struct charge *c, const struct charge_kind *kind, struct err *err)
{
	size_t i = 0;
	int rc;

	while (i < CHARGES_MAX && is_kept(g->charges[i]))
		i++;
	if (i == CHARGES_MAX)
		return err_set(err, ENOSPC, "the guard keeps no more than %d things", CHARGES_MAX);
	rc = loop_timer(g->loop, charge_deadline, charge_expired, c, err);
	if (rc < 0)
		return rc;
	c->kind = kind;
	c->guard = g;
	c->loop = g->loop;
	c->rtnl = g->rtnl;
	g->charges[i] = c;
	return 0;
}

void charge_leave(struct charge *c)
{
	const struct charge_kind *kind = c->kind;

	c->kind = NULL; /* its kind may count those that are left */
	kind->stop(c);
	loop_timer_drop(c->loop, c);
}

void guard_say(enum say_weight weight, const char *text)
{
	switch (weight) {
	case SAY_NOTHING:
		break;
	case SAY_INFO:
		log_line(LOG_LEVEL_INFO, "guard", "%s", text);
		break;
	case SAY_WARN:
		log_line(LOG_LEVEL_WARN, "guard", "%s", text);
		break;
	case SAY_BAD:
		log_line(LOG_LEVEL_ERROR, "guard", "%s", text);
		break;
	}
}

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	struct guard *g = arg;

	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (is_kept(g->charges[i]) && g->charges[i]->kind->link)
			g->charges[i]->kind->link(g->charges[i], nic, gone);
}

static void on_addr(void *arg, const struct addr_news *news)
{
	struct guard *g = arg;

	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (is_kept(g->charges[i]) && g->charges[i]->kind->addr)
			g->charges[i]->kind->addr(g->charges[i], news);
}

/* --- confinement --- */

#define N(array) (sizeof(array) / sizeof(*(array)))

/* Addresses; packets below IP; ports 68 and 546. The last, for requests by NETLINK_ISCSI, only
 * where there is a session. */
static const int caps[] = { CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN };

/* What the loop, the sockets of both clients, rtnetlink and messages to the kernel's log need.
 * Nothing that opens a file or maps memory. */
static const struct confine_call lease_calls[] = {
	{ .number = SYS_read },
	{ .number = SYS_write },
	{ .number = SYS_close },
	{ .number = SYS_epoll_wait },
	{ .number = SYS_epoll_pwait },
	{ .number = SYS_epoll_ctl },
	{ SYS_socket, 4, false, { AF_INET, AF_INET6, AF_PACKET, AF_NETLINK } },
	{ .number = SYS_bind },
	{ .number = SYS_setsockopt },
	{ .number = SYS_sendto },
	{ .number = SYS_sendmsg },
	{ .number = SYS_recvfrom },
	{ .number = SYS_recvmsg },
	{ .number = SYS_wait4 }, /* the loop reaps, children or not */
	{ .number = SYS_clock_gettime }, /* where the vdso has no clock to read */
	{ .number = SYS_restart_syscall },
	{ .number = SYS_rt_sigreturn },
	{ .number = SYS_exit_group },
	/* of what is in /sys of a NIC, which rtnetlink tells as well */
	{ .number = SYS_access, .refused = true },
	{ .number = SYS_open, .refused = true },
	{ .number = SYS_openat, .refused = true },
};

/* A connection to a portal or a server; the answers of NETLINK_ISCSI, files that are open. */
static const struct confine_call peer_calls[] = {
	{ .number = SYS_getrandom }, /* mutual CHAP */
	{ .number = SYS_connect },   { .number = SYS_getsockopt },
	{ .number = SYS_poll },	     { .number = SYS_pread64 },
};

/* What is kept alive by a process with too many rights is better than what ends. */
static void confine(const struct guard *g)
{
	static struct confine_call calls[N(lease_calls) + N(peer_calls) + 1];
	size_t n_calls = N(lease_calls), n_caps = g->session ? N(caps) : N(caps) - 1;
	struct err err;

	memcpy(calls, lease_calls, sizeof(lease_calls));
	if (g->session || g->server) {
		memcpy(calls + n_calls, peer_calls, sizeof(peer_calls));
		n_calls += N(peer_calls);
	}
	if (g->map_fd >= 0) /* requests of the device mapper */
		calls[n_calls++] =
			(struct confine_call){ SYS_ioctl, 1, false, { (uint32_t)g->map_fd } };
	(void)setpriority(PRIO_PROCESS, 0, 0);
	if (confine_memory(&err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s, going on without", err.text);
	if (confine_caps(caps, n_caps, &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s, going on with all", err.text);
	if (confine_calls(calls, n_calls, &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s, going on with all", err.text);
}

static void refused_tell(void)
{
	int number = confine_refused();

	if (number >= 0)
		log_line(LOG_LEVEL_WARN, "guard",
			 "system call %d was refused, which is a bug: going on without", number);
}

/* --- the brief --- */

/* Of one that is being read: more, once the number of NICs is there. */
size_t guard_brief_size(const struct guard_brief *brief)
{
	return offsetof(struct guard_brief, nics) + brief->n_nics * sizeof(brief->nics[0]);
}

static void begin(struct guard *g)
{
	struct err err;

	g->map_fd = guard_map(g, g->loop, &g->brief);
	g->session = guard_sessions(g, g->loop, &g->brief);
	g->server = guard_nfs(g, &g->brief);
	guard_late(g, g->loop, &g->brief);
	g->rtnl = rtnl_open(g->loop, on_nic, g, &err);
	if (g->rtnl && rtnl_watch_addrs(g->rtnl, on_addr, g, &err) == 0)
		guard_leases(g, &g->brief);
	else
		log_line(LOG_LEVEL_ERROR, "guard",
			 "%s: no lease is renewed until the booted system does", err.text);
}

static void hang_up(struct guard *g)
{
	g->waiting = false;
	loop_unwatch(g->loop, CONFINE_FD);
	close(CONFINE_FD);
}

/* What init need not wait for. */
static void tidy(void)
{
	struct err err;
	int fd;

	if (exitrd_place(&err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s: " EXITRD_MISSED, err.text);
	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		handover_empty(fd);
}

/* The root is switched, or PID 1 begins anew. */
static void on_switched(void *arg, uint32_t events)
{
	struct guard *g = arg;
	char byte;
	ssize_t n = read(CONFINE_FD, &byte, sizeof(byte));

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	hang_up(g);
	if (n > 0)
		tidy();
	guard_export(g, &g->brief); /* reads megabytes of the kernel's */
	confine(g);
}

static void on_brief(void *arg, uint32_t events)
{
	struct guard *g = arg;
	ssize_t n = read(CONFINE_FD, (uint8_t *)&g->brief + g->len_brief,
			 guard_brief_size(&g->brief) - g->len_brief);
	struct err err;

	(void)events; /* the end of the other side is read as such */
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		hang_up(g);
		return;
	}
	g->len_brief += (size_t)n;
	if (g->len_brief < guard_brief_size(&g->brief))
		return;
	begin(g);
	if (loop_watch(g->loop, CONFINE_FD, EPOLLIN, on_switched, g, &err) < 0) {
		log_line(LOG_LEVEL_WARN, "guard", "%s", err.text);
		hang_up(g);
		guard_export(g, &g->brief);
		confine(g);
	}
}

int guard_main(void)
{
	struct guard *g = &the_guard;
	struct err err;

	(void)prctl(PR_SET_NAME, COMM, 0, 0, 0); /* cannot fail; "exe" otherwise */
	/* behind PID 1, and init's first steps, where there is one processor; not so far that a
	 * session would be missed */
	(void)setpriority(PRIO_PROCESS, 0, PRIORITY_LOW);
	log_open_kernel();
	g->loop = loop_open(&err);
	if (!g->loop || loop_watch(g->loop, CONFINE_FD, EPOLLIN, on_brief, g, &err) < 0) {
		log_line(LOG_LEVEL_ERROR, "guard", "%s", err.text);
		return 1;
	}
	guard_session_prepare(g->loop);
	guard_map_prepare();
	g->waiting = true;
	while (g->waiting || any_charge(g)) {
		loop_turn(g->loop);
		refused_tell();
	}
	return 0;
}

/* --- PID 1's side --- */

int guard_fork(int *ret_pidfd, struct err *err)
{
	return confine_fork(GUARD_NAME, SOCK_STREAM, ret_pidfd, err);
}

/* Its sessions and addresses stay as they are: nothing that it does has to be finished. */
void guard_end(int pidfd)
{
	if (pidfd < 0)
		return;
	(void)syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0); /* it may have ended */
	close(pidfd);
}

/* All of it, while it reads, before the end. */
static int send_all(int fd, const uint8_t *bytes, size_t len, uint64_t end_ns)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		uint64_t now_ns = clock_now_ns();

		if (n >= 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno != EAGAIN && errno != EINTR) {
			return -errno;
		} else if (now_ns >= end_ns) {
			return -ETIMEDOUT;
		} else {
			(void)poll(&p, 1, (int)((end_ns - now_ns) / NS_PER_MS) + 1);
		}
	}
	return 0;
}

int guard_brief_send(int fd, const struct guard_brief *brief, struct err *err)
{
	int rc = send_all(fd, (const uint8_t *)brief, guard_brief_size(brief),
			  clock_now_ns() + BRIEF_NS);

	if (rc < 0)
		return err_sys(err, -rc, "the guard does not take its brief");
	return 0;
}
