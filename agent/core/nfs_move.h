/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of an NFS export that moves, by the thread that the kernel has for its server. */
#ifndef NETROOT_CORE_NFS_MOVE_H
#define NETROOT_CORE_NFS_MOVE_H

#include "core/say.h"

#define NFS_MOVE_TEXT_MAX 320
#define NFS_MOVE_COMM_MAX 16 /* TASK_COMM_LEN: a thread's name, cut at that, with its end */

struct nfs_move_said {
	enum say_weight say;
	char text[NFS_MOVE_TEXT_MAX];
};

/* comm: of the thread that asked for Kerberos' module and was told that there is none. */
void nfs_move_tell(const char *comm, struct nfs_move_said *ret);

#endif
