/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program as /run/initramfs/shutdown: ends a system whose root netroot had mounted. */
#ifndef NETROOT_SHUTDOWN_H
#define NETROOT_SHUTDOWN_H

#include "sys/exitrd.h"

/* As systemd-shutdown executes it, as PID 1, or as any init's last script calls it. As PID 1 it
 * does not return; else its exit status, where the kernel refused. */
int shutdown_main(int argc, char **argv);

#endif
