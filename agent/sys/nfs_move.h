/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps the kernel's NFS client from waiting for itself. Where a server says that an export
 * has moved, the thread that looks after the mount tries Kerberos with the new server first, and
 * has modprobe executed for it: from a root that has moved itself, by a path that leads nowhere
 * until that thread goes on. It is told at once that there is no such module, and takes AUTH_SYS.
 * Whoever else asks, a mount with sec=krb5 of the booted system, gets what there is.
 */
#ifndef NETROOT_SYS_NFS_MOVE_H
#define NETROOT_SYS_NFS_MOVE_H

#include <stdbool.h>

#include "core/err.h"
#include "core/nfs_move.h"

/* Once, before the confinement, for as long as this process is there: a descriptor that is readable
 * when it has happened, or negative errno. */
int nfs_move_open(struct err *err);
/* After that: where a server has the export now, the kernel's connections come from a port below
 * 1024, as those of the mount did, and sunrpc forgets there. Stays when this process ends. */
int nfs_move_ports(struct err *err);
/* The name of the thread that was told so; false: no more of them. No system call. */
bool nfs_move_next(char ret[static NFS_MOVE_COMM_MAX]);

#endif
