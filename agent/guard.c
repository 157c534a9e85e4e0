/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard: a process of the same binary, executed anew so that nothing of PID 1's memory, secrets
 * included, stays with it. It waits for its brief, makes a charge of everything there is to keep
 * alive, confines itself, and ends when the last charge has been given up to somebody else.
 *
 * A kind of charge is a row of functions. This file carries out; what is to be done about an
 * address is core/guard_take's, about a lease core/dhcp's and core/dhcp6's.
 */
#include "guard.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/guard_take.h"
#include "core/netconf.h"
#include "sys/confine.h"
#include "sys/dhcp6_nic.h"
#include "sys/dhcp_nic.h"
#include "sys/log.h"
#include "sys/rtnl.h"

#define COMM "netroot-guard"
#define BRIEF_NS NS_PER_S
#define CHARGES_MAX (2 * GUARD_NICS_MAX)

struct guard;
struct charge;

struct charge_kind {
	int (*start)(struct charge *charge, struct err *err);
	void (*stop)(struct charge *charge);
	void (*link)(struct charge *charge, const struct nic *nic, bool gone);
	void (*addr)(struct charge *charge, const struct addr_news *news);
	uint64_t (*deadline)(const struct charge *charge);
	void (*expired)(struct charge *charge, uint64_t now_ns);
};

struct charge {
	const struct charge_kind *kind; /* NULL: free, or given up */
	struct guard *guard;
	/* of a lease */
	const struct guard_nic *nic;
	/* not nic's once it was taken out and put in again, or renamed by the booted system */
	int ifindex;
	char ifname[IFNAME_MAX];
	struct lease lease; /* the last of the address that is kept */
	struct take take;
	struct dhcp_nic *client4;
	struct dhcp6_nic *client6;
	bool failing; /* it was said that the client cannot work */
};

struct guard {
	struct loop *loop;
	struct rtnl *rtnl;
	struct guard_brief brief;
	size_t len_brief; /* read so far */
	bool waiting; /* for the rest of it */
	struct charge charges[CHARGES_MAX];
};

static struct guard the_guard;

static bool any_charge(const struct guard *g)
{
	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (g->charges[i].kind)
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

static void charge_leave(struct charge *c)
{
	c->kind->stop(c);
	loop_timer_drop(c->guard->loop, c);
	c->kind = NULL;
}

/* --- charges: the address of a lease --- */

static void address_put(struct charge *c, const struct take_actions *act)
{
	struct netconf conf;
	struct err err;

	netconf_from_lease(&c->lease, &conf);
	conf.valid_s = conf.preferred_s = act->put_valid_s;
	if (!act->put_all) {
		conf.n_routes = 0;
		conf.mtu = 0;
	}
	if (rtnl_apply(c->guard->rtnl, c->ifindex, &conf, &err) != 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s", err.text);
}

static enum log_level level_of(enum take_weight weight)
{
	switch (weight) {
	case TAKE_SAY_BAD:
		return LOG_LEVEL_ERROR;
	case TAKE_SAY_WARN:
		return LOG_LEVEL_WARN;
	case TAKE_SAY_INFO:
	case TAKE_SAY_NOTHING:
		break;
	}
	return LOG_LEVEL_INFO;
}

/* The address first: talking may take a moment on a slow console. */
static void take_do(struct charge *c, const struct take_event *ev)
{
	struct take_actions act;

	take_step(&c->take, ev, &act);
	if (act.put)
		address_put(c, &act);
	if (act.say != TAKE_SAY_NOTHING)
		log_line(level_of(act.say), "guard", "%s", act.text);
	if (act.leave)
		charge_leave(c);
}

static void on_news(void *arg, int ifindex, enum dhcp_news news, const struct lease *lease,
		    const char *text)
{
	struct charge *c = arg;
	struct take_event ev = { .now_ns = clock_now_ns(), .lease = lease, .text = text };

	(void)ifindex;
	switch (news) {
	case DHCP_NEWS_LEASE:
		c->failing = false;
		if (ip_eq(&lease->address, &c->lease.address))
			c->lease = *lease;
		ev.kind = TAKE_EV_LEASE;
		break;
	case DHCP_NEWS_LOST:
		ev.kind = TAKE_EV_LOST;
		break;
	case DHCP_NEWS_WAITING:
		ev.kind = TAKE_EV_WAITING;
		break;
	case DHCP_NEWS_FAILED:
		if (!c->failing)
			log_line(LOG_LEVEL_WARN, "guard", "%s: %s, trying on", c->ifname, text);
		c->failing = true;
		return;
	case DHCP_NEWS_REFUSED: /* what comes of it is told as well */
		return;
	}
	take_do(c, &ev);
}

static int lease4_start(struct charge *c, struct err *err)
{
	struct dhcp_config config = c->nic->config4;

	/* should it come to asking anew: for the same address, wherever the root is named by now */
	config.request = c->lease.address;
	config.init_reboot = config.rapid_commit = false;
	config.wants = 0;
	c->client4 = dhcp_nic_resume(c->guard->loop, c->ifindex, c->ifname, &config, &c->lease,
				     on_news, c, err);
	return c->client4 ? 0 : -1;
}

static void lease4_stop(struct charge *c)
{
	if (c->client4)
		dhcp_nic_stop(c->client4);
	c->client4 = NULL;
}

static int lease6_start(struct charge *c, struct err *err)
{
	struct dhcp6_config config = c->nic->config6;

	config.wants = 0;
	c->client6 = dhcp6_nic_start(c->guard->loop, c->ifindex, c->ifname, &config, &c->lease,
				     on_news, c, err);
	return c->client6 ? 0 : -1;
}

static void lease6_stop(struct charge *c)
{
	if (c->client6)
		dhcp6_nic_stop(c->client6);
	c->client6 = NULL;
}

/* The same NIC under another number, after it was taken out: everything of it begins again. */
static void nic_back(struct charge *c, const struct nic *nic)
{
	struct take_event ev = { .kind = TAKE_EV_NIC_BACK, .now_ns = clock_now_ns() };
	struct err err;

	c->kind->stop(c);
	c->ifindex = nic->ifindex;
	if (rtnl_up(c->guard->rtnl, c->ifindex, &err) < 0 || c->kind->start(c, &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s", err.text);
	take_do(c, &ev);
}

static void lease_link(struct charge *c, const struct nic *nic, bool gone)
{
	struct take_event ev = { .kind = TAKE_EV_NIC_GONE, .now_ns = clock_now_ns() };

	if (c->take.nic_gone && !gone && !strcmp(nic->name, c->ifname))
		nic_back(c, nic);
	if (nic->ifindex != c->ifindex)
		return;
	(void)snprintf(c->ifname, sizeof(c->ifname), "%s", nic->name);
	take_rename(&c->take, nic->name);
	if (c->client4)
		dhcp_nic_carrier(c->client4, nic->carrier);
	if (c->client6)
		dhcp6_nic_carrier(c->client6, nic->carrier);
	if (gone)
		take_do(c, &ev);
}

static void lease_addr(struct charge *c, const struct addr_news *news)
{
	struct take_addr addr = { .address = news->address,
				  .gone = news->state == ADDR_GONE,
				  .slaac = news->dynamic,
				  .ours = news->ours,
				  .others = !news->ours && !news->kernels,
				  .valid_s = news->valid_s };
	struct take_event ev = { .kind = TAKE_EV_ADDR, .now_ns = clock_now_ns(), .addr = &addr };

	if (news->ifindex == c->ifindex)
		take_do(c, &ev);
}

static uint64_t lease_deadline(const struct charge *c)
{
	return take_deadline(&c->take);
}

static void lease_expired(struct charge *c, uint64_t now_ns)
{
	struct take_event ev = { .kind = TAKE_EV_DEADLINE, .now_ns = now_ns };

	take_do(c, &ev);
}

static const struct charge_kind lease4_kind = { lease4_start, lease4_stop,    lease_link,
						lease_addr,   lease_deadline, lease_expired };
static const struct charge_kind lease6_kind = { lease6_start, lease6_stop,    lease_link,
						lease_addr,   lease_deadline, lease_expired };

static void lease_charge(struct guard *g, const struct charge_kind *kind,
			 const struct guard_nic *nic, const struct lease *lease)
{
	struct charge *c = g->charges;
	struct err err;

	if (ip_is_unset(&lease->address)) /* nothing that could end: DHCPv6 for options only */
		return;
	while (c->kind)
		c++; /* there is one for each family of each NIC */
	*c = (struct charge){ .kind = kind, .guard = g, .nic = nic, .ifindex = nic->ifindex };
	(void)snprintf(c->ifname, sizeof(c->ifname), "%s", nic->ifname);
	c->lease = *lease;
	take_init(&c->take, nic->ifname, g->brief.root, lease, clock_now_ns());
	if (loop_timer(g->loop, charge_deadline, charge_expired, c, &err) < 0 ||
	    kind->start(c, &err) < 0) {
		log_line(LOG_LEVEL_ERROR, "guard",
			 "%s: %s: nobody renews its lease until the booted system does",
			 nic->ifname, err.text);
		charge_leave(c);
	}
}

/* --- what all charges hear --- */

static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	struct guard *g = arg;

	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (g->charges[i].kind)
			g->charges[i].kind->link(&g->charges[i], nic, gone);
}

static void on_addr(void *arg, const struct addr_news *news)
{
	struct guard *g = arg;

	for (size_t i = 0; i < CHARGES_MAX; i++)
		if (g->charges[i].kind)
			g->charges[i].kind->addr(&g->charges[i], news);
}

/* --- confinement --- */

/* Addresses; packets below IP; ports 68 and 546. */
static const int caps[] = { CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE };

/* What the loop, the sockets of both clients, rtnetlink and messages to the kernel's log need.
 * Nothing that opens a file or maps memory. */
static const struct confine_call calls[] = {
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

/* A lease that is renewed by a process with too many rights is better than one that ends. */
static void confine(void)
{
	struct err err;

	if (confine_memory(&err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s, going on without", err.text);
	if (confine_caps(caps, sizeof(caps) / sizeof(caps[0]), &err) < 0)
		log_line(LOG_LEVEL_WARN, "guard", "%s, going on with all", err.text);
	if (confine_calls(calls, sizeof(calls) / sizeof(calls[0]), &err) < 0)
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

static void begin(struct guard *g)
{
	struct err err;

	g->rtnl = rtnl_open(g->loop, on_nic, g, &err);
	if (!g->rtnl || rtnl_watch_addrs(g->rtnl, on_addr, g, &err) < 0) {
		log_line(LOG_LEVEL_ERROR, "guard",
			 "%s: no lease is renewed until the booted system does", err.text);
		return;
	}
	for (uint8_t i = 0; i < g->brief.n_nics && i < GUARD_NICS_MAX; i++) {
		const struct guard_nic *nic = &g->brief.nics[i];

		if (nic->have4)
			lease_charge(g, &lease4_kind, nic, &nic->lease4);
		if (nic->have6)
			lease_charge(g, &lease6_kind, nic, &nic->lease6);
	}
	confine();
}

static void on_brief(void *arg, uint32_t events)
{
	struct guard *g = arg;
	ssize_t n = read(CONFINE_FD, (uint8_t *)&g->brief + g->len_brief,
			 sizeof(g->brief) - g->len_brief);

	(void)events; /* the end of the other side is read as such */
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		g->len_brief += (size_t)n;
	if (n > 0 && g->len_brief < sizeof(g->brief))
		return;
	g->waiting = false;
	loop_unwatch(g->loop, CONFINE_FD);
	close(CONFINE_FD);
	if (g->len_brief == sizeof(g->brief))
		begin(g);
}

int guard_main(void)
{
	struct guard *g = &the_guard;
	struct err err;

	(void)prctl(PR_SET_NAME, COMM, 0, 0, 0); /* cannot fail; "exe" otherwise */
	log_open_kernel();
	g->loop = loop_open(&err);
	if (!g->loop || loop_watch(g->loop, CONFINE_FD, EPOLLIN, on_brief, g, &err) < 0) {
		log_line(LOG_LEVEL_ERROR, "guard", "%s", err.text);
		return 1;
	}
	g->waiting = true;
	while (g->waiting || any_charge(g)) {
		loop_turn(g->loop);
		refused_tell();
	}
	return 0;
}

/* --- PID 1's side --- */

int guard_fork(struct err *err)
{
	int pair[2];
	struct err cause;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return err_sys(err, errno, "guard: socket pair");
	/* as fork(), but goes on once the other is executed: it has a mount namespace of its own
	 * before anything more is mounted in ours */
	pid = (pid_t)syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0) {
		int code = errno;

		close(pair[0]);
		close(pair[1]);
		return err_sys(err, code, "guard: fork");
	}
	if (pid == 0) {
		(void)confine_exec(pair[1], GUARD_NAME, &cause);
		log_line(LOG_LEVEL_ERROR, "guard", "%s", cause.text);
		_exit(1);
	}
	close(pair[1]);
	return pair[0];
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
	int rc = send_all(fd, (const uint8_t *)brief, sizeof(*brief), clock_now_ns() + BRIEF_NS);

	close(fd);
	if (rc < 0)
		return err_sys(
			err, -rc,
			"the guard does not take its brief, leases are not renewed until the booted system does");
	return 0;
}
