/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a boot that is to end ends: the rescue shell, reboot, power off, halt. */
#ifndef NETROOT_SYS_RESCUE_H
#define NETROOT_SYS_RESCUE_H

#include "core/plan.h"
#include "sys/child.h"

/* An interactive shell (klibc's /bin/sh of the initrd) as session leader on the console; done when
 * it exits. */
int rescue_shell(struct loop *loop, struct child *child, child_done_fn *done, void *arg,
		 struct err *err);
/* sync, then reboot(2) as asked (END_REBOOT, END_POWEROFF, END_HALT). Comes back only where the
 * kernel refused. */
void rescue_end(enum end_action action);
/*
 * Runs the executables of /etc/netroot/hooks/<phase>.d/ in name order in one child chain, with the
 * given environment
 * ("KEY=value", validated by the caller). hooks_wanted: whether there are any.
 */
bool hooks_wanted(const char *phase);
int hooks_start(struct loop *loop, struct child *child, const char *phase, char *const envp[],
		uint64_t time_limit_ns, child_done_fn *done, void *arg, struct err *err);

#endif
