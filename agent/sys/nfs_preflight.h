/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conversation behind nfs_preflight(). Apart from sys/nfs_attach.h because libnfs' headers,
 * which it needs, have an nfs_mount of their own. */
#ifndef NETROOT_SYS_NFS_PREFLIGHT_H
#define NETROOT_SYS_NFS_PREFLIGHT_H

#include "core/nfs.h"

/* Of a server whose address is known. Blocks up to limit_ns; once per process. */
void nfs_ask_all(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		 struct nfs_findings *ret);

#endif
