/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps alive: the multipath map of the root, whose failed paths the kernel does not
 * try again by itself. It carries out what core/mpath_keep says. The device mapper tells when
 * something has happened; nothing is asked before.
 */
#include "guard_charge.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/mpath_keep.h"
#include "sys/dm.h"
#include "sys/lines.h"
#include "sys/log.h"

#define SOCKETS "/proc/net/unix"

struct map {
	struct charge charge; /* first */
	struct mpath_keep machine;
	struct mpath_dev dev;
	struct mpath_dev paths[GUARD_SESSIONS_MAX];
	bool works[GUARD_SESSIONS_MAX];
	bool unknown; /* it was said that its status cannot be had */
	int fd, sockets_fd; /* -1: closed */
};

static struct map the_map = { .fd = -1, .sockets_fd = -1 };

static bool is_multipathd(struct span line, const void *arg)
{
	(void)arg;
	return mpath_keep_is_other(line);
}

bool guard_map_other(void)
{
	return lines_any(the_map.sockets_fd, is_multipathd, NULL);
}

/* --- what the machine is told, and what it asks for --- */

/* False where its status cannot be had, or makes no sense: said once. rc: of asking for text. */
static bool read_status(struct map *m, int rc, const char *text, struct mpath_status *ret)
{
	bool ok = rc == 0 && mpath_status_parse(span_of(text), ret);

	if (!ok && !m->unknown)
		log_line(
			LOG_LEVEL_WARN, "guard",
			"the status of the map %u:%u of the root cannot be had: %s%s, going by what "
			"is known of its paths",
			m->dev.major, m->dev.minor,
			rc < 0 ? strerror(-rc) : "it makes no sense: ", rc < 0 ? "" : text);
	m->unknown = !ok;
	return ok;
}

static void look(struct map *m)
{
	struct mpath_keep_event ev = { .now_ns = clock_now_ns(), .other = guard_map_other() };
	char text[MPATH_PARAMS_MAX];
	struct mpath_keep_actions act;
	struct mpath_status status;
	int rc;

	(void)dm_arm(m->fd); /* before the look: what comes after it is told */
	rc = dm_map_status(m->fd, &m->dev, text);
	if (rc == -ENXIO) {
		charge_leave(&m->charge);
		guard_late_end();
		return;
	}
	if (read_status(m, rc, text, &status))
		ev.status = &status;
	memcpy(ev.works, m->works, sizeof(m->works));
	mpath_keep_step(&m->machine, &ev, &act);
	for (uint8_t i = 0; i < m->machine.n_paths; i++) {
		rc = act.reinstate[i] ? dm_path_reinstate(m->fd, &m->dev, &m->paths[i]) : 0;
		if (rc < 0)
			log_line(LOG_LEVEL_WARN, "guard",
				 "path %u:%u of the root cannot be put back: %s, trying on",
				 m->paths[i].major, m->paths[i].minor, strerror(-rc));
	}
	guard_say(act.say, act.text);
}

static void on_news(void *arg, uint32_t events)
{
	(void)events;
	look(arg);
}

void guard_map_session(uint8_t i, bool works)
{
	struct map *m = &the_map;

	if (m->works[i] == works)
		return;
	m->works[i] = works;
	if (m->charge.kind)
		look(m);
}

void guard_map_joined(uint8_t i, const struct mpath_dev *dev)
{
	struct map *m = &the_map;

	m->paths[i] = *dev;
	m->works[i] = true;
	mpath_keep_joined(&m->machine, i, dev);
	if (m->charge.kind)
		look(m);
}

/* --- as a charge --- */

static void map_stop(struct charge *charge)
{
	struct map *m = (struct map *)charge;

	loop_unwatch(charge->loop, m->fd);
	close(m->fd);
	close(m->sockets_fd);
	m->fd = m->sockets_fd = -1;
}

static uint64_t map_deadline(const struct charge *charge)
{
	return mpath_keep_deadline(&((const struct map *)charge)->machine);
}

static void map_expired(struct charge *charge, uint64_t now_ns)
{
	(void)now_ns;
	look((struct map *)charge);
}

static const struct charge_kind map_kind = {
	.stop = map_stop,
	.deadline = map_deadline,
	.expired = map_expired,
};

/* --- the beginning --- */

void guard_map_prepare(void)
{
	the_map.fd = open(DM_CONTROL, O_RDWR | O_CLOEXEC); /* where there is a map, it is there */
	the_map.sockets_fd = open(SOCKETS, O_RDONLY | O_CLOEXEC);
}

static int begin(struct guard *guard, struct map *m, struct loop *loop,
		 const struct guard_brief *brief, struct err *err)
{
	uint8_t n = (uint8_t)(brief->n_sessions + brief->n_late);
	char root[sizeof(brief->root)];

	if (m->fd < 0)
		return err_set(err, ENOENT, DM_CONTROL " cannot be opened");
	m->dev = brief->map;
	for (uint8_t i = 0; i < n; i++) {
		m->paths[i] = brief->sessions[i].path;
		m->works[i] = i < brief->n_sessions;
	}
	mpath_keep_init(&m->machine, m->paths, n,
			text_quote(root, sizeof(root), span_of(brief->root)),
			brief->sessions[0].seed);
	for (uint8_t i = brief->n_sessions; i < n; i++)
		mpath_keep_absent(&m->machine, i);
	if (loop_watch(loop, m->fd, EPOLLIN, on_news, m, err) < 0)
		return -err->code;
	if (charge_take(guard, &m->charge, &map_kind, err) < 0) {
		loop_unwatch(loop, m->fd);
		return -err->code;
	}
	return 0;
}

int guard_map(struct guard *guard, struct loop *loop, const struct guard_brief *brief)
{
	struct map *m = &the_map;
	struct err err;

	if (brief->has_map && begin(guard, m, loop, brief, &err) == 0) {
		look(m);
		return m->fd;
	}
	if (brief->has_map)
		log_line(LOG_LEVEL_ERROR, "guard",
			 "%s: nobody puts a failed path of the root back until multipathd does",
			 err.text);
	if (m->fd >= 0)
		close(m->fd);
	if (m->sockets_fd >= 0)
		close(m->sockets_fd);
	m->fd = m->sockets_fd = -1;
	return -1;
}
