/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operations by which a session of NFS 4.1 or later is made, and SEQUENCE, which each COMPOUND
 * in it begins with (RFC 8881 18.35, 18.36, 18.46): their arguments and results as XDR, without
 * what stands around them. For core/nfs_same, which writes its calls itself, and sys/nfs_session,
 * whose libnfs knows none of them.
 */
#ifndef NETROOT_CORE_NFS_SESSION_H
#define NETROOT_CORE_NFS_SESSION_H

#include "core/bytes.h"

#define NFS_OP_EXCHANGE_ID 42
#define NFS_OP_CREATE_SESSION 43
#define NFS_OP_DESTROY_SESSION 44
#define NFS_OP_SEQUENCE 53
#define NFS_OP_DESTROY_CLIENTID 57

#define NFS_SESSION_ID_LEN 16
#define NFS_SESSION_ARGS_MAX 128 /* the longest of these arguments, for an owner of 32 bytes */

/* Bytes of a request and a reply, operations in one, requests at a time. */
struct nfs_channel {
	uint32_t request, reply, ops, slots;
};

/* owner: len bytes of it, a multiple of four. */
void nfs_put_exchange_id(struct writer *w, uint64_t verifier, const void *owner, uint32_t len);
/* back: the server refuses a session without, even where it never calls. */
void nfs_put_create_session(struct writer *w, uint64_t client, uint32_t sequence,
			    const struct nfs_channel *fore, const struct nfs_channel *back);
/* The next one of a slot; no reply is to be kept. */
void nfs_put_sequence(struct writer *w, const uint8_t id[static NFS_SESSION_ID_LEN],
		      uint32_t sequence, uint32_t slot, uint32_t highest);

/* Of results that are NFS4_OK, behind that status; what follows is left. r->bad: not all is there.
 */
void nfs_get_exchange_id(struct reader *r, uint64_t *ret_client, uint32_t *ret_sequence);
void nfs_get_create_session(struct reader *r, uint8_t ret_id[static NFS_SESSION_ID_LEN]);
/* Behind that: how many slots the server has for it. */
uint32_t nfs_get_slots(struct reader *r);
/* Of which nothing is kept. */
void nfs_skip_sequence(struct reader *r);

#endif
