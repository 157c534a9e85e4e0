/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the initramfs to the mounted root. Everything that can fail is in the check. */
#ifndef NETROOT_SYS_HANDOVER_H
#define NETROOT_SYS_HANDOVER_H

#include <stdbool.h>

#include "core/err.h"
#include "core/plan.h"

/*
 * SYSROOT is a mount of another device; the init is there, links followed inside the new root, a
 * regular executable file whose interpreter (script or ELF PT_INTERP) is there too; mount points
 * for proc sys dev run exist or can be made. Without init= the kernel's list is tried: /sbin/init
 * /etc/init /bin/init /bin/sh. *ret_init: the path to execute, inside the new root. Blocks on a
 * dead server: only in a child.
 */
int handover_check(const struct plan *plan, char ret_init[static PLAN_PATH_MAX], struct err *err);
/*
 * Moves /proc /sys /dev /run into the new root, empties the initramfs (its own device only, never
 * across a mount), switches, execs. argv, envp as for execve. Comes back only where something
 * failed: then *err says what, and the new root is / already or not as *ret_switched says.
 */
int handover_commit(const char *init, char *const argv[], char *const envp[], bool *ret_switched,
		    struct err *err);

/* Only the last step, for another try once the root is switched. Comes back where it failed. */
int handover_exec(const char *init, char *const argv[], char *const envp[], struct err *err);

#endif
