/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive, as its frame (guard.c) sees it: a charge is of a kind, and a kind is
 * a row of functions in a file of its own (guard_lease.c, guard_session.c, guard_map.c,
 * guard_late.c, guard_nfs.c, guard_export.c). Nothing is allocated: a kind has its charges in
 * static storage.
 */
#ifndef NETROOT_GUARD_CHARGE_H
#define NETROOT_GUARD_CHARGE_H

#include "core/say.h"
#include "guard.h"
#include "sys/rtnl.h"

#define CHARGES_MAX                                \
	(2 * GUARD_NICS_MAX + GUARD_SESSIONS_MAX + \
	 3) /* of all kinds together: raise it with a new one */

struct guard;
struct charge;

/* link and addr may be NULL: of no concern to this kind. */
struct charge_kind {
	void (*stop)(struct charge *charge); /* closes what it has open: it is given up */
	void (*link)(struct charge *charge, const struct nic *nic, bool gone);
	void (*addr)(struct charge *charge, const struct addr_news *news);
	uint64_t (*deadline)(const struct charge *charge);
	void (*expired)(struct charge *charge, uint64_t now_ns);
};

/* The first member of what a kind keeps for each of its charges. */
struct charge {
	const struct charge_kind *kind; /* NULL: not begun, or given up */
	struct guard *guard;
	struct loop *loop;
	struct rtnl *rtnl;
};

/* From here on it is told of links, addresses and its own deadline. Before the confinement. */
int charge_take(struct guard *guard, struct charge *charge, const struct charge_kind *kind,
		struct err *err);
/* Given up; also from within its own functions, which then touch it no more. The guard ends with
 * its last charge. */
void charge_leave(struct charge *charge);
/* What a machine has to say; SAY_NOTHING: nothing. */
void guard_say(enum say_weight weight, const char *text);

/* The kinds: each takes what it finds in the brief, which stays where it is. Before the
 * confinement. */
void guard_leases(struct guard *guard, const struct guard_brief *brief);
/* Whether there is a session, which needs more rights than leases do. */
bool guard_sessions(struct guard *guard, struct loop *loop, const struct guard_brief *brief);
/* The descriptor of the device mapper that its map needs; -1: there is none. */
int guard_map(struct guard *guard, struct loop *loop, const struct guard_brief *brief);
/* Whether there is an NFS server's name to watch over. */
bool guard_nfs(struct guard *guard, const struct guard_brief *brief);
/* An NFS export that may move to another server. Takes longest: after all that init waits for. */
void guard_export(struct guard *guard, const struct guard_brief *brief);
/* Session i of the brief works, or no longer. */
void guard_map_session(uint8_t i, bool works);
/* Whether multipathd is there. */
bool guard_map_other(void);
/* Paths that were not there yet; after the map and the sessions. */
void guard_late(struct guard *guard, struct loop *loop, const struct guard_brief *brief);
/* There is no map, or no session, any more. */
void guard_late_end(void);
/* Path i of the brief has come: it is in the map as this device; its session, with the files of its
 * state and its replacement time-out, is kept from here on. */
void guard_map_joined(uint8_t i, const struct mpath_dev *dev);
struct iscsi_login_result;
void guard_session_joined(struct guard *guard, struct loop *loop, const struct guard_brief *brief,
			  uint8_t i, const struct iscsi_login_result *result,
			  const int fds[static 2]);
/* A NIC that was taken out and put in again has another number. */
void guard_config_link(struct iscsi_config *config, const struct nic *nic, bool gone);
/* As soon as the process runs: what has to be open before the initramfs is emptied. */
void guard_session_prepare(struct loop *loop);
void guard_map_prepare(void);

#endif
