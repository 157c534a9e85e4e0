/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An NFS root: the server is asked in a child what it offers, before the kernel mounts. */
#include "boot.h"

#include <string.h>

#include "sys/log.h"
#include "sys/nfs_attach.h"

#define PREFLIGHT_LIMIT_NS (8 * NS_PER_S)

static int preflight_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct nfs_findings findings = { 0 };
	struct err err;

	if (nfs_preflight(&b->root, b->plan.init, PREFLIGHT_LIMIT_NS, &findings, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &findings, sizeof(findings)) ? 0 : 1;
}

static void preflight_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct err err;

	(void)child;
	b->nfs.have_findings = child_ok(result, sizeof(b->nfs.findings));
	if (b->nfs.have_findings) {
		memcpy(&b->nfs.findings, result->out, sizeof(b->nfs.findings));
		b->nfs.findings.detail[sizeof(b->nfs.findings.detail) - 1] = '\0';
	} else {
		child_err(result, PREFLIGHT_LIMIT_NS, &err);
		log_line(LOG_LEVEL_WARN, "attach",
			 "asking the NFS server first: %s; mounting without", err.text);
	}
	b->nfs.n_tries =
		nfs_tries(&b->plan, &b->root, b->nfs.have_findings ? &b->nfs.findings : NULL,
			  net_own_address(b, b->root.server.ip.family), b->nfs.tries, &err);
	if (!b->nfs.n_tries) {
		phase_failed(b, PHASE_ATTACH, &err);
		return;
	}
	for (size_t i = 0; b->kmod && i < b->nfs.n_tries; i++)
		kmod_want(b->kmod, b->nfs.tries[i].version == 3 ? "nfsv3" : "nfsv4",
			  i ? KMOD_MAYBE : KMOD_NEEDED);
	phase_done(b, PHASE_ATTACH);
}

int nfs_attach_start(struct boot *b, struct err *err)
{
	b->nfs.have_findings = false;
	return child_start(b->loop, &b->nfs.child, "preflight", preflight_child, b,
			   PREFLIGHT_LIMIT_NS + NS_PER_S, preflight_done, b, err);
}
