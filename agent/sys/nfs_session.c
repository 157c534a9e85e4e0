/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libnfs writes and reads a COMPOUND by one function each, of which the linker makes ours (--wrap
 * in the Makefile): so its calls carry operations that it has no types for.
 */
#include "sys/nfs_session.h"

#include <string.h>
#include <sys/auxv.h>

#include "sys/loop.h"

/* RFC 8881 16.1 */
#define EXCHANGE_ID 42
#define CREATE_SESSION 43
#define DESTROY_SESSION 44
#define SEQUENCE 53
#define DESTROY_CLIENTID 57

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
	char id[16];
} heard;

/* --- writing --- */

uint32_t __real_zdr_COMPOUND4args(ZDR *zdr, COMPOUND4args *args);
uint32_t __wrap_zdr_COMPOUND4args(ZDR *zdr, COMPOUND4args *args);
uint32_t __wrap_zdr_COMPOUND4res(ZDR *zdr, COMPOUND4res *res);

static bool put(ZDR *zdr, uint32_t value)
{
	return zdr_uint32_t(zdr, &value);
}

static bool put_all(ZDR *zdr, const uint32_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!put(zdr, values[i]))
			return false;
	return true;
}

static bool put_client(ZDR *zdr, const struct nfs_session *s)
{
	uint64_t client = s->client;

	return zdr_uint64_t(zdr, &client);
}

static bool put_id(ZDR *zdr, const struct nfs_session *s)
{
	char id[sizeof(s->id)];

	memcpy(id, s->id, sizeof(id));
	return zdr_opaque(zdr, id, sizeof(id));
}

/* A client of its own each time: for the kernel's, or for that of another question to the same
 * server, it would end the other one's session. The kernel has given each program 16 random bytes;
 * no call for more is open to this child. */
static bool put_exchange_id(ZDR *zdr)
{
	static const uint32_t rest[] = { 0, 0, 0 }; /* flags, SP4_NONE, no implementation */
	struct {
		char what[8];
		uint8_t random[16];
		uint64_t verifier;
	} owner = { .what = "netroot ", .verifier = clock_now_ns() };
	const void *random = (const void *)getauxval(AT_RANDOM);
	char *bytes = (char *)&owner;
	u_int len = sizeof(owner);

	if (random)
		memcpy(owner.random, random, sizeof(owner.random));
	return zdr_uint64_t(zdr, &owner.verifier) && zdr_bytes(zdr, &bytes, &len, len) &&
	       put_all(zdr, rest, 3);
}

static bool put_create_session(ZDR *zdr, const struct nfs_session *s)
{
	/* flags; of each channel: padding, request, reply, cached reply, operations, requests, no
	 * RDMA. The server never calls, but refuses a session in which it could not. */
	static const uint32_t text[] = { 0, 0, CALL_MAX, REPLY_MAX, 0, OPS_MAX, NFS_SLOTS_MAX, 0, 0,
					 4096, 4096, 0, 2, 1, 0,
					 /* program, one kind of credentials: none */
					 0x40000000, 1, 0 };

	return put_client(zdr, s) && put(zdr, s->sequence) &&
	       put_all(zdr, text, sizeof(text) / sizeof(text[0]));
}

static bool put_sequence(ZDR *zdr, const struct call *call)
{
	const struct nfs_session *s = call->session;

	return put_id(zdr, s) && put(zdr, s->slots[call->slot]) && put(zdr, call->slot) &&
	       put(zdr, s->n_slots - 1) && put(zdr, 0);
}

static bool put_op(ZDR *zdr, const struct call *call)
{
	if (!put(zdr, call->op))
		return false;
	switch (call->op) {
	case EXCHANGE_ID:
		return put_exchange_id(zdr);
	case CREATE_SESSION:
		return put_create_session(zdr, call->session);
	case DESTROY_SESSION:
		return put_id(zdr, call->session);
	case DESTROY_CLIENTID:
		return put_client(zdr, call->session);
	default:
		return put_sequence(zdr, call);
	}
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

static bool get_skip(ZDR *zdr, unsigned int n)
{
	uint32_t value;

	while (n && zdr_uint32_t(zdr, &value))
		n--;
	return !n;
}

/* What an operation of sessions brought; what stands behind it is another operation only for
 * SEQUENCE, so the others need not be read to their ends. */
static bool get_op(ZDR *zdr, uint32_t op)
{
	uint32_t status;

	if (!zdr_uint32_t(zdr, &status))
		return false;
	if (status != NFS4_OK)
		return true;
	switch (op) {
	case EXCHANGE_ID:
		heard.op = op;
		return zdr_uint64_t(zdr, &heard.client) && zdr_uint32_t(zdr, &heard.sequence);
	case CREATE_SESSION:
		heard.op = op;
		return zdr_opaque(zdr, heard.id, sizeof(heard.id)) && get_skip(zdr, 2 + 5) &&
		       zdr_uint32_t(zdr, &heard.n_slots);
	case SEQUENCE:
		return get_skip(zdr, 4 + 5);
	default:
		return true;
	}
}

static bool is_of_sessions(uint32_t op)
{
	return op == EXCHANGE_ID || op == CREATE_SESSION || op == DESTROY_SESSION ||
	       op == SEQUENCE || op == DESTROY_CLIENTID;
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
		n = op == SEQUENCE ? n - 1 : 0;
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
	return send_op(s, EXCHANGE_ID, rpc, cb, arg);
}

bool nfs_session_exchanged(struct nfs_session *s, const COMPOUND4res *res)
{
	if (res->status != NFS4_OK || heard.op != EXCHANGE_ID)
		return false;
	s->client = heard.client;
	s->sequence = heard.sequence;
	return true;
}

int nfs_session_create(struct nfs_session *s, struct rpc_context *rpc, rpc_cb cb, void *arg)
{
	return send_op(s, CREATE_SESSION, rpc, cb, arg);
}

bool nfs_session_created(struct nfs_session *s, const COMPOUND4res *res)
{
	if (res->status != NFS4_OK || heard.op != CREATE_SESSION || !heard.n_slots)
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
		end_one(s, DESTROY_SESSION, link, until_ns);
	if (s->client)
		end_one(s, DESTROY_CLIENTID, link, until_ns);
	*s = (struct nfs_session){ .minor = 0 };
}

/* --- what goes in it --- */

int nfs_compound(struct nfs_session *s, uint32_t slot, struct rpc_context *rpc, rpc_cb cb,
		 nfs_argop4 *ops, u_int n, void *arg)
{
	struct call call = { .op = SEQUENCE, .session = s, .slot = slot };

	call.args.argarray.argarray_len = n;
	call.args.argarray.argarray_val = ops;
	if (!s->minor)
		return rpc_nfs4_compound_async(rpc, cb, &call.args, arg);
	if (slot >= s->n_slots)
		return -1;
	s->slots[slot]++;
	return send_call(&call, rpc, cb, arg);
}
