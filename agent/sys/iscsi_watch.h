/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel says of a session beside its events: its state in sysfs, and who else listens to
 * them. The files are opened once, by a process that will have no right to open any, before the
 * initramfs with the places where they are found is emptied.
 */
#ifndef NETROOT_SYS_ISCSI_WATCH_H
#define NETROOT_SYS_ISCSI_WATCH_H

#include "core/recover.h"

struct iscsi_watch {
	int sessions_fd; /* the directory; -1: closed, as below */
	int netlink_fd;
	int state_fd;
	int replacement_fd;
};

#define ISCSI_WATCH_CLOSED     \
	{                      \
		-1, -1, -1, -1 \
	}

/* Opens what there is: a kernel may have no iSCSI yet. */
void iscsi_watch_open(struct iscsi_watch *w);
int iscsi_watch_session(struct iscsi_watch *w, uint32_t sid, struct err *err);
/* Another session's, with the files that are common to all. */
int iscsi_watch_too(struct iscsi_watch *w, const struct iscsi_watch *common, uint32_t sid,
		    struct err *err);
void iscsi_watch_leave(struct iscsi_watch *w); /* closes what is the session's own */
void iscsi_watch_close(struct iscsi_watch *w);

enum recover_session iscsi_watch_state(const struct iscsi_watch *w);
/* The session's replacement time-out in seconds; 0: none, or it cannot be told. */
uint32_t iscsi_watch_replacement(const struct iscsi_watch *w);
/* Whether any socket but that of own_portid listens; false where it cannot be told. */
bool iscsi_watch_other(const struct iscsi_watch *w, uint32_t own_portid);

#endif
