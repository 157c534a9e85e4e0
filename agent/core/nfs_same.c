/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 5531 (RPC), RFC 1813 (NFS 3), RFC 7530 (NFS 4.0) in the few words that are needed. */
#include "core/nfs_same.h"

#define LAST_FRAGMENT 0x80000000u
#define CALL 0
#define REPLY 1
#define RPC_VERSION 2
#define NFS_PROGRAM 100003
#define AUTH_NONE 0
#define AUTH_SYS 1
#define PROC_NULL 0
#define PROC_GETATTR 1 /* of version 3; in 4 it is COMPOUND */
#define OP_GETATTR 9
#define OP_PUTFH 22
#define ATTR_TYPE 2 /* as a bit */
#define AUTH_BODY_MAX 400

#define STATUS_OK 0
#define STATUS_DELAY 10008 /* JUKEBOX in version 3 */
#define STATUS_GRACE 10013
#define STATUS_MINOR_MISMATCH 10021

static void put_opaque(struct writer *w, const void *bytes, uint32_t len)
{
	write_be32(w, len);
	write_bytes(w, bytes, len);
	write_zero(w, -len & 3u);
}

/* uid 0, as the kernel asks for the root's files. */
static void put_credentials(struct writer *w)
{
	write_be32(w, AUTH_SYS);
	write_be32(w, 20);
	write_zero(w, 20); /* stamp, no machine name, uid, gid, no more groups */
	write_be32(w, AUTH_NONE);
	write_be32(w, 0);
}

static void put_arguments(struct writer *w, uint8_t version, const struct nfs_handle *handle)
{
	if (version == 3) {
		put_opaque(w, handle->bytes, handle->len);
		return;
	}
	write_be32(w, 0); /* tag */
	write_be32(w, 0); /* minor version: the others want a session first */
	write_be32(w, 2);
	write_be32(w, OP_PUTFH);
	put_opaque(w, handle->bytes, handle->len);
	write_be32(w, OP_GETATTR);
	write_be32(w, 1);
	write_be32(w, ATTR_TYPE);
}

size_t nfs_same_write(uint8_t version, const struct nfs_handle *handle, uint32_t xid,
		      uint8_t dst[static NFS_SAME_CALL_MAX])
{
	struct writer w = writer_of(dst, NFS_SAME_CALL_MAX), mark = writer_of(dst, 4);

	write_zero(&w, 4);
	write_be32(&w, xid);
	write_be32(&w, CALL);
	write_be32(&w, RPC_VERSION);
	write_be32(&w, NFS_PROGRAM);
	write_be32(&w, version);
	write_be32(&w, handle->len ? PROC_GETATTR : PROC_NULL);
	put_credentials(&w);
	if (handle->len)
		put_arguments(&w, version, handle);
	write_be32(&mark, LAST_FRAGMENT | (uint32_t)(writer_len(&w) - 4));
	return w.full ? 0 : writer_len(&w);
}

static enum nfs_same same_of(uint32_t status)
{
	switch (status) {
	case STATUS_OK:
	case STATUS_MINOR_MISMATCH: /* it has no 4.0 to be asked by, and is an NFS server */
		return NFS_SAME_YES;
	case STATUS_DELAY:
	case STATUS_GRACE:
		return NFS_SAME_NOT_READY;
	default:
		return NFS_SAME_NO;
	}
}

enum nfs_same nfs_same_read(const struct nfs_handle *handle, uint32_t xid, const uint8_t *bytes,
			    size_t len, uint32_t *ret_code)
{
	struct reader r = reader_of(bytes, len);
	uint32_t got_xid, type, turned_down, len_verifier, accepted, status = STATUS_OK;
	enum nfs_same same;

	*ret_code = 0;
	(void)read_be32(&r); /* record mark */
	got_xid = read_be32(&r);
	type = read_be32(&r);
	turned_down = read_be32(&r);
	if (!r.bad && (got_xid != xid || type != REPLY || turned_down))
		return NFS_SAME_NO;
	(void)read_be32(&r); /* kind of verifier */
	len_verifier = read_be32(&r);
	if (len_verifier > AUTH_BODY_MAX)
		return NFS_SAME_NO;
	(void)read_bytes(&r, len_verifier + (-len_verifier & 3u));
	accepted = read_be32(&r);
	if (!r.bad && accepted)
		return NFS_SAME_NO;
	if (handle->len)
		status = read_be32(&r);
	if (r.bad)
		return len < NFS_SAME_REPLY_MAX ? NFS_SAME_MORE : NFS_SAME_NO;
	same = same_of(status);
	if (same == NFS_SAME_NO)
		*ret_code = status;
	return same;
}
