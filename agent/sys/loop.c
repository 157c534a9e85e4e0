/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop: one epoll descriptor, one signalfd, the earliest of all deadlines. It knows no
 * owner: callbacks are found by slot and generation, so that one may undo any other at any time.
 */
#include "sys/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_PER_TURN 16

struct watch {
	int fd; /* -1: free */
	uint32_t generation; /* an event of a former owner of the slot is not for the new one */
	loop_fd_fn *fn;
	void *arg;
};

struct timer {
	loop_deadline_fn *deadline; /* NULL: free */
	loop_expired_fn *expired;
	void *arg;
	uint64_t pass; /* the pass it was last called in */
};

struct loop {
	bool open;
	int epoll_fd, signal_fd; /* while open */
	loop_reaped_fn *reaped;
	uint64_t pass;
	struct watch watches[LOOP_WATCHES_MAX];
	struct timer timers[LOOP_TIMERS_MAX];
};

static struct loop the_loop; /* all zero: of a value in it the agent's file would have every byte */

uint64_t clock_now_ns(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &t); /* cannot fail for a clock the kernel has */
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* SIGCHLD is coalesced: one signal may stand for many children, and for orphans nobody started. */
static void reap(void *arg, uint32_t events)
{
	struct loop *loop = arg;
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	(void)events;
	while (read(loop->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (loop->reaped)
			loop->reaped(pid, status);
}

/*
 * Only SIGCHLD is taken. Signals with their default action are not delivered to PID 1
 * (kernel/signal.c, sig_task_ignored()), blocking them would make them pending instead. SIGPIPE is
 * ignored for the processes that outlive the handover, which are not PID 1.
 */
static int signals_open(struct loop *loop, struct err *err)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return err_sys(err, errno, "blocking SIGCHLD");
	(void)signal(SIGPIPE, SIG_IGN); /* fails for signals that do not exist */
	loop->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signal_fd < 0)
		return err_sys(err, errno, "signalfd");
	return loop_watch(loop, loop->signal_fd, EPOLLIN, reap, loop, err);
}

void loop_signals_reset(void)
{
	sigset_t none;

	sigemptyset(&none);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* fails for a bad first argument only */
}

struct loop *loop_open(struct err *err)
{
	struct loop *loop = &the_loop;

	if (loop->open)
		return loop;
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
		loop->watches[i].fd = -1;
	loop->signal_fd = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		(void)err_sys(err, errno, "epoll_create1");
		return NULL;
	}
	if (signals_open(loop, err) < 0) {
		if (loop->signal_fd >= 0)
			close(loop->signal_fd);
		close(loop->epoll_fd);
		return NULL;
	}
	loop->open = true;
	return loop;
}

struct loop *loop_open_anew(struct err *err)
{
	struct loop *loop = &the_loop;

	/* closing leaves alone what the parent's descriptors, the same files, watch */
	close(loop->epoll_fd);
	close(loop->signal_fd);
	*loop = (struct loop){ 0 };
	return loop_open(err);
}

static struct watch *watch_find(struct loop *loop, int fd)
{
	for (size_t i = 0; i < LOOP_WATCHES_MAX; i++)
		if (loop->watches[i].fd == fd)
			return &loop->watches[i];
	return NULL;
}

int loop_watch(struct loop *loop, int fd, uint32_t epoll_events, loop_fd_fn *fn, void *arg,
	       struct err *err)
{
	struct watch *w = fd >= 0 ? watch_find(loop, fd) : NULL;
	int op = w ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
	struct epoll_event ev = { .events = epoll_events };

	if (fd < 0)
		return err_set(err, EBADF, "watching a closed descriptor");
	if (!w)
		w = watch_find(loop, -1);
	if (!w)
		return err_set(err, ENOSPC, "more than %d descriptors to watch", LOOP_WATCHES_MAX);
	ev.data.u64 = (uint64_t)(w->generation + 1) << 32 | (uint64_t)(w - loop->watches);
	if (epoll_ctl(loop->epoll_fd, op, fd, &ev) < 0)
		return err_sys(err, errno, "watching descriptor %d", fd);
	*w = (struct watch){ fd, w->generation + 1, fn, arg };
	return 0;
}

void loop_unwatch(struct loop *loop, int fd)
{
	struct watch *w = fd >= 0 ? watch_find(loop, fd) : NULL;

	if (!w)
		return;
	/* fails where the owner closed it first: then epoll has forgotten it as well */
	(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	*w = (struct watch){ .fd = -1, .generation = w->generation + 1 };
}

int loop_timer(struct loop *loop, loop_deadline_fn *deadline, loop_expired_fn *expired, void *arg,
	       struct err *err)
{
	for (size_t i = 0; i < LOOP_TIMERS_MAX; i++) {
		struct timer *t = &loop->timers[i];

		if (t->deadline)
			continue;
		*t = (struct timer){ deadline, expired, arg, loop->pass };
		return 0;
	}
	return err_set(err, ENOSPC, "more than %d owners of deadlines", LOOP_TIMERS_MAX);
}

void loop_timer_drop(struct loop *loop, void *arg)
{
	for (size_t i = 0; i < LOOP_TIMERS_MAX; i++)
		if (loop->timers[i].deadline && loop->timers[i].arg == arg)
			loop->timers[i] = (struct timer){ 0 };
}

/* The timer that is due first, of those not yet called in this pass; *ret_ns is its deadline. */
static struct timer *timer_first(struct loop *loop, uint64_t *ret_ns)
{
	struct timer *first = NULL;
	uint64_t first_ns = LOOP_NEVER;

	for (size_t i = 0; i < LOOP_TIMERS_MAX; i++) {
		struct timer *t = &loop->timers[i];
		uint64_t at_ns;

		if (!t->deadline || t->pass == loop->pass)
			continue;
		at_ns = t->deadline(t->arg);
		if (at_ns < first_ns) {
			first_ns = at_ns;
			first = t;
		}
	}
	*ret_ns = first_ns;
	return first;
}

/* Rounded up: a wait that ends before the deadline would only be followed by another. */
static int wait_ms(struct loop *loop)
{
	uint64_t at_ns, now_ns, ms;

	loop->pass++;
	if (!timer_first(loop, &at_ns))
		return -1;
	now_ns = clock_now_ns();
	if (at_ns <= now_ns)
		return 0;
	ms = (at_ns - now_ns - 1) / NS_PER_MS + 1;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* In the order of their deadlines, each once; after every call all are asked anew. */
static void timers_run(struct loop *loop)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t at_ns;
	struct timer *t;

	while ((t = timer_first(loop, &at_ns)) && at_ns <= now_ns) {
		t->pass = loop->pass;
		t->expired(t->arg, now_ns);
	}
}

void loop_turn(struct loop *loop)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, wait_ms(loop));

	/* -1 is EINTR, after a stop and continue: the deadlines still count */
	for (int i = 0; i < n; i++) {
		const struct watch *w = &loop->watches[(uint32_t)events[i].data.u64];

		if (w->fd >= 0 && w->generation == (uint32_t)(events[i].data.u64 >> 32))
			w->fn(w->arg, events[i].events);
	}
	timers_run(loop);
}

void loop_on_reaped(struct loop *loop, loop_reaped_fn *fn)
{
	loop->reaped = fn;
}
