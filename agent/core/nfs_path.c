/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walk of a path with symbolic links inside an export. */
#include "core/nfs_path.h"

#include <string.h>

/* The name at the head of the rest, and what stands behind it. */
static struct span first_name(const struct nfs_walk *walk, struct span *ret_behind)
{
	struct span rest = span_of(walk->rest);

	while (rest.len && rest.p[0] == '/')
		rest = span_skip(rest, 1);
	*ret_behind = span_skip(rest, span_find(rest, '/'));
	return (struct span){ rest.p, rest.len - ret_behind->len };
}

static void keep_rest(struct nfs_walk *walk, struct span rest)
{
	memmove(walk->rest, rest.p, rest.len);
	walk->rest[rest.len] = '\0';
}

static void leave_directory(struct nfs_walk *walk)
{
	char *slash = strrchr(walk->at, '/');

	/* ".." of the root is the root (POSIX 4.13), here the export's */
	if (!slash)
		return;
	*slash = '\0';
	walk->depth--;
}

void nfs_walk_start(struct nfs_walk *walk, const char *path)
{
	memset(walk, 0, sizeof(*walk));
	if (!text_copy(walk->rest, PLAN_PATH_MAX, span_of(path)))
		walk->failed = NFS_WALK_BAD;
}

enum nfs_walk_step nfs_walk_next(struct nfs_walk *walk, char name[static NFS_WALK_NAME_MAX])
{
	struct span behind, first;

	if (walk->failed != NFS_WALK_LOOKUP)
		return walk->failed;
	for (;;) {
		first = first_name(walk, &behind);
		if (!first.len)
			return NFS_WALK_DONE;
		if (span_eq(first, ".."))
			leave_directory(walk);
		else if (!span_eq(first, "."))
			break;
		keep_rest(walk, behind);
	}
	if (walk->depth + 1 >= NFS_WALK_DEPTH_MAX ||
	    strlen(walk->at) + 1 + first.len >= sizeof(walk->at) ||
	    !text_copy(name, NFS_WALK_NAME_MAX, first))
		return walk->failed = NFS_WALK_BAD;
	return NFS_WALK_LOOKUP;
}

uint8_t nfs_walk_ahead(const struct nfs_walk *walk, struct span *names, uint8_t max)
{
	struct span rest = span_of(walk->rest);
	uint8_t n = 0;

	while (rest.p && n < max && walk->depth + n + 1 < NFS_WALK_DEPTH_MAX) {
		struct span name = span_cut(&rest, '/');

		if (span_eq(name, "..") || name.len >= NFS_WALK_NAME_MAX)
			break;
		if (name.len && !span_eq(name, "."))
			names[n++] = name;
	}
	return n;
}

void nfs_walk_entered(struct nfs_walk *walk)
{
	struct span behind, first = first_name(walk, &behind);
	struct out out = { .text = walk->at, .len = strlen(walk->at), .size = sizeof(walk->at) };

	out_add(&out, "/%.*s", SPAN_ARG(first));
	walk->depth++;
	keep_rest(walk, behind);
}

void nfs_walk_link(struct nfs_walk *walk, struct span target)
{
	struct span behind;

	(void)first_name(walk, &behind); /* the link's own name is replaced */
	if (++walk->n_links > NFS_WALK_LINKS_MAX) {
		walk->failed = NFS_WALK_LOOP;
		return;
	}
	if (!target.len || memchr(target.p, '\0', target.len) ||
	    target.len + behind.len >= sizeof(walk->rest) || target.len >= PLAN_PATH_MAX) {
		walk->failed = NFS_WALK_BAD;
		return;
	}
	if (target.p[0] == '/') {
		walk->depth = 0;
		walk->at[0] = '\0';
	}
	memmove(walk->rest + target.len, behind.p, behind.len + 1);
	memcpy(walk->rest, target.p, target.len);
}
