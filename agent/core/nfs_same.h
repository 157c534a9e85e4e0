/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether an NFS server has the file system that is mounted: one RPC call (RFC 5531) for the root's
 * file handle, which no other file system's server knows. In place of libnfs where nothing may be
 * allocated.
 */
#ifndef NETROOT_CORE_NFS_SAME_H
#define NETROOT_CORE_NFS_SAME_H

#include "core/nfs.h"

#define NFS_SAME_CALL_MAX 256
#define NFS_SAME_REPLY_MAX 512 /* that is looked at */

enum nfs_same {
	NFS_SAME_MORE, /* of the reply is to come */
	NFS_SAME_YES,
	NFS_SAME_NO, /* *ret_code: the NFS status; 0: not by one */
	NFS_SAME_NOT_READY, /* in its grace period, or the like */
};

/* The call, record mark in front: GETATTR of version 3, PUTFH and GETATTR of 4.0. Without a handle
 * the NULL procedure: whether there is a server at all. */
size_t nfs_same_write(uint8_t version, const struct nfs_handle *handle, uint32_t xid,
		      uint8_t dst[static NFS_SAME_CALL_MAX]);
/* The reply from its beginning, as far as it has come. */
enum nfs_same nfs_same_read(const struct nfs_handle *handle, uint32_t xid, const uint8_t *bytes,
			    size_t len, uint32_t *ret_code);

#endif
