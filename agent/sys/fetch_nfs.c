/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file by NFS: found as the preflight finds the image of a root, links inside its directory
 * included, then read over the connection that is still there. Version 4 first, which takes three
 * round trips (4.0) or seven, else 3.
 */
#include <errno.h>
#include <string.h>

#include <nfsc/libnfs-raw-nfs.h>
#include <nfsc/libnfs-raw-nfs4.h>

#include "sys/fetch.h"
#include "sys/loop.h"
#include "sys/nfs_ask.h"

#define CHUNK 16384u
#define CODE_NOENT 2 /* of both versions */

/* Where the file is, in the preflight's words. */
struct place {
	struct plan_root root; /* of its directory */
	char name[NFS_WALK_NAME_MAX];
	struct nfs_findings findings;
	struct nfs_asked asked;
};

/* A chunk being read. */
struct chunk {
	struct fetch *f;
	struct nfs_session *session; /* of version 4 */
	bool replied, eof;
	enum nfs_answer answer; /* of the call */
	uint32_t status;
};

static bool set_place(const struct fetch *f, struct place *p)
{
	size_t dir = (size_t)(config_file_name(f->hops.path) - f->hops.path);

	memset(p, 0, sizeof(*p));
	p->root.kind = ROOT_NFS;
	p->root.server = f->hops.at.server;
	p->root.nfs.minor = -1;
	(void)text_copy(p->root.nfs.path, sizeof(p->root.nfs.path),
			(struct span){ f->hops.path, dir > 1 ? dir - 1 : dir }); /* it fits */
	p->root.nfs.port = f->hops.at.port;
	p->asked.root = &p->root;
	p->asked.sought = (struct nfs_sought){ .path = p->name, .is_image = true };
	p->asked.findings = &p->findings;
	p->asked.wanted.port = f->hops.at.port;
	return text_copy(p->name, sizeof(p->name), span_of(f->hops.path + dir));
}

/* --- reading --- */

static void keep(struct chunk *c, const char *bytes, uint32_t len, bool eof)
{
	struct fetch *f = c->f;

	if (len > f->size - f->len) {
		c->status = EFBIG;
		return;
	}
	if (len && bytes)
		memcpy(f->dst + f->len, bytes, len);
	f->len += len;
	c->eof = eof || !len;
}

/* False: it is no answer of NFS, which the chunk has now. */
static bool replied(struct chunk *c, int status, const void *data)
{
	c->replied = true;
	c->answer = rpc_call_answer(status, data);
	return c->answer == NFS_YES;
}

static void replied4(struct rpc_context *rpc, int status, void *data, void *arg)
{
	const COMPOUND4res *res = data;
	const nfs_resop4 *op;
	struct chunk *c = arg;

	(void)rpc;
	if (!replied(c, status, data))
		return;
	c->status = res->status;
	op = res->resarray.resarray_len == 2 ? &res->resarray.resarray_val[1] : NULL;
	if (res->status == NFS4_OK && op && op->resop == OP_READ) {
		const READ4resok *ok = &op->nfs_resop4_u.opread.READ4res_u.resok4;

		keep(c, ok->data.data_val, ok->data.data_len, ok->eof);
	}
}

/* With the anonymous stateid (RFC 7530 9.1.4.3): nothing is opened. */
static int ask4(struct rpc_context *rpc, const struct nfs_handle *file, struct chunk *c)
{
	struct nfs_handle handle = *file;
	nfs_argop4 ops[2];

	memset(ops, 0, sizeof(ops));
	ops[0].argop = OP_PUTFH;
	ops[0].nfs_argop4_u.opputfh.object.nfs_fh4_len = handle.len;
	ops[0].nfs_argop4_u.opputfh.object.nfs_fh4_val = handle.bytes;
	ops[1].argop = OP_READ;
	ops[1].nfs_argop4_u.opread.offset = c->f->len;
	ops[1].nfs_argop4_u.opread.count = CHUNK;
	return nfs_compound(c->session, 0, rpc, replied4, ops, 2, c);
}

static void replied3(struct rpc_context *rpc, int status, void *data, void *arg)
{
	const READ3res *res = data;
	struct chunk *c = arg;

	(void)rpc;
	if (!replied(c, status, data))
		return;
	c->status = res->status;
	if (res->status == NFS3_OK)
		keep(c, res->READ3res_u.resok.data.data_val, res->READ3res_u.resok.data.data_len,
		     res->READ3res_u.resok.eof);
}

static int ask3(struct rpc_context *rpc, const struct nfs_handle *file, struct chunk *c)
{
	struct nfs_handle handle = *file;
	READ3args args = { .offset = c->f->len, .count = CHUNK };

	args.file.data.data_len = handle.len;
	args.file.data.data_val = handle.bytes;
	return rpc_nfs3_read_async(rpc, replied3, &args, c);
}

typedef int ask_fn(struct rpc_context *rpc, const struct nfs_handle *file, struct chunk *c);

static bool read_chunk(struct fetch *f, struct rpc_link *link, const struct nfs_handle *file,
		       ask_fn *ask, struct chunk *c)
{
	c->replied = false;
	c->status = 0;
	if (ask(link->rpc, file, c) != 0)
		c->replied = true;
	while (!c->replied && link->state == RPC_LINK_UP && clock_now_ns() < f->end_ns)
		rpc_links_turn(&link, 1, f->end_ns);
	if (c->replied && c->answer == NFS_YES && !c->status)
		return true;
	if (c->status == EFBIG)
		(void)err_set(&f->err, EFBIG, "larger than %zu KiB", f->size / 1024);
	else if (c->status)
		(void)err_set(&f->err, EIO, "reading it is refused with code %u%s", c->status,
			      nfs_status_answer(c->status) == NFS_DENIED
				      ? ": it has to be readable by everybody"
				      : "");
	else
		(void)err_set(&f->err, EIO, "the server did not let it be read to its end");
	return false;
}

static enum fetch_result read_all(struct fetch *f, struct rpc_link *link,
				  const struct nfs_asked_init *in, ask_fn *ask,
				  struct nfs_session *session)
{
	struct chunk c = { .f = f, .session = session };

	while (!c.eof)
		if (!read_chunk(f, link, &in->handles[in->search.walk.depth], ask, &c))
			return FETCH_FAILED;
	return FETCH_DONE;
}

/* --- the versions --- */

static enum fetch_result by_4(struct fetch *f, struct place *p)
{
	static struct nfs_ask4 ask; /* too large for a stack; the child fetches one at a time */
	struct rpc_link *link = &ask.link;
	enum fetch_result result = FETCH_FAILED;

	memset(&ask, 0, sizeof(ask));
	for (int minor = 0; minor < 3; minor++)
		p->asked.wanted.v4[minor] = true;
	nfs_ask4_start(&ask, &p->asked, clock_now_ns());
	for (nfs_ask4_step(&ask); ask.step != ASK4_END && clock_now_ns() < f->end_ns;
	     nfs_ask4_step(&ask))
		rpc_links_turn(&link, 1, f->end_ns);
	if (p->findings.v4_init == NFS_YES)
		result = read_all(f, link, &ask.in, ask4, &ask.session);
	else if (p->findings.v4_init == NFS_NO_INIT && p->findings.code == CODE_NOENT)
		result = FETCH_MISSING;
	nfs_ask4_stop(&ask, ask.step != ASK4_END);
	for (int minor = 0; minor < 3; minor++)
		p->asked.wanted.v4[minor] = false;
	return result;
}

static bool over3(const struct nfs_ask3 *ask)
{
	return nfs_ask3_ended(ask) && !nfs_ask3_owes_umount(ask);
}

static enum fetch_result by_3(struct fetch *f, struct place *p)
{
	static struct nfs_ask3 ask;
	struct rpc_link *links[] = { &ask.mount_link, &ask.nfs_link };
	enum fetch_result result = FETCH_FAILED;
	uint64_t now = clock_now_ns();

	memset(&ask, 0, sizeof(ask));
	p->asked.wanted.v3 = true;
	nfs_ask3_start(&ask, &p->asked, now);
	for (; now < f->end_ns; now = clock_now_ns()) {
		nfs_ask3_step(&ask, true, now);
		if (over3(&ask))
			break;
		rpc_links_turn(links, 2, f->end_ns);
	}
	if (p->findings.v3_init == NFS_YES)
		result = read_all(f, &ask.nfs_link, &ask.in, ask3, NULL);
	else if (p->findings.v3_init == NFS_NO_INIT && p->findings.code == CODE_NOENT)
		result = FETCH_MISSING;
	nfs_ask3_stop(&ask, !over3(&ask));
	return result;
}

enum fetch_result fetch_nfs(struct fetch *f)
{
	static struct place p;
	enum fetch_result result = FETCH_FAILED;
	uint8_t version = f->hops.at.version;

	if (!set_place(f, &p)) {
		(void)err_set(&f->err, ENAMETOOLONG, "the name is too long");
		return FETCH_FAILED;
	}
	f->err.text[0] = '\0';
	if (version != 3)
		result = by_4(f, &p);
	/* it has neither been found to be there nor found not to be */
	if (result == FETCH_FAILED && !f->err.text[0] && version != 4)
		result = by_3(f, &p);
	if (result != FETCH_FAILED || f->err.text[0])
		return result;
	/* the version that was not asked for is no reason */
	if (!nfs_refusal(&p.root, &p.findings, &p.asked.sought, &f->err))
		(void)err_set(&f->err, ETIMEDOUT, "no whole answer in time");
	return FETCH_FAILED;
}
