/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two children of an NFS attach: the preflight through libnfs, and mount(2). */
#ifndef NETROOT_SYS_NFS_ATTACH_H
#define NETROOT_SYS_NFS_ATTACH_H

#include "core/nfs.h"
#include "sys/nfs_preflight.h"

/*
 * For the child that asks a server, once names are looked up: libnfs trusts what servers send. No
 * descriptor stays but 0 to 2 and out_fd, no capability but that for reserved source ports (and,
 * for a link-local server, to bind to its NIC), little memory, and of system calls those that TCP
 * takes.
 */
int nfs_confine(int out_fd, const struct plan_host *server, struct err *err);
/* Asks the server; blocks up to limit_ns, so only in a child. What is sought is looked for in
 * the export ("/sbin/init", links followed inside it). listener NULL: nobody wants to know before.
 */
int nfs_preflight(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		  const struct nfs_listener *listener, struct nfs_findings *ret, struct err *err);
/* The name of this client with servers, before the first mount. One that the command line gives
 * (nfs.nfs4_unique_id=) stays. */
void nfs_set_client_id(const char *id);
/* Mounts at dir the first try that works; blocks, so only in a child. *ret_used is the index. On
 * failure *ret_errno is mount(2)'s last. */
int nfs_mount(const struct nfs_try *tries, size_t n, const char *dir, bool read_only,
	      size_t *ret_used, int *ret_errno, struct err *err);

#endif
