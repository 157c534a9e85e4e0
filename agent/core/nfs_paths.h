/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several NFS servers that may have the root, asked side by side: which of them is mounted, and
 * when none is left. Knows nothing of how they are asked.
 */
#ifndef NETROOT_CORE_NFS_PATHS_H
#define NETROOT_CORE_NFS_PATHS_H

#include "core/plan.h"

#define NFS_PATHS_MAX PLAN_ROOTS_MAX
#define NFS_PATHS_NEVER UINT64_MAX

enum nfs_path_state {
	NFS_PATH_WAITS, /* not begun */
	NFS_PATH_BUSY, /* looked up and asked */
	NFS_PATH_GOOD, /* can be mounted */
	NFS_PATH_LATER, /* will be good by itself: asked again at again_ns, for ever */
	NFS_PATH_BLIND, /* could not be asked, for reasons of our own: mounted where none is good */
	NFS_PATH_OVER /* dead, refusing, without the root, or the mount failed */
};

struct nfs_path {
	enum nfs_path_state state;
	uint64_t good_ns, again_ns;
};

/* In order of preference. */
struct nfs_paths {
	struct nfs_path paths[NFS_PATHS_MAX];
	uint8_t n;
	uint64_t begun_ns; /* when they were asked */
};

/* The server answered, and the root is there. */
void nfs_paths_good(struct nfs_paths *p, uint8_t i, uint64_t now_ns);
/* The same, but not yet. */
void nfs_paths_later(struct nfs_paths *p, uint8_t i, uint64_t now_ns);
/* It is to be asked, for the first time or again. */
bool nfs_paths_due(const struct nfs_paths *p, uint8_t i, uint64_t now_ns);
/*
 * The one to mount; -1: none yet. One that is preferred to the first good one is waited for as long
 * again as that one took, within 20 and 200 ms: a server that is as fast as others is not passed
 * over, and one that is dead costs next to nothing. One that is good later is not waited for where
 * another one is good. *ret_deadline_ns: when to ask again though
 * nothing happens, or NFS_PATHS_NEVER.
 */
int nfs_paths_choose(const struct nfs_paths *p, uint64_t now_ns, uint64_t *ret_deadline_ns);
/* How many are not over, but for this one (-1: for none). */
uint8_t nfs_paths_left(const struct nfs_paths *p, int except);

#endif
