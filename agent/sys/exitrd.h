/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root that a system returns to when it ends: /run/initramfs, as systemd has it, with this
 * program as "shutdown". systemd-shutdown changes into it and executes that, the old root at
 * /oldroot; for other inits the program does both itself.
 */
#ifndef NETROOT_SYS_EXITRD_H
#define NETROOT_SYS_EXITRD_H

#include "core/err.h"

#define EXITRD "/run/initramfs"
#define EXITRD_PROGRAM "shutdown"
#define EXITRD_OLD "/oldroot"
/* what comes of it where it cannot be placed */
#define EXITRD_MISSED "the system's end will neither unmount the root nor log out"

/* At boot: this program into EXITRD. From memory to memory; never blocks. */
int exitrd_place(struct err *err);
/* Makes a filesystem in memory at EXITRD, with this program, and changes into it. On failure / is
 * as before. */
int exitrd_enter(struct err *err);

#endif
