/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of an NFS mount as people write them: which the kernel's client knows (fs/nfs/
 * fs_context.c), which exclude each other or the version, which come to nothing before the root is
 * there. They are passed through all the same: the kernel in the initrd has the last word.
 */
#ifndef NETROOT_CORE_NFS_OPTIONS_H
#define NETROOT_CORE_NFS_OPTIONS_H

#include "core/plan.h"

typedef void nfs_remark_fn(void *arg, enum note_kind kind, const char *text);

/* Calls remark for everything worth knowing, each text printable and without line end. */
void nfs_options_check(const struct plan_nfs *nfs, nfs_remark_fn *remark, void *arg);
/* The transport is UDP: by its own word or by proto=, the last one counts. */
bool nfs_options_udp(struct span options);
/* The first that no kernel is known to have; len 0: there is none. */
struct span nfs_options_unknown(struct span options);
/* The last value of name=; p NULL: it is not there. A bare name has the value {"", 0}. */
struct span nfs_option(struct span options, const char *name);

#endif
