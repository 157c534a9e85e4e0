/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tests/sys/nfs runs: the preflight against a real server.
 *   SERVER PATH OPTIONS INIT LIMIT_MS
 * Prints what was found, what would be tried, and the sentence where nothing is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rootspec.h"
#include "sys/loop.h"
#include "sys/nfs_attach.h"

static const char *text(enum nfs_answer answer)
{
	static const char *const names[] = {
		[NFS_UNASKED] = "unasked",
		[NFS_YES] = "yes",
		[NFS_NO] = "no",
		[NFS_NO_REPLY] = "no-reply",
		[NFS_REFUSED_CONN] = "refused",
		[NFS_UNREACHABLE] = "unreachable",
		[NFS_DENIED] = "denied",
		[NFS_NOT_FOUND] = "not-found",
		[NFS_NOT_DIR] = "not-dir",
		[NFS_NO_INIT] = "no-init",
		[NFS_OTHER] = "other",
	};

	return names[answer];
}

static void print_findings(const struct nfs_findings *f, uint64_t ms)
{
	printf("reach=%s v4=%s/%s/%s v4_export=%s v4_init=%s ", text(f->reach), text(f->v4[0]),
	       text(f->v4[1]), text(f->v4[2]), text(f->v4_export), text(f->v4_init));
	printf("v3=%s v3_export=%s v3_init=%s portmap=%s listed=%s open_to=[%s] code=%u ",
	       text(f->v3), text(f->v3_export), text(f->v3_init), text(f->portmap), text(f->listed),
	       f->open_to, f->code);
	printf("mount_port=%s nfs_port=%u ms=%u\n", f->mount_port ? "known" : "0", f->nfs_port,
	       (unsigned int)ms);
}

int main(int argc, char **argv)
{
	static struct plan plan;
	struct plan_root root = { .kind = ROOT_NFS, .nfs = { .minor = -1 } };
	struct nfs_try tries[NFS_TRIES_MAX];
	struct nfs_findings findings;
	struct err err = { .text = "" };
	uint64_t start = clock_now_ns();
	size_t n;

	if (argc != 6 || host_parse(span_of(argv[1]), &root.server, &err) < 0)
		return 2;
	(void)text_copy(root.nfs.path, sizeof(root.nfs.path), span_of(argv[2]));
	(void)text_copy(root.nfs.options, sizeof(root.nfs.options), span_of(argv[3]));
	(void)text_copy(plan.init, sizeof(plan.init), span_of(argv[4]));
	if (nfs_preflight(&root, plan.init, strtoull(argv[5], NULL, 10) * NS_PER_MS, &findings,
			  &err) < 0) {
		printf("preflight: %s\n", err.text);
		return 1;
	}
	print_findings(&findings, (clock_now_ns() - start) / NS_PER_MS);
	n = nfs_tries(&plan, &root, &findings, NULL, tries, &err);
	printf("tries=");
	for (size_t i = 0; i < n; i++) {
		printf("%s%u", i ? "," : "", tries[i].version);
		if (tries[i].version == 4)
			printf(".%d", tries[i].minor);
	}
	printf("\nsays=%s\n", n ? "" : err.text);
	return 0;
}
