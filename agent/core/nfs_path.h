/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks a path inside an export, one name at a time, as the booted system will see it: symbolic
 * links are followed relative to the export's root, which nothing leads out of. Knows nothing of
 * file handles: the caller keeps one per depth and says what each name turned out to be.
 */
#ifndef NETROOT_CORE_NFS_PATH_H
#define NETROOT_CORE_NFS_PATH_H

#include "core/plan.h"

#define NFS_WALK_DEPTH_MAX 40
/* As the kernel's MAXSYMLINKS (include/linux/namei.h): one more is ELOOP. */
#define NFS_WALK_LINKS_MAX 40
#define NFS_WALK_NAME_MAX 256 /* NAME_MAX and the terminator */

enum nfs_walk_step {
	NFS_WALK_LOOKUP, /* look *name up in the directory at `depth` */
	NFS_WALK_DONE, /* the object at `depth` is what the path names */
	NFS_WALK_LOOP, /* too many links */
	NFS_WALK_BAD /* beyond our limits, or the text of a link that cannot be one */
};

/* Placed by the caller. handles[depth] is the caller's: 0 is the export's root. */
struct nfs_walk {
	char rest[2 * PLAN_PATH_MAX]; /* not walked yet */
	char at[PLAN_PATH_MAX]; /* the names walked so far, without links: "/usr/lib" */
	uint8_t depth, n_links;
	enum nfs_walk_step failed; /* NFS_WALK_LOOP or _LONG once it happened */
};

void nfs_walk_start(struct nfs_walk *walk, const char *path);
/* The next step; "", "." and ".." are dealt with here. Asking twice gives the same answer. */
enum nfs_walk_step nfs_walk_next(struct nfs_walk *walk, char name[static NFS_WALK_NAME_MAX]);
/* The names from the next LOOKUP's on that follow one another downwards, should none be a link: to
 * be asked for in one go. Spans into the walk, until it goes on. */
uint8_t nfs_walk_ahead(const struct nfs_walk *walk, struct span *names, uint8_t max);
/* What the name of the last LOOKUP was: anything but a link, now at depth + 1; */
void nfs_walk_entered(struct nfs_walk *walk);
/* or a link with this target. */
void nfs_walk_link(struct nfs_walk *walk, struct span target);

#endif
