/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The conversation behind nfs_preflight(). Apart from sys/nfs_attach.h because libnfs' headers,
 * which it needs, have an nfs_mount of their own. */
#ifndef NETROOT_SYS_NFS_PREFLIGHT_H
#define NETROOT_SYS_NFS_PREFLIGHT_H

#include "core/nfs.h"

/* Is told once, where the export is open to us, before what is sought has been looked for in it:
 * the findings so far say which mount it will be. */
struct nfs_listener {
	void (*open)(void *arg, const struct nfs_findings *so_far);
	void *arg;
};

/* Of a server whose address is known. Blocks up to limit_ns; once per process. */
void nfs_ask_all(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		 const struct nfs_listener *listener, struct nfs_findings *ret);

#endif
