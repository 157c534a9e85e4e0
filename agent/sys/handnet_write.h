/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes what core/handnet has to say. */
#ifndef NETROOT_SYS_HANDNET_WRITE_H
#define NETROOT_SYS_HANDNET_WRITE_H

#include <stdbool.h>

#include "core/err.h"
#include "core/handnet.h"

/*
 * All files below /run, each whole or not at all; directories are made as needed. /run is in
 * memory: nothing here waits for a server. Goes on after a file that fails: returns 0, or -errno of
 * the first with err naming it.
 */
int handnet_write(const struct hand_input *in, struct err *err);
/*
 * The resolv.conf for the new root, mounted at sysroot: its /etc/resolv.conf where that is missing
 * or empty and the root is mounted read-write (root_writable). Where it is a link into nothing
 * below /run, what it points to is made there, whether the root can be written or not: that is our
 * own /run, not yet moved. Never touches what has content. Blocks on a dead server: only in a
 * child. *ret_done, where not NULL: what was written, as a path of the new root, or "". 0, or
 * -errno with err.
 */
#define HANDNET_PATH_MAX 256
int handnet_write_root(const struct dnsconf *dns, const char *sysroot, bool root_writable,
		       char ret_done[static HANDNET_PATH_MAX], struct err *err);

#endif
