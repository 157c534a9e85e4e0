/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 5531 (RPC), RFC 1813 (NFS 3), RFC 7530 (NFS 4.0), RFC 8881 (4.1) in the few words that are
 * needed. */
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
#define STATUS_BADSESSION 10052
#define STATUS_CONN_NOT_BOUND 10055

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

static void put_compound(struct writer *w, uint32_t minor, uint32_t n_ops)
{
	write_be32(w, 0); /* tag */
	write_be32(w, minor);
	write_be32(w, n_ops);
}

static void put_getattr(struct writer *w, const struct nfs_handle *handle)
{
	write_be32(w, OP_PUTFH);
	put_opaque(w, handle->bytes, handle->len);
	write_be32(w, OP_GETATTR);
	write_be32(w, 1);
	write_be32(w, ATTR_TYPE);
}

static void put_exchange(struct writer *w, uint64_t client)
{
	uint8_t owner[16];
	struct writer name = writer_of(owner, sizeof(owner));

	write_bytes(&name, "netroot ", 8);
	write_be64(&name, client);
	put_compound(w, 1, 1);
	write_be32(w, NFS_OP_EXCHANGE_ID);
	nfs_put_exchange_id(w, client, owner, sizeof(owner));
}

static void put_create(struct writer *w, const struct nfs_same_ask *ask)
{
	static const struct nfs_channel channel = { 4096, 4096, 4, 1 };

	put_compound(w, 1, 1);
	write_be32(w, NFS_OP_CREATE_SESSION);
	nfs_put_create_session(w, ask->client, ask->sequence, &channel, &channel);
}

/* The first of the only slot. */
static void put_sequence(struct writer *w, const struct nfs_same_ask *ask)
{
	write_be32(w, NFS_OP_SEQUENCE);
	nfs_put_sequence(w, ask->session, 1, 0, 0);
}

static void put_arguments(struct writer *w, uint8_t version, const struct nfs_handle *handle,
			  const struct nfs_same_ask *ask)
{
	if (version == 3) {
		put_opaque(w, handle->bytes, handle->len);
		return;
	}
	switch (ask->call) {
	case NFS_SAME_FIRST:
		put_compound(w, 0, 2);
		put_getattr(w, handle);
		break;
	case NFS_SAME_EXCHANGE:
		put_exchange(w, ask->client);
		break;
	case NFS_SAME_CREATE:
		put_create(w, ask);
		break;
	case NFS_SAME_SESSION:
		put_compound(w, 1, 3);
		put_sequence(w, ask);
		put_getattr(w, handle);
		break;
	}
}

size_t nfs_same_write(uint8_t version, const struct nfs_handle *handle,
		      const struct nfs_same_ask *ask, uint8_t dst[static NFS_SAME_CALL_MAX])
{
	struct writer w = writer_of(dst, NFS_SAME_CALL_MAX), mark = writer_of(dst, 4);

	write_zero(&w, 4);
	write_be32(&w, ask->xid);
	write_be32(&w, CALL);
	write_be32(&w, RPC_VERSION);
	write_be32(&w, NFS_PROGRAM);
	write_be32(&w, version);
	write_be32(&w, handle->len ? PROC_GETATTR : PROC_NULL);
	put_credentials(&w);
	if (handle->len)
		put_arguments(&w, version, handle, ask);
	write_be32(&mark, LAST_FRAGMENT | (uint32_t)(writer_len(&w) - 4));
	return w.full ? 0 : writer_len(&w);
}

/* --- the reply --- */

static enum nfs_same same_of(uint32_t status)
{
	switch (status) {
	case STATUS_OK:
		return NFS_SAME_YES;
	case STATUS_DELAY:
	case STATUS_GRACE:
		return NFS_SAME_NOT_READY;
	default:
		return NFS_SAME_NO;
	}
}

/* Past the tag and the number of operations, to what the first one of them, which this is, brings.
 */
static bool skip_to_result(struct reader *r, uint32_t op)
{
	uint32_t len = read_be32(r);

	if (len > NFS_SAME_REPLY_MAX)
		return false;
	(void)read_bytes(r, len + (-len & 3u));
	(void)read_be32(r);
	return read_be32(r) == op && read_be32(r) == STATUS_OK;
}

/* What a session is made of is kept when all of it is there. */
static enum nfs_same take_step(struct nfs_same_ask *ask, struct reader *r, uint32_t status)
{
	bool exchange = ask->call == NFS_SAME_EXCHANGE;
	struct nfs_same_ask next = *ask;

	if (!r->bad && status != STATUS_OK)
		return same_of(status) == NFS_SAME_NOT_READY ? NFS_SAME_NOT_READY : NFS_SAME_YES;
	if (!skip_to_result(r, exchange ? NFS_OP_EXCHANGE_ID : NFS_OP_CREATE_SESSION) && !r->bad)
		return NFS_SAME_NO;
	if (exchange) {
		nfs_get_exchange_id(r, &next.client, &next.sequence);
		next.call = NFS_SAME_CREATE;
	} else {
		nfs_get_create_session(r, next.session);
		next.call = NFS_SAME_SESSION;
	}
	if (!r->bad)
		*ask = next;
	return NFS_SAME_ASK_ON;
}

static enum nfs_same take_status(uint8_t version, struct nfs_same_ask *ask, struct reader *r)
{
	uint32_t status = read_be32(r);

	if (version == 3)
		return same_of(status);
	switch (ask->call) {
	case NFS_SAME_FIRST:
		if (r->bad || status != STATUS_MINOR_MISMATCH)
			return same_of(status);
		ask->call = NFS_SAME_EXCHANGE;
		return NFS_SAME_ASK_ON;
	case NFS_SAME_EXCHANGE:
	case NFS_SAME_CREATE:
		return take_step(ask, r, status);
	case NFS_SAME_SESSION:
		break;
	}
	return status == STATUS_BADSESSION || status == STATUS_CONN_NOT_BOUND ? NFS_SAME_YES
									      : same_of(status);
}

enum nfs_same nfs_same_read(uint8_t version, const struct nfs_handle *handle,
			    struct nfs_same_ask *ask, const uint8_t *bytes, size_t len,
			    uint32_t *ret_code)
{
	struct reader r = reader_of(bytes, len), status;
	uint32_t got_xid, type, turned_down, len_verifier, accepted;
	enum nfs_same same = NFS_SAME_YES;

	*ret_code = 0;
	(void)read_be32(&r); /* record mark */
	got_xid = read_be32(&r);
	type = read_be32(&r);
	turned_down = read_be32(&r);
	if (!r.bad && (got_xid != ask->xid || type != REPLY || turned_down))
		return NFS_SAME_NO;
	(void)read_be32(&r); /* kind of verifier */
	len_verifier = read_be32(&r);
	if (len_verifier > AUTH_BODY_MAX)
		return NFS_SAME_NO;
	(void)read_bytes(&r, len_verifier + (-len_verifier & 3u));
	accepted = read_be32(&r);
	if (!r.bad && accepted)
		return NFS_SAME_NO;
	status = r;
	if (handle->len)
		same = take_status(version, ask, &r);
	if (r.bad)
		return len < NFS_SAME_REPLY_MAX ? NFS_SAME_MORE : NFS_SAME_NO;
	if (same == NFS_SAME_NO)
		*ret_code = read_be32(&status);
	return same;
}
