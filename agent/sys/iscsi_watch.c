/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what stays open: sysfs and procfs make the text anew for every read from the start. */
#include "sys/iscsi_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/lines.h"

#define SESSIONS_DIR "/sys/class/iscsi_session"
#define NETLINK_FILE "/proc/net/netlink"

void iscsi_watch_open(struct iscsi_watch *w)
{
	if (w->sessions_fd < 0)
		w->sessions_fd = open(SESSIONS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->netlink_fd < 0)
		w->netlink_fd = open(NETLINK_FILE, O_RDONLY | O_CLOEXEC);
}

static int attribute_open(const struct iscsi_watch *w, uint32_t sid, const char *name,
			  struct err *err)
{
	char path[40];
	int fd;

	(void)snprintf(path, sizeof(path), "session%u/%s", sid, name);
	fd = openat(w->sessions_fd, path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? err_sys(err, errno, "%s/%s", SESSIONS_DIR, path) : fd;
}

int iscsi_watch_session(struct iscsi_watch *w, uint32_t sid, struct err *err)
{
	iscsi_watch_open(w);
	if (w->netlink_fd < 0)
		return err_set(err, ENOENT, "%s cannot be read", NETLINK_FILE);
	w->state_fd = attribute_open(w, sid, "state", err);
	if (w->state_fd < 0)
		return w->state_fd;
	w->replacement_fd = attribute_open(w, sid, "recovery_tmo", err);
	return w->replacement_fd < 0 ? w->replacement_fd : 0;
}

int iscsi_watch_too(struct iscsi_watch *w, const struct iscsi_watch *common, uint32_t sid,
		    struct err *err)
{
	w->sessions_fd = common->sessions_fd;
	w->netlink_fd = common->netlink_fd;
	return iscsi_watch_session(w, sid, err);
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void iscsi_watch_leave(struct iscsi_watch *w)
{
	shut(&w->state_fd);
	shut(&w->replacement_fd);
}

void iscsi_watch_close(struct iscsi_watch *w)
{
	shut(&w->sessions_fd);
	shut(&w->netlink_fd);
	shut(&w->state_fd);
	shut(&w->replacement_fd);
}

enum recover_session iscsi_watch_state(const struct iscsi_watch *w)
{
	char text[32];
	ssize_t n = pread(w->state_fd, text, sizeof(text), 0);

	if (n < 0 && errno == ENODEV) /* the file has outlived what it is about */
		return RECOVER_SESSION_GONE;
	if (n <= 0)
		return RECOVER_SESSION_UNKNOWN;
	return recover_session_of((struct span){ text, (size_t)n });
}

uint32_t iscsi_watch_replacement(const struct iscsi_watch *w)
{
	char text[32];
	ssize_t n = pread(w->replacement_fd, text, sizeof(text), 0);

	return n <= 0 ? 0 : recover_seconds_of((struct span){ text, (size_t)n });
}

static bool is_other(struct span line, const void *own_portid)
{
	return recover_is_other(line, *(const uint32_t *)own_portid);
}

bool iscsi_watch_other(const struct iscsi_watch *w, uint32_t own_portid)
{
	return lines_any(w->netlink_fd, is_other, &own_portid);
}
