/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libnfs writes and reads a COMPOUND by one function each, of which the linker makes ours (--wrap
 * in the Makefile): so its calls carry operations that it has no types for.
 */
#include "sys/nfs_session.h"

#include <string.h>
#include <sys/auxv.h>

#include "sys/loop.h"

#define RESULTS_MAX 64 /* more operations than any COMPOUND here has */
/* Of a reply: 16 KiB of a file (sys/fetch_nfs) and what stands around it. */
#define REPLY_MAX 32768
#define CALL_MAX 8192
#define OPS_MAX 64

/* A COMPOUND of ours, for the writer: one operation of a session first, then those of libnfs. */
struct call {
	COMPOUND4args args; /* first: the writer is given this */
	uint32_t op;
	const struct nfs_session *session;
	uint32_t slot;
};

/* What the last reply that was read had of a session. */
static struct {
	uint32_t op;
	uint64_t client;
	uint32_t sequence, n_slots;
	uint8_t id[NFS_SESSION_ID_LEN];
} heard;

/* --- writing --- */

uint32_t __real_zdr_COMPOUND4args(ZDR *zdr, COMPOUND4args *args);
uint32_t __wrap_zdr_COMPOUND4args(ZDR *zdr, COMPOUND4args *args);
uint32_t __wrap_zdr_COMPOUND4res(ZDR *zdr, COMPOUND4res *res);

static bool put(ZDR *zdr, uint32_t value)
{
	return zdr_uint32_t(zdr, &value);
}

/* A client of its own each time: for the kernel's, or for that of another question to the same
 * server, it would end the other one's session. The kernel has given each program 16 random bytes;
 * no call for more is open to this child. */
static void put_exchange_id(struct writer *w)
{
	struct {
		char what[8];
		uint8_t random[16];
		uint64_t verifier;
	} owner = { .what = "netroot ", .verifier = clock_now_ns() };
	const void *random = (const void *)getauxval(AT_RANDOM);

	if (random)
		memcpy(owner.random, random, sizeof(owner.random));
	nfs_put_exchange_id(w, owner.verifier, &owner, sizeof(owner));
}

static void put_args(struct writer *w, const struct call *call)
{
	static const struct nfs_channel fore = { CALL_MAX, REPLY_MAX, OPS_MAX, NFS_SLOTS_MAX },
					back = { 4096, 4096, 2, 1 };
	const struct nfs_session *s = call->session;

	switch (call->op) {
	case NFS_OP_EXCHANGE_ID:
		put_exchange_id(w);
		break;
	case NFS_OP_CREATE_SESSION:
		nfs_put_create_session(w, s->client, s->sequence, &fore, &back);
		break;
	case NFS_OP_DESTROY_SESSION:
		write_bytes(w, s->id, sizeof(s->id));
		break;
	case NFS_OP_DESTROY_CLIENTID:
		write_be64(w, s->client);
		break;
	default:
		nfs_put_sequence(w, s->id, s->slots[call->slot], call->slot, s->n_slots - 1);
		break;
	}
}

static bool put_op(ZDR *zdr, const struct call *call)
{
	uint8_t args[NFS_SESSION_ARGS_MAX];
	struct writer w = writer_of(args, sizeof(args));

	put_args(&w, call);
	return !w.full && put(zdr, call->op) &&
	       zdr_opaque(zdr, (char *)args, (uint32_t)writer_len(&w));
}

static const struct call *writing;

uint32_t __wrap_zdr_COMPOUND4args(ZDR *zdr, COMPOUND4args *args)
{
	const struct call *call = writing;
	u_int n = args->argarray.argarray_len;

	if (!call)
		return __real_zdr_COMPOUND4args(zdr, args);
	if (!put(zdr, 0) || !put(zdr, args->minorversion) || !put(zdr, n + 1) || !put_op(zdr, call))
		return 0;
	for (u_int i = 0; i < n; i++)
		if (!zdr_nfs_argop4(zdr, &args->argarray.argarray_val[i]))
			return 0;
	return 1;
}

static int send_call(struct call *call, struct rpc_context *rpc, rpc_cb cb, void *arg)
{
	int rc;

	call->args.minorversion = call->session->minor;
	writing = call;
	rc = rpc_nfs4_compound_async(rpc, cb, &call->args, arg);
	writing = NULL;
	return rc;
}

/* --- reading --- */

/* What an operation of sessions brought; what stands behind it is another operation only for
 * SEQUENCE, so the others need not be read to their ends. */
static bool get_op(ZDR *zdr, uint32_t op)
{
	struct reader r = reader_of(zdr->buf + zdr->pos, (size_t)(zdr->size - zdr->pos));

	if (read_be32(&r) == NFS4_OK)
		switch (op) {
		case NFS_OP_EXCHANGE_ID:
			nfs_get_exchange_id(&r, &heard.client, &heard.sequence);
			heard.op = op;
			break;
		case NFS_OP_CREATE_SESSION:
			nfs_get_create_session(&r, heard.id);
			heard.n_slots = nfs_get_slots(&r);
			heard.op = op;
			break;
		case NFS_OP_SEQUENCE:
			nfs_skip_sequence(&r);
			break;
		default:
			break;
		}
	return !r.bad && zdr_setpos(zdr, (uint32_t)(zdr->size - (int)reader_left(&r)));
}

static bool is_of_sessions(uint32_t op)
{
	return op == NFS_OP_EXCHANGE_ID || op == NFS_OP_CREATE_SESSION ||
	       op == NFS_OP_DESTROY_SESSION || op == NFS_OP_SEQUENCE ||
	       op == NFS_OP_DESTROY_CLIENTID;
}

/* Only the first one can be of sessions, which is left out of what is given back. */
uint32_t __wrap_zdr_COMPOUND4res(ZDR *zdr, COMPOUND4res *res)
{
	static nfs_resop4 ops[RESULTS_MAX];
	uint32_t n, op, at;

	heard.op = 0;
	memset(ops, 0, sizeof(ops));
	if (!zdr_uint32_t(zdr, &res->status) || !zdr_utf8str_cs(zdr, &res->tag) ||
	    !zdr_uint32_t(zdr, &n) || n > RESULTS_MAX)
		return 0;
	at = zdr_getpos(zdr);
	if (n && !zdr_uint32_t(zdr, &op))
		return 0;
	if (n && is_of_sessions(op)) {
		if (!get_op(zdr, op))
			return 0;
		n = op == NFS_OP_SEQUENCE ? n - 1 : 0;
	} else if (n) {
		zdr_setpos(zdr, at);
	}
	for (u_int i = 0; i < n; i++)
		if (!zdr_nfs_resop4(zdr, &ops[i]))
			return 0;
	res->resarray.resarray_len = n;
	res->resarray.resarray_val = ops;
	return 1;
}

/* --- the session --- */

static int send_op(struct nfs_session *s, uint32_t op, struct rpc_context *rpc, rpc_cb cb,
		   void *arg)
{
	struct call call = { .op = op, .session = s };

	return send_call(&call, rpc, cb, arg);
}

int nfs_session_exchange(struct nfs_session *s, uint32_t minor, struct rpc_context *rpc, rpc_cb cb,
			 void *arg)
{
	*s = (struct nfs_session){ .minor = minor };
	return send_op(s, NFS_OP_EXCHANGE_ID, rpc, cb, arg);
}

bool nfs_session_exchanged(struct nfs_session *s, const COMPOUND4res *res)
{
	if (res->status != NFS4_OK || heard.op != NFS_OP_EXCHANGE_ID)
		return false;
	s->client = heard.client;
	s->sequence = heard.sequence;
	return true;
}

int nfs_session_create(struct nfs_session *s, struct rpc_context *rpc, rpc_cb cb, void *arg)
{
	return send_op(s, NFS_OP_CREATE_SESSION, rpc, cb, arg);
}

bool nfs_session_created(struct nfs_session *s, const COMPOUND4res *res)
{
	if (res->status != NFS4_OK || heard.op != NFS_OP_CREATE_SESSION || !heard.n_slots)
		return false;
	memcpy(s->id, heard.id, sizeof(s->id));
	s->n_slots = heard.n_slots < NFS_SLOTS_MAX ? heard.n_slots : NFS_SLOTS_MAX;
	return true;
}

static void ended(struct rpc_context *rpc, int status, void *data, void *arg)
{
	bool *over = arg;

	(void)rpc;
	(void)status;
	(void)data;
	*over = true;
}

static void end_one(struct nfs_session *s, uint32_t op, struct rpc_link *link, uint64_t until_ns)
{
	static bool over; /* the call may be called back when the link is closed */

	over = false;
	if (link->state != RPC_LINK_UP || send_op(s, op, link->rpc, ended, &over) != 0)
		return;
	while (!over && link->state == RPC_LINK_UP && clock_now_ns() < until_ns)
		rpc_links_turn(&link, 1, until_ns);
}

void nfs_session_end(struct nfs_session *s, struct rpc_link *link, uint64_t until_ns)
{
	if (s->n_slots)
		end_one(s, NFS_OP_DESTROY_SESSION, link, until_ns);
	if (s->client)
		end_one(s, NFS_OP_DESTROY_CLIENTID, link, until_ns);
	*s = (struct nfs_session){ .minor = 0 };
}

/* --- what goes in it --- */

int nfs_compound(struct nfs_session *s, uint32_t slot, struct rpc_context *rpc, rpc_cb cb,
		 nfs_argop4 *ops, u_int n, void *arg)
{
	struct call call = { .op = NFS_OP_SEQUENCE, .session = s, .slot = slot };

	call.args.argarray.argarray_len = n;
	call.args.argarray.argarray_val = ops;
	if (!s->minor)
		return rpc_nfs4_compound_async(rpc, cb, &call.args, arg);
	if (slot >= s->n_slots)
		return -1;
	s->slots[slot]++;
	return send_call(&call, rpc, cb, arg);
}
