/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NFS version 4 (RFC 7530, RFC 8881): which minor versions there are, whether the export is reached
 * from the pseudo root, whether an init is in it. Minor versions 1 and 2 do nothing without a
 * session; a COMPOUND without operations tells whether they are there (RFC 8881 16.2.3: the minor
 * version is checked first). The walk itself goes by 4.0, which spares round trips, and by a
 * session where there is no 4.0.
 */
#include "sys/nfs_ask.h"

#include <string.h>

#include <nfsc/libnfs-raw-nfs4.h>

#include "sys/loop.h"

#define NAMES_MAX 32
#define OPS_MAX (NAMES_MAX + 4)
/* The mount waits no longer for a server to let go of a session. */
#define END_NS (500 * NS_PER_MS)

static uint32_t type_bits[1] = { 1u << FATTR4_TYPE };

static void add_getattr(nfs_argop4 *op)
{
	op->argop = OP_GETATTR;
	op->nfs_argop4_u.opgetattr.attr_request.bitmap4_len = 1;
	op->nfs_argop4_u.opgetattr.attr_request.bitmap4_val = type_bits;
}

static void add_lookup(nfs_argop4 *op, struct span name)
{
	op->argop = OP_LOOKUP;
	op->nfs_argop4_u.oplookup.objname.utf8string_len = (u_int)name.len;
	op->nfs_argop4_u.oplookup.objname.utf8string_val = (char *)name.p;
}

/* One reply of a COMPOUND's GETATTR for the type alone; 0 where it is anything else. */
static uint32_t type_of(const GETATTR4res *res)
{
	const fattr4 *attr = &res->GETATTR4res_u.resok4.obj_attributes;
	const uint8_t *v = (const uint8_t *)attr->attr_vals.attrlist4_val;

	if (res->status != NFS4_OK || attr->attrmask.bitmap4_len < 1 ||
	    !attr->attrmask.bitmap4_val || attr->attrmask.bitmap4_val[0] != type_bits[0] ||
	    attr->attr_vals.attrlist4_len < 4 || !v)
		return 0;
	return (uint32_t)v[0] << 24 | (uint32_t)v[1] << 16 | (uint32_t)v[2] << 8 | v[3];
}

/* All that is under way was sent together: what is pending counts the slots. */
static void send_ops(struct nfs_ask4 *ask, rpc_cb cb, nfs_argop4 *ops, u_int n, void *arg)
{
	if (nfs_compound(&ask->session, ask->n_pending, ask->link.rpc, cb, ops, n, arg) == 0)
		ask->n_pending++;
}

/* --- versions --- */

static void minor_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	const struct nfs_ask4_minor *minor = arg;
	enum nfs_answer *v4 = &minor->ask->asked->findings->v4[minor->minor];
	const COMPOUND4res *res = data;

	(void)rpc;
	minor->ask->n_pending--;
	switch (rpc_call_answer(status, data)) {
	case NFS_YES:
		*v4 = res->status == NFS4ERR_MINOR_VERS_MISMATCH ? NFS_NO : NFS_YES;
		break;
	case NFS_NO:
		*v4 = NFS_NO;
		break;
	case NFS_UNASKED:
		break;
	case NFS_NO_REPLY:
	case NFS_REFUSED_CONN:
	case NFS_UNREACHABLE:
	case NFS_DENIED:
	case NFS_NOT_FOUND:
	case NFS_NOT_DIR:
	case NFS_NO_INIT:
	case NFS_OTHER:
		*v4 = NFS_OTHER;
		break;
	}
}

static void ask_minor(struct nfs_ask4 *ask, int minor)
{
	COMPOUND4args args = { .minorversion = (uint32_t)minor };

	if (rpc_nfs4_compound_async(ask->link.rpc, minor_replied, &args, &ask->minors[minor]) == 0)
		ask->n_pending++;
}

/* --- a session --- */

static void created(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask4 *ask = arg;

	(void)rpc;
	ask->n_pending--;
	if (rpc_call_answer(status, data) == NFS_YES)
		(void)nfs_session_created(&ask->session, data);
}

static void exchanged(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask4 *ask = arg;

	(void)rpc;
	ask->n_pending--;
	if (rpc_call_answer(status, data) == NFS_YES)
		(void)nfs_session_exchanged(&ask->session, data);
}

/* Where there is no 4.0, by the highest that there is. */
static bool begin_session(struct nfs_ask4 *ask)
{
	const struct nfs_findings *f = ask->asked->findings;
	uint32_t minor = f->v4[2] == NFS_YES ? 2 : f->v4[1] == NFS_YES ? 1 : 0;

	if (f->v4[0] != NFS_NO || !minor ||
	    nfs_session_exchange(&ask->session, minor, ask->link.rpc, exchanged, ask) != 0)
		return false;
	ask->n_pending++;
	ask->step = ASK4_EXCHANGE;
	return true;
}

/* --- the export --- */

static void refuse_export(struct nfs_findings *f, enum nfs_answer answer, uint32_t code)
{
	f->v4_export = answer;
	f->v4_code = f->code = code;
}

/* The last two operations are GETATTR and GETFH of what the path names. */
static void take_export(struct nfs_ask4 *ask, const COMPOUND4res *res)
{
	struct nfs_findings *f = ask->asked->findings;
	u_int n = res->resarray.resarray_len;
	const nfs_resop4 *ops = res->resarray.resarray_val;
	const GETFH4res *fh;
	uint32_t type;

	f->v4_export = NFS_OTHER;
	if (n < 3 || !ops || ops[n - 1].resop != OP_GETFH || ops[n - 2].resop != OP_GETATTR)
		return;
	type = type_of(&ops[n - 2].nfs_resop4_u.opgetattr);
	fh = &ops[n - 1].nfs_resop4_u.opgetfh;
	if (type && type != NF4DIR) {
		refuse_export(f, NFS_NOT_DIR, NFS4ERR_NOTDIR);
		return;
	}
	if (fh->status == NFS4_OK &&
	    nfs_handle_keep(&ask->root, fh->GETFH4res_u.resok4.object.nfs_fh4_val,
			    fh->GETFH4res_u.resok4.object.nfs_fh4_len)) {
		f->v4_export = NFS_YES;
		f->v4_root = ask->root;
	}
}

static void export_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask4 *ask = arg;
	struct nfs_findings *f = ask->asked->findings;
	const COMPOUND4res *res = data;
	enum nfs_answer answer = rpc_call_answer(status, data);

	(void)rpc;
	ask->n_pending--;
	if (answer == NFS_NO || (answer == NFS_YES && res->status == NFS4ERR_MINOR_VERS_MISMATCH)) {
		f->v4[0] = NFS_NO;
		return;
	}
	if (answer == NFS_UNASKED)
		return;
	if (!ask->session.minor)
		f->v4[0] = answer == NFS_YES ? NFS_YES : NFS_OTHER;
	if (answer == NFS_DENIED)
		refuse_export(f, NFS_DENIED, NFS_CODE_AUTH);
	else if (answer != NFS_YES)
		f->v4_export = NFS_OTHER;
	else if (res->status == NFS4_OK)
		take_export(ask, res);
	else
		refuse_export(f, nfs_status_answer(res->status), res->status);
}

/* PUTROOTFH, the path, GETATTR, GETFH. */
static void ask_export(struct nfs_ask4 *ask)
{
	nfs_argop4 ops[OPS_MAX];
	struct span rest = span_of(ask->asked->root->nfs.path);
	u_int n = 0;

	memset(ops, 0, sizeof(ops));
	ops[n++].argop = OP_PUTROOTFH;
	while (rest.p && n < OPS_MAX - 2) {
		struct span name = span_cut(&rest, '/');

		if (span_eq(name, ".."))
			ops[n++].argop = OP_LOOKUPP;
		else if (name.len && !span_eq(name, "."))
			add_lookup(&ops[n++], name);
	}
	if (rest.p) {
		/* deeper than is asked in one go: left to the kernel */
		ask->asked->findings->v4_export = NFS_OTHER;
		return;
	}
	add_getattr(&ops[n++]);
	ops[n++].argop = OP_GETFH;
	send_ops(ask, export_replied, ops, n, ask);
}

/* --- the init --- */

static enum nfs_object object_of(uint32_t type)
{
	return type == NF4REG	? NFS_OBJECT_FILE
	       : type == NF4DIR ? NFS_OBJECT_DIR
	       : type == NF4LNK ? NFS_OBJECT_LINK
				: NFS_OBJECT_OTHER;
}

static void keep_link(struct nfs_looked *looked, const READLINK4res *res)
{
	const linktext4 *text = &res->READLINK4res_u.resok4.link;

	if (res->status != NFS4_OK || !text->utf8string_val ||
	    text->utf8string_len >= sizeof(looked->link))
		return;
	memcpy(looked->link, text->utf8string_val, text->utf8string_len);
	looked->found.link = (struct span){ looked->link, text->utf8string_len };
}

static void take_lookup(struct nfs_looked *looked, const COMPOUND4res *res)
{
	struct nfs_found *found = &looked->found;
	const nfs_resop4 *op = res->resarray.resarray_val;

	found->answer = nfs_status_answer(res->status);
	for (u_int i = 0; op && i < res->resarray.resarray_len; i++, op++) {
		if (op->resop == OP_GETFH && op->nfs_resop4_u.opgetfh.status == NFS4_OK) {
			const nfs_fh4 *fh = &op->nfs_resop4_u.opgetfh.GETFH4res_u.resok4.object;

			(void)nfs_handle_keep(&looked->handle, fh->nfs_fh4_val, fh->nfs_fh4_len);
		} else if (op->resop == OP_GETATTR) {
			uint32_t type = type_of(&op->nfs_resop4_u.opgetattr);

			/* what comes behind the type may fail: it is asked for files and links
			 * alike */
			found->answer = type && looked->handle.len ? NFS_YES : NFS_OTHER;
			found->object = object_of(type);
		} else if (op->resop == OP_ACCESS && op->nfs_resop4_u.opaccess.status == NFS4_OK) {
			const ACCESS4resok *ok = &op->nfs_resop4_u.opaccess.ACCESS4res_u.resok4;

			found->may_execute = (ok->access & ACCESS4_EXECUTE) ||
					     !(ok->supported & ACCESS4_EXECUTE);
		} else if (op->resop == OP_READLINK) {
			keep_link(looked, &op->nfs_resop4_u.opreadlink);
		}
	}
	found->code = res->status;
}

static void lookup_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask4_ahead *ahead = arg;

	(void)rpc;
	ahead->ask->n_pending--;
	if (rpc_call_answer(status, data) == NFS_YES)
		take_lookup(&ahead->looked, data);
}

/* To the last of n names, from the directory that the search has come to. */
static u_int add_way(struct nfs_ask4 *ask, nfs_argop4 *ops, const struct span *names, uint8_t n)
{
	struct nfs_handle *dir = &ask->in.handles[ask->in.search.walk.depth];
	u_int at = 0;

	ops[at].argop = OP_PUTFH;
	ops[at].nfs_argop4_u.opputfh.object.nfs_fh4_len = dir->len;
	ops[at++].nfs_argop4_u.opputfh.object.nfs_fh4_val = dir->bytes;
	for (uint8_t i = 0; i < n; i++)
		add_lookup(&ops[at++], names[i]);
	return at;
}

/* READLINK comes last, where it may fail (RFC 7530 16.25: INVAL). */
static void ask_name(struct nfs_ask4 *ask, const struct span *names, uint8_t n)
{
	struct nfs_ask4_ahead *ahead = &ask->ahead[n - 1];
	nfs_argop4 ops[NFS_AHEAD_MAX + 5];
	u_int at;

	memset(ops, 0, sizeof(ops));
	memset(ahead, 0, sizeof(*ahead));
	ahead->ask = ask;
	ahead->looked.found.answer = NFS_OTHER;
	at = add_way(ask, ops, names, n);
	ops[at++].argop = OP_GETFH;
	add_getattr(&ops[at++]);
	ops[at].argop = OP_ACCESS;
	ops[at++].nfs_argop4_u.opaccess.access = ACCESS4_EXECUTE;
	ops[at++].argop = OP_READLINK;
	send_ops(ask, lookup_replied, ops, at, ahead);
}

static void read_replied(struct rpc_context *rpc, int status, void *data, void *arg)
{
	struct nfs_ask4 *ask = arg;
	const COMPOUND4res *res = data;

	(void)rpc;
	ask->n_pending--;
	if (rpc_call_answer(status, data) == NFS_YES && res->status == NFS4ERR_GRACE)
		ask->asked->findings->grace = true;
}

/* A READ with the anonymous stateid, all zeros (RFC 7530 9.1.4.3): the one question about the grace
 * period for which a server need not know us. */
static void ask_grace(struct nfs_ask4 *ask, const struct span *names, uint8_t n)
{
	nfs_argop4 ops[NFS_AHEAD_MAX + 2];
	u_int at;

	memset(ops, 0, sizeof(ops));
	at = add_way(ask, ops, names, n);
	ops[at].argop = OP_READ;
	ops[at++].nfs_argop4_u.opread.count = 1;
	send_ops(ask, read_replied, ops, at, ask);
}

/* Not more than have slots, beside the question about the grace period. */
static uint8_t ahead_max(const struct nfs_ask4 *ask)
{
	if (!ask->session.minor || ask->session.n_slots > NFS_AHEAD_MAX)
		return NFS_AHEAD_MAX;
	return ask->session.n_slots > 1 ? (uint8_t)(ask->session.n_slots - 1) : 1;
}

/* One round trip up to the next link: each name by a COMPOUND of its own, all of them sent at once.
 * No COMPOUND could tell a link's target and what is behind a directory alike. */
static void ask_lookup(struct nfs_ask4 *ask)
{
	struct span names[NFS_AHEAD_MAX];

	ask->n_ahead = nfs_walk_ahead(&ask->in.search.walk, names, ahead_max(ask));
	for (uint8_t n = 1; n <= ask->n_ahead; n++)
		ask_name(ask, names, n);
	ask_grace(ask, names, ask->n_ahead);
}

static void end_search(struct nfs_ask4 *ask)
{
	struct nfs_findings *f = ask->asked->findings;
	const struct nfs_search *search = &ask->in.search;

	f->v4_init = search->result;
	if (nfs_is_refusal(search->result)) {
		f->code = search->code;
		memcpy(f->detail, search->detail, sizeof(f->detail));
	}
	ask->step = ASK4_END;
}

/* --- the whole --- */

void nfs_ask4_start(struct nfs_ask4 *ask, const struct nfs_asked *asked, uint64_t now_ns)
{
	ask->asked = asked;
	ask->step = ASK4_CONNECT;
	for (int i = 0; i < 3; i++)
		ask->minors[i] = (struct nfs_ask4_minor){ ask, i };
	rpc_link_open(&ask->link, &asked->root->server,
		      asked->wanted.port ? asked->wanted.port : NFS_PORT_DEFAULT, now_ns);
}

static void step_connect(struct nfs_ask4 *ask)
{
	struct nfs_findings *f = ask->asked->findings;

	if (ask->link.state == RPC_LINK_DOWN) {
		if (f->reach != NFS_YES)
			f->reach = ask->link.down;
		ask->step = ASK4_END;
	}
	if (ask->link.state != RPC_LINK_UP)
		return;
	f->reach = NFS_YES;
	for (int minor = 2; minor > 0; minor--)
		if (ask->asked->wanted.v4[minor])
			ask_minor(ask, minor);
	ask_export(ask);
	ask->step = ASK4_EXPORT;
}

static void step_export(struct nfs_ask4 *ask)
{
	if (ask->n_pending)
		return;
	if (ask->asked->findings->v4_export != NFS_YES) {
		if (ask->session.minor || !begin_session(ask))
			ask->step = ASK4_END;
		return;
	}
	nfs_ask_init_start(&ask->in, &ask->asked->sought, &ask->root);
	ask->step = ASK4_SEARCH;
	if (ask->in.search.result == NFS_UNASKED)
		ask_lookup(ask);
	else
		end_search(ask);
}

static void step_exchange(struct nfs_ask4 *ask)
{
	if (ask->n_pending)
		return;
	ask->step = ASK4_END;
	if (!ask->session.client ||
	    nfs_session_create(&ask->session, ask->link.rpc, created, ask) != 0)
		return;
	ask->n_pending++;
	ask->step = ASK4_CREATE;
}

static void step_create(struct nfs_ask4 *ask)
{
	if (ask->n_pending)
		return;
	ask->step = ask->session.n_slots ? ASK4_EXPORT : ASK4_END;
	if (ask->session.n_slots)
		ask_export(ask);
}

static void step_search(struct nfs_ask4 *ask)
{
	if (ask->n_pending)
		return;
	for (uint8_t i = 0; i < ask->n_ahead; i++) {
		struct nfs_looked *looked = &ask->in.looked;

		*looked = ask->ahead[i].looked;
		looked->found.link.p = looked->link;
		if (!nfs_ask_init_next(&ask->in)) {
			end_search(ask);
			return;
		}
		/* what was asked for behind it is something else now */
		if (looked->found.answer != NFS_YES || looked->found.object == NFS_OBJECT_LINK)
			break;
	}
	ask_lookup(ask);
}

void nfs_ask4_step(struct nfs_ask4 *ask)
{
	switch (ask->step) {
	case ASK4_CONNECT:
		step_connect(ask);
		break;
	case ASK4_EXPORT:
		step_export(ask);
		break;
	case ASK4_EXCHANGE:
		step_exchange(ask);
		break;
	case ASK4_CREATE:
		step_create(ask);
		break;
	case ASK4_SEARCH:
		step_search(ask);
		break;
	case ASK4_END:
		break;
	}
	/* a server that hangs up has said nothing that forbids a mount */
	if (ask->link.state == RPC_LINK_DOWN && ask->step != ASK4_END)
		ask->step = ASK4_END;
}

static void too_late(struct nfs_ask4 *ask)
{
	struct nfs_findings *f = ask->asked->findings;

	if (ask->step == ASK4_CONNECT && f->reach == NFS_UNASKED)
		f->reach = NFS_NO_REPLY;
	if (ask->step == ASK4_CONNECT || ask->step == ASK4_EXPORT) {
		for (int minor = 0; minor < 3; minor++)
			if (ask->asked->wanted.v4[minor] && f->v4[minor] == NFS_UNASKED)
				f->v4[minor] = NFS_NO_REPLY;
	}
	/* it answers, only slowly */
	if (ask->step == ASK4_SEARCH)
		f->v4_init = NFS_OTHER;
}

void nfs_ask4_stop(struct nfs_ask4 *ask, bool late)
{
	if (late)
		too_late(ask);
	else
		nfs_session_end(&ask->session, &ask->link, clock_now_ns() + END_NS);
	rpc_link_close(&ask->link);
	ask->step = ASK4_END;
}
