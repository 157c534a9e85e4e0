/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard does about paths that a multipath map holds for failed, as a pure machine: the
 * kernel never tries one again by itself. One whose session is logged in again is put back; one
 * that fails though its session works is tried again with back-off, unless multipathd is there,
 * whose path checkers know more.
 */
#ifndef NETROOT_CORE_MPATH_KEEP_H
#define NETROOT_CORE_MPATH_KEEP_H

#include "core/mpath.h"
#include "core/say.h"

#define MPATH_KEEP_NEVER UINT64_MAX
#define MPATH_KEEP_TEXT_MAX 320

struct mpath_keep {
	struct {
		struct mpath_dev dev;
		bool absent; /* not in the map so far */
		bool works; /* its session, as it was seen last */
		bool failed; /* in the map */
		bool returned; /* its session came back while it was failed */
		uint32_t n_tries; /* since it worked for long */
		uint64_t due_ns; /* when it is put back or looked at; NEVER: with the next event */
		uint64_t up_ns; /* since when it is not failed */
	} paths[MPATH_PATHS_MAX];
	uint8_t n_paths;
	char root[128]; /* for messages, printable */
	uint64_t rng;
	uint64_t gone_ns; /* since when all are failed; 0: they are not */
};

/* Looked up for each step. */
struct mpath_keep_event {
	uint64_t now_ns;
	const struct mpath_status *status; /* NULL: the map could not be asked */
	bool works[MPATH_PATHS_MAX]; /* the session of each path */
	bool other; /* multipathd listens */
};

struct mpath_keep_actions {
	bool reinstate[MPATH_PATHS_MAX];
	enum say_weight say;
	char text[MPATH_KEEP_TEXT_MAX];
};

void mpath_keep_init(struct mpath_keep *m, const struct mpath_dev *paths, uint8_t n_paths,
		     const char *root, uint64_t seed);
/* Path i is not in the map yet. Before the first step. */
void mpath_keep_absent(struct mpath_keep *m, uint8_t i);
/* Now it is, as this device. */
void mpath_keep_joined(struct mpath_keep *m, uint8_t i, const struct mpath_dev *dev);
/* With every event of the map, of a path's session, and at the deadline. */
void mpath_keep_step(struct mpath_keep *m, const struct mpath_keep_event *ev,
		     struct mpath_keep_actions *ret);
uint64_t mpath_keep_deadline(const struct mpath_keep *m);
/* Whether a line of /proc/net/unix is multipathd's socket. */
bool mpath_keep_is_other(struct span line);

#endif
