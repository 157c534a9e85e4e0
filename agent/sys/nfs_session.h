/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * COMPOUNDs of any minor version. From 1 on each is the next one of a slot of a session (RFC 8881
 * 2.10), which libnfs 4.0.0 knows nothing of: it carries them, and the operations that make and end
 * the session are written and read here.
 */
#ifndef NETROOT_SYS_NFS_SESSION_H
#define NETROOT_SYS_NFS_SESSION_H

#include "core/nfs_session.h"
#include "sys/nfs_rpc.h"

#include <nfsc/libnfs-raw-nfs4.h>

#define NFS_SLOTS_MAX 10 /* COMPOUNDs under way at a time */

/* Zeroed: none, and all is by 4.0. */
struct nfs_session {
	uint32_t minor;
	uint64_t client;
	uint32_t sequence; /* of CREATE_SESSION */
	uint8_t id[NFS_SESSION_ID_LEN];
	uint32_t n_slots; /* 0: not made yet */
	uint32_t slots[NFS_SLOTS_MAX]; /* what each has had last */
};

/* The first and the second step to a session of that minor version; cb as of any COMPOUND. */
int nfs_session_exchange(struct nfs_session *s, uint32_t minor, struct rpc_context *rpc, rpc_cb cb,
			 void *arg);
int nfs_session_create(struct nfs_session *s, struct rpc_context *rpc, rpc_cb cb, void *arg);
/* For their callbacks: what the reply brought; false: no such thing. */
bool nfs_session_exchanged(struct nfs_session *s, const COMPOUND4res *res);
bool nfs_session_created(struct nfs_session *s, const COMPOUND4res *res);
/* Takes the session and the client away at the server, which otherwise keeps them for a lease's
 * time; waits for that, not beyond until_ns. */
void nfs_session_end(struct nfs_session *s, struct rpc_link *link, uint64_t until_ns);

/* These operations, by 4.0 or in the session. slot: counted from 0 among those that are sent
 * together; one whose slot the server does not have is not sent (-1). */
int nfs_compound(struct nfs_session *s, uint32_t slot, struct rpc_context *rpc, rpc_cb cb,
		 nfs_argop4 *ops, u_int n, void *arg);

#endif
