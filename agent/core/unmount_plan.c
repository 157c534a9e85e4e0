/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In which order mounts go, and how. */
#include <stdio.h>
#include <string.h>

#include "core/overlay.h"
#include "core/shutdown.h"

#define NONE MOUNTS_MAX

bool shutdown_is_out(const struct mounts *m, const char *old)
{
	bool in_memory = false, has_old = false;

	for (size_t i = 0; i < m->n; i++) {
		const struct mount_entry *e = &m->entries[i];

		if (!strcmp(e->dir, "/")) /* the last one covers those before */
			in_memory = mount_is_memory(e);
		has_old = has_old || !strcmp(e->dir, old);
	}
	return in_memory && has_old;
}

/* The tree of mounts, by index into the entries. */
struct tree {
	uint16_t parent[MOUNTS_MAX]; /* NONE: not among them */
	uint16_t depth[MOUNTS_MAX];
	uint16_t deepest;
};

static uint16_t index_of(const struct mounts *m, uint32_t id)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->entries[i].id == id)
			return (uint16_t)i;
	return NONE;
}

/* What claims to be its own ancestor ends the walk at as many steps as there are mounts. */
static void tree_of(const struct mounts *m, struct tree *ret)
{
	ret->deepest = 0;
	for (size_t i = 0; i < m->n; i++)
		ret->parent[i] = index_of(m, m->entries[i].parent);
	for (size_t i = 0; i < m->n; i++) {
		uint16_t depth = 0;

		for (uint16_t at = ret->parent[i]; at != NONE && depth < m->n; depth++)
			at = ret->parent[at];
		ret->depth[i] = depth;
		if (depth > ret->deepest)
			ret->deepest = depth;
	}
}

/* Something that could lose data stands on it, at whatever height: letting go of it lazily would
 * only take that out of sight. */
static bool carries(const struct mounts *m, const struct tree *tree, size_t of)
{
	for (size_t i = 0; i < m->n; i++) {
		uint16_t at = tree->parent[i];

		if (mount_is_memory(&m->entries[i]))
			continue;
		for (size_t steps = 0; at != NONE && at != of && steps < m->n; steps++)
			at = tree->parent[at];
		if (at == of)
			return true;
	}
	return false;
}

static unsigned int times_stuck(const struct unmount_stuck *stuck, uint32_t id)
{
	unsigned int times = 0;

	for (size_t i = 0; i < stuck->n; i++)
		times += stuck->ids[i] == id;
	return times;
}

/* False: it is left alone. */
static bool choose(const struct mounts *m, const struct tree *tree, size_t i,
		   enum unmount_round round, unsigned int stuck, enum unmount_how *ret)
{
	const struct mount_entry *e = &m->entries[i];

	/* let go of, / would take along all that is mounted in it */
	if (stuck > 1 || (stuck && !strcmp(e->dir, "/")))
		return false;
	switch (round) {
	case ROUND_UNMOUNT:
		*ret = UNMOUNT_PLAIN;
		if (stuck)
			*ret = UNMOUNT_FORCE;
		else if (mount_is_memory(e) && !carries(m, tree, i))
			*ret = UNMOUNT_LAZY;
		return true;
	case ROUND_READ_ONLY:
		*ret = UNMOUNT_READ_ONLY;
		return !stuck && !e->read_only && !mount_is_memory(e) && !mount_is_network(e);
	}
	return false;
}

static const struct mount_entry *last_at(const struct mounts *m, const char *dir)
{
	for (size_t i = m->n; i-- > 0;)
		if (!strcmp(m->entries[i].dir, dir))
			return &m->entries[i];
	return NULL;
}

static void add_read_only(const struct mount_entry *e, struct unmount_plan *ret)
{
	ret->steps[ret->n++] = (struct unmount_step){ e->dir, e->id, UNMOUNT_READ_ONLY };
}

/*
 * The disk of a writable layer is clean once it is read-only, which it can be once what is mounted
 * on it is. Later its mount is gone, and where an init that goes on running keeps / in use, so that
 * it stays, nothing could be done for the disk any more.
 */
static void plan_layer(const struct mounts *m, const char *top, const struct unmount_stuck *stuck,
		       struct unmount_plan *ret)
{
	const struct mount_entry *over = last_at(m, top), *disk;
	char dir[64];

	(void)snprintf(dir, sizeof(dir), "%s%s", !strcmp(top, "/") ? "" : top, OVERLAY_UPPER);
	disk = last_at(m, dir);
	if (!over || !disk || strcmp(over->fstype, "overlay") != 0 || disk->read_only ||
	    mount_is_memory(disk) || times_stuck(stuck, over->id) || times_stuck(stuck, disk->id))
		return;
	add_read_only(over, ret);
	add_read_only(disk, ret);
}

void unmount_plan(const struct mounts *m, const char *top, enum unmount_round round,
		  const struct unmount_stuck *stuck, struct unmount_plan *ret)
{
	bool is_slash = !strcmp(top, "/");
	struct tree tree;

	ret->n = 0;
	if (round == ROUND_UNMOUNT)
		plan_layer(m, top, stuck, ret);
	tree_of(m, &tree);
	for (int depth = tree.deepest; depth >= 0; depth--) {
		for (size_t i = m->n; i-- > 0;) {
			const struct mount_entry *e = &m->entries[i];
			enum unmount_how how;

			if (tree.depth[i] != depth || !mount_is_below(e, top) ||
			    (is_slash && mount_is_memory(e)) ||
			    !choose(m, &tree, i, round, times_stuck(stuck, e->id), &how))
				continue;
			ret->steps[ret->n++] =
				(struct unmount_step){ .dir = e->dir, .id = e->id, .how = how };
		}
	}
}

size_t unmount_left(const struct mounts *m, const char *top, bool writable,
		    const struct mount_entry **ret_first)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct mount_entry *e = &m->entries[i];

		if (!mount_is_below(e, top) || mount_is_memory(e) ||
		    (writable && (e->read_only || mount_is_network(e))))
			continue;
		if (!n++)
			*ret_first = e;
	}
	return n;
}
