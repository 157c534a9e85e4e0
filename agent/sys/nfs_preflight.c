/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NFS preflight: all versions asked side by side. */
#include "sys/nfs_preflight.h"

#include <string.h>

#include "sys/loop.h"
#include "sys/nfs_ask.h"

/* How long version 4 may take before version 3 leaves its mark in the server's list of mounts. */
#define HEAD_START_NS (300 * NS_PER_MS)

struct preflight {
	struct nfs_asked asked;
	struct nfs_ask4 v4;
	struct nfs_ask3 v3;
	bool asks_v4, asks_v3;
};

static bool v4_is_open(const struct preflight *p)
{
	const struct nfs_findings *f = p->asked.findings;

	if (!p->asks_v4 || p->v4.step < ASK4_SEARCH || f->v4_export != NFS_YES)
		return false;
	for (int minor = 0; minor < 3; minor++)
		if (p->asked.wanted.v4[minor] && f->v4[minor] == NFS_YES)
			return true;
	return false;
}

static bool v4_is_good(const struct preflight *p)
{
	return v4_is_open(p) && p->v4.step == ASK4_END && p->asked.findings->v4_init == NFS_YES;
}

static bool v4_is_over(const struct preflight *p)
{
	return !p->asks_v4 || p->v4.step == ASK4_END;
}

static bool is_done(const struct preflight *p)
{
	if (v4_is_good(p))
		return !p->asks_v3 || !nfs_ask3_owes_umount(&p->v3);
	return v4_is_over(p) && (!p->asks_v3 || nfs_ask3_ended(&p->v3));
}

/* One version's export is open, and only the search in it goes on. */
static bool is_open(const struct preflight *p)
{
	const struct nfs_findings *f = p->asked.findings;

	if (!v4_is_over(p))
		return v4_is_open(p);
	return p->asks_v3 && f->v3 == NFS_YES && f->v3_export == NFS_YES;
}

/* Replies lead to questions and those, where they fail at once, to results: until nothing moves. */
static bool step(struct preflight *p, uint64_t leave_ns)
{
	enum nfs_ask4_step step4;
	enum nfs_ask3_mount_step mount_step;
	enum nfs_ask3_nfs_step nfs_step;
	uint64_t now = clock_now_ns();

	do {
		step4 = p->v4.step;
		mount_step = p->v3.mount_step;
		nfs_step = p->v3.nfs_step;
		if (p->asks_v4)
			nfs_ask4_step(&p->v4);
		if (p->asks_v3)
			nfs_ask3_step(&p->v3, (v4_is_over(p) && !v4_is_good(p)) || now >= leave_ns,
				      now);
		if (is_done(p))
			return false;
	} while (step4 != p->v4.step || mount_step != p->v3.mount_step ||
		 nfs_step != p->v3.nfs_step);
	return true;
}

static void ask_all(struct preflight *p, uint64_t limit_ns, const struct nfs_listener *listener)
{
	struct rpc_link *links[] = { &p->v4.link, &p->v3.mount_link, &p->v3.nfs_link };
	uint64_t start = clock_now_ns(), end = start + limit_ns, leave = start + HEAD_START_NS;

	if (p->asks_v4)
		nfs_ask4_start(&p->v4, &p->asked, start);
	if (p->asks_v3)
		nfs_ask3_start(&p->v3, &p->asked, start);
	while (step(p, leave)) {
		uint64_t now = clock_now_ns();

		if (listener && is_open(p)) {
			listener->open(listener->arg, p->asked.findings);
			listener = NULL;
		}
		if (now >= end)
			break;
		rpc_links_turn(links, 3, now < leave && leave < end ? leave : end);
	}
}

void nfs_ask_all(const struct plan_root *root, const struct nfs_sought *sought, uint64_t limit_ns,
		 const struct nfs_listener *listener, struct nfs_findings *ret)
{
	/* too large for a stack; the child serves one preflight and ends */
	static struct preflight p;
	bool late;

	memset(&p, 0, sizeof(p));
	memset(ret, 0, sizeof(*ret));
	p.asked = (struct nfs_asked){ .root = root, .sought = *sought, .findings = ret };
	nfs_wanted(&root->nfs, &p.asked.wanted);
	p.asks_v4 = p.asked.wanted.v4[0] || p.asked.wanted.v4[1] || p.asked.wanted.v4[2];
	p.asks_v3 = p.asked.wanted.v3;
	if (!p.asks_v4 && !p.asks_v3)
		return;
	ask_all(&p, limit_ns, listener);
	late = !is_done(&p);
	if (p.asks_v4)
		nfs_ask4_stop(&p.v4, late);
	if (p.asks_v3)
		nfs_ask3_stop(&p.v3, late);
}
