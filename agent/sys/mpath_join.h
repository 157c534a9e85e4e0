/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that gives the root's map a path which came after the handover. Scanning a host for
 * its disks, and a map's new table, may block for as long as a target or a path that works does not
 * answer: that must not hold up whoever logs the others in. It sees the iSCSI hosts in sysfs and
 * nothing else, no network, and none of the guard's memory.
 */
#ifndef NETROOT_SYS_MPATH_JOIN_H
#define NETROOT_SYS_MPATH_JOIN_H

#include "core/err.h"
#include "core/mpath.h"

/* As the guard's; systemd spares it as well. */
#define MPATH_JOIN_NAME "@netroot-paths"

/* Sent to it first. */
struct mpath_join_brief {
	struct mpath_dev map;
	char wwid[WWID_MAX];
};

struct mpath_join_request {
	uint32_t sid, host_no;
	bool lun_known;
	uint8_t lun[8];
	uint8_t index; /* comes back with the answer */
};

/* With two descriptors where code is 0: of the session's state and of its replacement time-out. */
struct mpath_join_answer {
	uint8_t index;
	uint32_t sid; /* as in the request */
	int code; /* an errno value, ENODEV: no disk of the session has that WWID; 0: it is in the
		     map */
	struct mpath_dev dev;
	char text[ERR_TEXT_MAX];
};

/* What the process executes where main() finds that name: its exit status. */
int mpath_join_main(void);

/* The other side. Forks it and sends the brief: a descriptor for requests and answers, which are
 * told apart by their ends; negative errno. Nothing of it blocks. */
int mpath_join_start(const struct mpath_join_brief *brief, struct err *err);
int mpath_join_ask(int fd, const struct mpath_join_request *request);
/* 1: an answer, whose descriptors are the caller's, -1 where there is none; 0: none yet; -errno: it
 * has ended. */
int mpath_join_answer(int fd, struct mpath_join_answer *ret, int ret_fds[static 2]);

#endif
