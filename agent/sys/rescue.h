/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a boot that is to end ends: the rescue shell, reboot, power off, halt. */
#ifndef NETROOT_SYS_RESCUE_H
#define NETROOT_SYS_RESCUE_H

#include "core/plan.h"
#include "sys/child.h"
#include "sys/hooks.h"

/* An interactive shell (klibc's /bin/sh of the initrd) as session leader on the console; done when
 * it exits. */
int rescue_shell(struct loop *loop, struct child *child, child_done_fn *done, void *arg,
		 struct err *err);
/* sync, for as long as a dead server lets it take but a few seconds, then reboot(2) as asked
 * (END_REBOOT, END_POWEROFF, END_HALT). Comes back only where the kernel refused. */
void rescue_end(enum end_action action);

#endif
