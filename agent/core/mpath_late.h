/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard does about a path that was not there when init was started, as a pure machine:
 * when its portal is tried, and when the disk behind it goes into the map. Where multipathd is,
 * that is its affair, and whoever logs in for it.
 */
#ifndef NETROOT_CORE_MPATH_LATE_H
#define NETROOT_CORE_MPATH_LATE_H

#include "core/iscsi.h"
#include "core/say.h"

#define MPATH_LATE_NEVER UINT64_MAX
#define MPATH_LATE_TEXT_MAX 640

enum mpath_late_state {
	MPATH_LATE_WAITS, /* for the next login */
	MPATH_LATE_LOGIN, /* is under way */
	MPATH_LATE_JOINS, /* its disk is looked for and given to the map */
	MPATH_LATE_OVER,
};

enum mpath_late_event_kind {
	MPATH_LATE_EV_DEADLINE,
	MPATH_LATE_EV_LOGGED_IN,
	MPATH_LATE_EV_LOGIN_FAILED, /* code and text */
	MPATH_LATE_EV_JOINED,
	MPATH_LATE_EV_NOT_JOINED, /* code and text; ENODEV: it does not lead to the root's LUN */
};

struct mpath_late_event {
	enum mpath_late_event_kind kind;
	uint64_t now_ns;
	bool other; /* DEADLINE: multipathd listens */
	int code; /* an errno value */
	const char *text; /* printable, with target and portal in it */
};

struct mpath_late_actions {
	bool login;
	bool cancel; /* the login that is under way */
	bool join; /* then JOINED or NOT_JOINED is due; not any more once it is left */
	bool leave; /* log out of the session */
	bool keep; /* the session is one of the root's from here on */
	enum say_weight say;
	char text[MPATH_LATE_TEXT_MAX];
};

struct mpath_late {
	enum mpath_late_state state;
	uint64_t deadline_ns;
	uint64_t rng;
	uint32_t n_failures;
	int said; /* the code of the last failure that was told */
	char path[224 + ISCSI_PORTAL_TEXT_MAX], root[128]; /* for messages, printable */
};

/* path: "target ... at ...". */
void mpath_late_init(struct mpath_late *m, const char *path, const char *root, uint64_t now_ns,
		     uint64_t seed);
void mpath_late_step(struct mpath_late *m, const struct mpath_late_event *ev,
		     struct mpath_late_actions *ret);
/* MPATH_LATE_NEVER once it is over. */
uint64_t mpath_late_deadline(const struct mpath_late *m);

#endif
