/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other processes, through /proc. */
#ifndef NETROOT_SYS_PROCS_H
#define NETROOT_SYS_PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROCS_FOREBEARS_MAX 32

/* argv[0], "" of a kernel thread or one that has ended. */
typedef bool procs_fn(void *arg, pid_t pid, const char *name);
/* SIGKILL to every process that fn says so of; those that got it, as far as there is room. */
size_t procs_kill(procs_fn *fn, void *arg, pid_t *ret, size_t max);
/* This process, its parent and so on up to init, 0 at the end. */
void procs_forebears(int ret[static PROCS_FOREBEARS_MAX]);
/* A descriptor that is readable once the process has ended; negative: it has, or cannot be watched.
 */
int procs_watch(pid_t pid);

#endif
