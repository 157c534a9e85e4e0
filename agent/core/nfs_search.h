/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks for an init inside an export: which name to look up next, and what the answers amount to.
 * The same for NFS versions 3 and 4, which only differ in how a name is looked up.
 */
#ifndef NETROOT_CORE_NFS_SEARCH_H
#define NETROOT_CORE_NFS_SEARCH_H

#include "core/nfs.h"
#include "core/nfs_path.h"

enum nfs_object { NFS_OBJECT_OTHER, NFS_OBJECT_FILE, NFS_OBJECT_DIR, NFS_OBJECT_LINK };

/* What a LOOKUP brought. */
struct nfs_found {
	enum nfs_answer answer; /* YES: the rest holds */
	uint32_t code;
	enum nfs_object object;
	bool may_execute; /* of a file */
	struct span link; /* of a link */
};

struct nfs_search {
	struct nfs_walk walk; /* walk.depth: whose handle the next LOOKUP starts from */
	const char *init;
	bool any_mode; /* it need not be executable */
	const char *other; /* its fallback then; NULL, "": none */
	size_t nth; /* of init_fallback(), where init is its first */
	char name[NFS_WALK_NAME_MAX]; /* to look up next */
	enum nfs_object last; /* at walk.depth */
	bool last_may_execute;
	enum nfs_answer result; /* UNASKED while it goes on; then YES, NO_INIT, DENIED or OTHER */
	uint32_t code;
	char detail[128]; /* printable, about `init` itself: where its link leads to nothing */
};

/* init is kept by reference. The kernel's first choice stands for all of them. */
void nfs_search_start(struct nfs_search *search, const char *init);
/* A file of that path instead, or of the other, which is only read. */
void nfs_search_start_image(struct nfs_search *search, const char *path, const char *other);
/* The answer for `name`: next comes another name in `name`, or a result. Where it went down
 * (walk.depth is greater than before), the new depth's handle is the one found. */
void nfs_search_answer(struct nfs_search *search, const struct nfs_found *found);

#endif
