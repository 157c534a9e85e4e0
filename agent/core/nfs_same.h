/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an NFS server has the file system that is mounted: one RPC call (RFC 5531) for the root's
 * file handle, which no other file system's server knows; where there is no 4.0, three more, which
 * make a session (RFC 8881 2.10) and ask in it. In place of libnfs where nothing may be allocated.
 */
#ifndef NETROOT_CORE_NFS_SAME_H
#define NETROOT_CORE_NFS_SAME_H

#include "core/nfs.h"
#include "core/nfs_session.h"

#define NFS_SAME_CALL_MAX 320
#define NFS_SAME_REPLY_MAX 512 /* that is looked at */

enum nfs_same {
	NFS_SAME_MORE, /* of the reply is to come */
	NFS_SAME_YES,
	NFS_SAME_NO, /* *ret_code: the NFS status; 0: not by one */
	NFS_SAME_NOT_READY, /* in its grace period, or the like */
	NFS_SAME_ASK_ON, /* the next call, over another connection or this one */
};

enum nfs_same_call { NFS_SAME_FIRST, NFS_SAME_EXCHANGE, NFS_SAME_CREATE, NFS_SAME_SESSION };

/* Where it stands with one server; zeroed but for these two at the beginning. */
struct nfs_same_ask {
	uint32_t xid; /* another one for each call */
	uint64_t client; /* a random one; of the server's in its place after EXCHANGE */
	enum nfs_same_call call;
	uint32_t sequence;
	uint8_t session[NFS_SESSION_ID_LEN];
};

/* The call, record mark in front: GETATTR of version 3, PUTFH and GETATTR of 4.0. Without a handle
 * the NULL procedure: whether there is a server at all. */
size_t nfs_same_write(uint8_t version, const struct nfs_handle *handle,
		      const struct nfs_same_ask *ask, uint8_t dst[static NFS_SAME_CALL_MAX]);
/* The reply from its beginning, as far as it has come. A server with which no session can be made
 * is believed. */
enum nfs_same nfs_same_read(uint8_t version, const struct nfs_handle *handle,
			    struct nfs_same_ask *ask, const uint8_t *bytes, size_t len,
			    uint32_t *ret_code);

#endif
