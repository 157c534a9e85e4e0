/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to an iSCSI root: every portal of every root that the plan names, side by side, and the
 * portals that a portal tells of. Which of them is begun, which one the boot goes on with, and when
 * none is left. Knows nothing of how a login is made.
 */
#ifndef NETROOT_CORE_ISCSI_PATHS_H
#define NETROOT_CORE_ISCSI_PATHS_H

#include "core/iscsi_address.h"
#include "core/iscsi_targets.h"
#include "core/plan.h"

#define ISCSI_PATHS_MAX 24
#define ISCSI_PATHS_NEVER UINT64_MAX
/* A path to a target that comes later in the order waits this long for an earlier one. */
#define ISCSI_PATHS_AHEAD_MS 1000
#define ISCSI_PATHS_RACED_MS 250 /* the same where both are raced: RFC 8305 8 */
#define ISCSI_PATHS_AGAIN_MS 250

enum iscsi_path_state {
	ISCSI_PATH_WAITS, /* not begun */
	ISCSI_PATH_BUSY, /* looked up, connected, logged in, or asked for targets */
	ISCSI_PATH_UP, /* logged in */
	ISCSI_PATH_AGAIN, /* has failed, and is begun again; no other is kept waiting for it */
	ISCSI_PATH_OVER /* refused, dead, asked, or without the root */
};

struct iscsi_path {
	enum iscsi_path_state state;
	uint8_t root; /* index into the plan's */
	/* Paths to the same LUN of the same target have the same one; lower ones are preferred. */
	uint16_t order;
	bool told; /* by a portal, not by the plan: its targets are tried one after the other */
	bool asks; /* for targets, as its root names none */
	bool raced; /* as its root */
	struct plan_host server; /* ip IP_NONE: to be looked up */
	struct plan_iscsi iscsi;
	bool passed; /* UP, but nothing to go on with: a path in reserve */
	uint64_t up_ns;
	uint64_t due_ns; /* when it is begun again */
	int code; /* why it failed last; 0: it did not */
};

struct iscsi_paths {
	struct iscsi_path paths[ISCSI_PATHS_MAX];
	uint8_t n;
	uint16_t n_left_out, n_left_out_told; /* for want of room */
	struct plan_host left_out; /* the first such portal */
	uint16_t left_out_port;
	/* What names the root can only be on one target (UUID=, LABEL= and the like): no order. */
	bool any_order;
	bool tries_again; /* a further path is of use for as long as the boot waits for them */
};

/* Those of the plan's iSCSI roots, the one of this index first. */
void iscsi_paths_init(struct iscsi_paths *p, const struct plan *plan, uint8_t first);
/* The plan has got more iSCSI roots behind the n_before that it had: last in the order. */
void iscsi_paths_more(struct iscsi_paths *p, const struct plan *plan, uint8_t n_before);
/* A further address of the server of path i. */
void iscsi_paths_add_address(struct iscsi_paths *p, uint8_t i, const struct ip_addr *ip);
/* Path i has been asked, and this was the answer: it is over, and what it told is in its place. */
void iscsi_paths_told(struct iscsi_paths *p, uint8_t i, const struct iscsi_targets *targets);
/* Once for all those that there was no room for since it was asked last: how many, and which was
 * the first of all. */
bool iscsi_paths_left_out(struct iscsi_paths *p, struct out *out);
/*
 * Path i has failed with this errno value: it is over, or begun again where a moment may change
 * that (no address or route yet, nothing listens yet) and others are of use beside the first.
 * *ret_news: the reason is another one than the last time.
 */
void iscsi_paths_failed(struct iscsi_paths *p, uint8_t i, int code, uint64_t now_ns,
			bool *ret_news);
/* There is another address or route: what failed is begun again now. */
void iscsi_paths_again(struct iscsi_paths *p, uint64_t now_ns);
/* When the next is to be begun again, or ISCSI_PATHS_NEVER. */
uint64_t iscsi_paths_due(const struct iscsi_paths *p);
/* The next one to be begun; -1: none now. */
int iscsi_paths_next(const struct iscsi_paths *p, uint64_t now_ns);
/*
 * The one to go on with; -1: none yet. *ret_deadline_ns: when to ask again though nothing happens,
 * or ISCSI_PATHS_NEVER.
 */
int iscsi_paths_choose(const struct iscsi_paths *p, uint64_t now_ns, uint64_t *ret_deadline_ns);
/* None is under way, up, or still to be begun the first time. */
bool iscsi_paths_over(const struct iscsi_paths *p);
/* How many are neither over nor this one. */
uint8_t iscsi_paths_left(const struct iscsi_paths *p, uint8_t except);
/* The target of path i has no root: all paths there are over. */
void iscsi_paths_drop_target(struct iscsi_paths *p, uint8_t i);
/* The addresses by which the target of path i can be reached as well, at most max. */
uint8_t iscsi_paths_others(const struct iscsi_paths *p, uint8_t i, struct iscsi_portal *ret,
			   uint8_t max);

#endif
