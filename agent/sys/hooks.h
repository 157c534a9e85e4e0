/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boot hooks: the site's own programs, run when a phase is done. hooks/README.md is the contract.
 */
#ifndef NETROOT_SYS_HOOKS_H
#define NETROOT_SYS_HOOKS_H

#include "sys/child.h"

#define HOOKS_DIR "/etc/netroot/hooks"

/*
 * Runs the executables of HOOKS_DIR/<phase>.d/ in name order in one child chain, with the given
 * environment ("KEY=value", validated by the caller). hooks_wanted: whether there are any.
 * time_limit_ns is each hook's own. The child's exit status is 0 where all ended with 0; its output
 * is one line for each that did not: "10-foo: exit status 3".
 */
bool hooks_wanted(const char *phase);
int hooks_start(struct loop *loop, struct child *child, const char *phase, char *const envp[],
		uint64_t time_limit_ns, child_done_fn *done, void *arg, struct err *err);

#endif
