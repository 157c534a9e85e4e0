/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a process small before it stays for long: a mount namespace, a session and a name of its
 * own, memory that is never written out, no capability and no system call but those it lives by.
 */
#ifndef NETROOT_SYS_CONFINE_H
#define NETROOT_SYS_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* The descriptor that a confined process is given, beside 0 to 2 on /dev/null. */
#define CONFINE_FD 3

/*
 * In a child: a mount namespace that no later mount of the parent's reaches, a session of its own,
 * no descriptor but fd, which becomes CONFINE_FD, never the victim of the OOM killer; then executes
 * this same binary under that name, with nothing else in its arguments or its environment. Only
 * returns where that did not work.
 */
int confine_exec(int fd, const char *name, struct err *err);

/*
 * Forks a child that does so. Returns the other end of its CONFINE_FD, a socket of that type that
 * does not block, or negative errno; ret_pidfd, if it is wanted: -1 with an error or where the
 * kernel has none (before 5.2). Both are close-on-exec, and the caller's.
 */
int confine_fork(const char *name, int type, int *ret_pidfd, struct err *err);

/* What it has now, and what it will have, stays in memory; allocating it writes nothing out.
 * Needs the capabilities that confine_caps() takes away. */
int confine_memory(struct err *err);
/* Keeps these only, in every set, and for what it might execute none. */
int confine_caps(const int *caps, size_t n_caps, struct err *err);

/* One system call that is allowed, where n_arg0 is not 0 only with one of these first arguments. */
struct confine_call {
	uint16_t number;
	uint8_t n_arg0;
	bool refused; /* tried as a matter of course, and as good when it fails: EPERM, not
			 remembered */
	uint32_t arg0[4];
};

#define CONFINE_CALLS_MAX 64
/*
 * Every other call fails with EPERM and is remembered: killing the process would end silently what
 * it is there for. A call by the numbers of another ABI, which nothing in it makes, does kill it.
 */
int confine_calls(const struct confine_call *calls, size_t n_calls, struct err *err);
/* In a child that asks a server: sockets of the internet, what goes to out_fd, a little memory,
 * these capabilities; no file, no program, no other descriptor but 0 to 2. */
int confine_client(int out_fd, const int *caps, size_t n_caps, struct err *err);
/* A call that was refused since asked last, negative: none. */
int confine_refused(void);

#endif
