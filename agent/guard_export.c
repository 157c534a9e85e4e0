/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive: the way to an NFS 4 export that moves to another server. The kernel
 * goes there by itself, but for one question that it would wait on for ever: sys/nfs_move answers
 * it, and here it is told.
 */
#include "guard_charge.h"

#include <sys/epoll.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/nfs_move.h"

static struct charge the_charge;

static void on_moved(void *arg, uint32_t events)
{
	char comm[NFS_MOVE_COMM_MAX];
	struct nfs_move_said said;

	(void)arg;
	(void)events;
	while (nfs_move_next(comm)) {
		nfs_move_tell(comm, &said);
		guard_say(said.say, said.text);
	}
}

/* --- as a charge: it has no time of its own, and is never given up --- */

static void export_stop(struct charge *charge)
{
	(void)charge;
}

static uint64_t export_deadline(const struct charge *charge)
{
	(void)charge;
	return LOOP_NEVER;
}

static void export_expired(struct charge *charge, uint64_t now_ns)
{
	(void)charge;
	(void)now_ns;
}

static const struct charge_kind export_kind = {
	.stop = export_stop,
	.deadline = export_deadline,
	.expired = export_expired,
};

static int open_all(struct guard *guard, struct err *err)
{
	struct err ports;
	int fd, rc;

	fd = nfs_move_open(err);
	if (fd >= 0 && nfs_move_ports(&ports) < 0)
		log_line(LOG_LEVEL_INFO, "guard",
			 "%s: an NFS server that an export moves to has to have it \"insecure\"",
			 ports.text);
	if (fd < 0)
		return fd;
	rc = charge_take(guard, &the_charge, &export_kind, err);
	return rc < 0 ? rc : loop_watch(the_charge.loop, fd, EPOLLIN, on_moved, NULL, err);
}

void guard_export(struct guard *guard, const struct guard_brief *brief)
{
	struct err err;

	if (brief->nfs.may_move && open_all(guard, &err) < 0)
		log_line(LOG_LEVEL_INFO, "guard",
			 "%s: should the NFS server move the export to another, the root may hang",
			 err.text);
}
