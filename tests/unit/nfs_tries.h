/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of core/nfs share: a root, its plan, and what is tried of it, or why not. */
#ifndef NETROOT_NFS_TRIES_H
#define NETROOT_NFS_TRIES_H

#include "test.h"

#include "core/nfs.h"

static struct plan_root root_of(const char *path, const char *options)
{
	struct plan_root root = { .kind = ROOT_NFS };

	root.nfs.minor = -1;
	(void)ip_parse(span_of("10.0.0.5"), &root.server.ip);
	(void)text_copy(root.server.name, sizeof(root.server.name), span_of("10.0.0.5"));
	(void)text_copy(root.nfs.path, sizeof(root.nfs.path), span_of(path));
	(void)text_copy(root.nfs.options, sizeof(root.nfs.options), span_of(options));
	return root;
}

static struct plan plan; /* with init="/sbin/init" */
static struct ip_addr client;

static void setup(void)
{
	(void)text_copy(plan.init, sizeof(plan.init), span_of("/sbin/init"));
	(void)ip_parse(span_of("10.0.0.9"), &client);
}

/* "options|options|..." of all tries, in order. */
static void tries_text(const struct plan_root *root, const struct nfs_findings *f,
		       const struct ip_addr *from, char *dst, size_t size)
{
	struct nfs_try tries[NFS_TRIES_MAX];
	struct out out = out_to(dst, size);
	struct err err = { .text = "" };
	size_t n = nfs_tries(&plan, root, f, from, tries, &err);

	for (size_t i = 0; i < n; i++)
		out_add(&out, "%s%s", i ? "|" : "", tries[i].options);
	if (!n)
		out_add(&out, "%s", err.text);
	ok(!out.cut);
}

#define V4_ALL                            \
	{                                 \
		NFS_YES, NFS_YES, NFS_YES \
	}

#endif
