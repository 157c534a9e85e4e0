/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one event loop: descriptors, deadlines derived from the state of their owners, SIGCHLD.
 * Nothing in it blocks but epoll_wait itself. Single-threaded; a callback may watch, unwatch, start
 * and kill freely.
 */
#ifndef NETROOT_SYS_LOOP_H
#define NETROOT_SYS_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"

#define NS_PER_S 1000000000ull
#define NS_PER_MS 1000000ull
#define LOOP_NEVER UINT64_MAX
#define LOOP_WATCHES_MAX 192
#define LOOP_TIMERS_MAX 160

uint64_t
clock_now_ns(void); /* CLOCK_BOOTTIME: counts from kernel start, what the time line is written in */

typedef void loop_fd_fn(void *arg, uint32_t epoll_events);
typedef uint64_t loop_deadline_fn(void *arg); /* absolute, clock_now_ns(); LOOP_NEVER: none */
typedef void loop_expired_fn(void *arg, uint64_t now_ns);

struct loop;
struct loop *loop_open(struct err *err); /* the one loop, static storage; blocks SIGCHLD and takes
					    it by signalfd */
/* In a child: a loop of its own; what the parent waits for is the parent's. */
struct loop *loop_open_anew(struct err *err);
/* A descriptor that is watched already gets the new events, function and argument. */
int loop_watch(struct loop *loop, int fd, uint32_t epoll_events, loop_fd_fn *fn, void *arg,
	       struct err *err);
void loop_unwatch(struct loop *loop,
		  int fd); /* harmless for a descriptor that is not watched; call before close */
/* Registers an owner of deadlines once; asked before every wait. */
int loop_timer(struct loop *loop, loop_deadline_fn *deadline, loop_expired_fn *expired, void *arg,
	       struct err *err);
void loop_timer_drop(struct loop *loop, void *arg); /* all timers with that arg */
/* One turn: waits until something happens or the earliest deadline, then calls everybody concerned.
 */
void loop_turn(struct loop *loop);

/* Told of every process that was reaped, known or not (PID 1 inherits orphans): for sys/child. */
typedef void loop_reaped_fn(pid_t pid, int status);
void loop_on_reaped(struct loop *loop, loop_reaped_fn *fn);
/* Mask and dispositions as a fresh process expects them: in a child, and before an exec. */
void loop_signals_reset(void);

#endif
