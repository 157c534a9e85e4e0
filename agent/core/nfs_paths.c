/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choice among NFS servers that are asked side by side. */
#include "core/nfs_paths.h"

#define WAIT_MIN_NS 20000000ull
#define WAIT_MAX_NS 200000000ull
#define AGAIN_NS 1000000000ull

void nfs_paths_good(struct nfs_paths *p, uint8_t i, uint64_t now_ns)
{
	p->paths[i].state = NFS_PATH_GOOD;
	p->paths[i].good_ns = now_ns;
}

void nfs_paths_later(struct nfs_paths *p, uint8_t i, uint64_t now_ns)
{
	p->paths[i].state = NFS_PATH_LATER;
	p->paths[i].again_ns = now_ns + AGAIN_NS;
}

bool nfs_paths_due(const struct nfs_paths *p, uint8_t i, uint64_t now_ns)
{
	const struct nfs_path *path = &p->paths[i];

	return path->state == NFS_PATH_WAITS ||
	       (path->state == NFS_PATH_LATER && now_ns >= path->again_ns);
}

static bool is_open(const struct nfs_path *path)
{
	return path->state == NFS_PATH_WAITS || path->state == NFS_PATH_BUSY;
}

static int first_of(const struct nfs_paths *p, enum nfs_path_state state)
{
	for (uint8_t i = 0; i < p->n; i++)
		if (p->paths[i].state == state)
			return i;
	return -1;
}

static bool any_open(const struct nfs_paths *p, uint8_t n)
{
	for (uint8_t i = 0; i < n; i++)
		if (is_open(&p->paths[i]))
			return true;
	return false;
}

static uint64_t wait_until(const struct nfs_paths *p)
{
	uint64_t first_ns = NFS_PATHS_NEVER, wait_ns;

	for (uint8_t i = 0; i < p->n; i++)
		if (p->paths[i].state == NFS_PATH_GOOD && p->paths[i].good_ns < first_ns)
			first_ns = p->paths[i].good_ns;
	wait_ns = first_ns - p->begun_ns;
	if (wait_ns < WAIT_MIN_NS)
		wait_ns = WAIT_MIN_NS;
	if (wait_ns > WAIT_MAX_NS)
		wait_ns = WAIT_MAX_NS;
	return first_ns + wait_ns;
}

static uint64_t first_again(const struct nfs_paths *p)
{
	uint64_t first_ns = NFS_PATHS_NEVER;

	for (uint8_t i = 0; i < p->n; i++)
		if (p->paths[i].state == NFS_PATH_LATER && p->paths[i].again_ns < first_ns)
			first_ns = p->paths[i].again_ns;
	return first_ns;
}

int nfs_paths_choose(const struct nfs_paths *p, uint64_t now_ns, uint64_t *ret_deadline_ns)
{
	int best = first_of(p, NFS_PATH_GOOD);
	uint64_t until_ns;

	*ret_deadline_ns = first_again(p);
	if (best < 0)
		return any_open(p, p->n) || *ret_deadline_ns != NFS_PATHS_NEVER
			       ? -1
			       : first_of(p, NFS_PATH_BLIND);
	until_ns = wait_until(p);
	if (now_ns >= until_ns || !any_open(p, (uint8_t)best))
		return best;
	if (until_ns < *ret_deadline_ns)
		*ret_deadline_ns = until_ns;
	return -1;
}

uint8_t nfs_paths_left(const struct nfs_paths *p, int except)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < p->n; i++)
		n = (uint8_t)(n + (i != except && p->paths[i].state != NFS_PATH_OVER));
	return n;
}
