/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads what stays open: sysfs and procfs make the text anew for every read from the start. */
#include "sys/iscsi_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SESSIONS_DIR "/sys/class/iscsi_session"
#define NETLINK_FILE "/proc/net/netlink"
#define LINE_LONGEST 256

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

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
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

/* The whole lines of text; returns how much of it they are. */
static size_t look_at_lines(struct span text, uint32_t own_portid, bool *ret_other)
{
	size_t done = 0, len;

	while ((len = span_find(text, '\n')) < text.len) {
		*ret_other |= recover_is_other((struct span){ text.p, len }, own_portid);
		text = span_skip(text, len + 1);
		done += len + 1;
	}
	return done;
}

bool iscsi_watch_other(const struct iscsi_watch *w, uint32_t own_portid)
{
	char text[4096];
	size_t len = 0, done;
	bool other = false;
	off_t at = 0;
	ssize_t n;

	while ((n = pread(w->netlink_fd, text + len, sizeof(text) - len, at)) > 0) {
		at += n;
		len += (size_t)n;
		done = look_at_lines((struct span){ text, len }, own_portid, &other);
		len -= done;
		if (len > LINE_LONGEST)
			break;
		memmove(text, text + done, len);
	}
	return other;
}
