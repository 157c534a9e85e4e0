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
 * Moves /proc /sys /dev /run into the new root, switches, execs. argv, envp as for execve. Who is
 * told so with a byte through that socket places the exitrd and empties the initramfs; -1: it is
 * emptied here, and where nobody is there any more both are done here. Comes back only where
 * something failed: then *err says what, and the new root is / already or not as *ret_switched
 * says.
 */
int handover_commit(const char *init, char *const argv[], char *const envp[], int emptier_fd,
		    bool *ret_switched, struct err *err);
/* The initramfs, by a descriptor of its root directory, which it takes: its own device only, never
 * across a mount. What is not in memory is left alone. */
void handover_empty(int root_fd);

/* Only the last step, for another try once the root is switched. Comes back where it failed. */
int handover_exec(const char *init, char *const argv[], char *const envp[], struct err *err);

#endif
