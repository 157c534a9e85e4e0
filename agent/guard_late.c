/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guard keeps trying: paths to the root that were not there when init was started. It
 * carries out what core/mpath_late says; what blocks of it is another process's (sys/mpath_join). A
 * path that has come is a session like the others.
 */
#include "guard_charge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/mpath_late.h"
#include "sys/iscsi_login.h"
#include "sys/log.h"
#include "sys/mpath_join.h"

struct late {
	struct charge charge; /* first */
	struct mpath_late machine;
	const struct guard_session *brief;
	struct iscsi_config config;
	struct iscsi_login *login; /* under way, or up; NULL: neither */
	struct iscsi_login_result result; /* once it is up */
};

static struct late lates[GUARD_SESSIONS_MAX]; /* as in the brief */
static const struct guard_brief *the_brief;
static int join_fd = -1; /* while there are any */

/* --- what the machine is told, and what it asks for --- */

static void feed(struct late *l, struct mpath_late_event ev);

static uint8_t index_of(const struct late *l)
{
	return (uint8_t)(l - lates);
}

static void not_joined(struct late *l, int code, const char *why)
{
	char text[MPATH_LATE_TEXT_MAX];

	(void)snprintf(text, sizeof(text), "%s: %s", l->machine.path, why);
	feed(l, (struct mpath_late_event){
			.kind = MPATH_LATE_EV_NOT_JOINED, .code = code, .text = text });
}

static void on_done(void *arg, const struct iscsi_login_result *result, const struct err *err)
{
	struct late *l = arg;

	if (err) {
		l->login = NULL;
		feed(l, (struct mpath_late_event){ .kind = MPATH_LATE_EV_LOGIN_FAILED,
						   .code = err->code,
						   .text = err->text });
		return;
	}
	l->result = *result;
	feed(l, (struct mpath_late_event){ .kind = MPATH_LATE_EV_LOGGED_IN });
}

static void begin_login(struct late *l)
{
	struct err err;

	l->login = iscsi_login_start(l->charge.loop, &l->config, on_done, NULL, l, &err);
	if (!l->login)
		feed(l, (struct mpath_late_event){ .kind = MPATH_LATE_EV_LOGIN_FAILED,
						   .code = err.code,
						   .text = err.text });
}

static void begin_join(struct late *l)
{
	struct mpath_join_request request = { .index = index_of(l),
					      .sid = l->result.sid,
					      .host_no = l->result.host_no,
					      .lun_known = l->brief->lun_known };
	int rc;

	memcpy(request.lun, l->brief->lun, sizeof(request.lun));
	rc = mpath_join_ask(join_fd, &request);
	if (rc < 0)
		not_joined(l, -rc, strerror(-rc));
}

static void feed(struct late *l, struct mpath_late_event ev)
{
	struct mpath_late_actions act;

	ev.now_ns = clock_now_ns();
	mpath_late_step(&l->machine, &ev, &act);
	if (act.cancel)
		iscsi_login_cancel(l->login);
	if (act.leave)
		iscsi_login_leave(l->login);
	if (act.cancel || act.leave)
		l->login = NULL;
	guard_say(act.say, act.text);
	if (act.login)
		begin_login(l);
	else if (act.join)
		begin_join(l);
	else if (l->machine.state == MPATH_LATE_OVER && !act.keep)
		charge_leave(&l->charge);
}

/* Its session has the place in the guard that was kept for it. */
static void joined(struct late *l, const struct mpath_join_answer *answer, const int fds[static 2])
{
	struct guard *guard = l->charge.guard;
	struct loop *loop = l->charge.loop;

	feed(l, (struct mpath_late_event){ .kind = MPATH_LATE_EV_JOINED });
	iscsi_login_abandon(l->login);
	l->login = NULL;
	charge_leave(&l->charge);
	guard_map_joined(index_of(l), &answer->dev);
	guard_session_joined(guard, loop, the_brief, index_of(l), &l->result, fds);
}

static void close_both(const int fds[static 2])
{
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void on_answer(void *arg, uint32_t events)
{
	struct mpath_join_answer answer = { 0 };
	int fds[2], rc = 0;

	(void)arg;
	(void)events;
	while (join_fd >= 0 && (rc = mpath_join_answer(join_fd, &answer, fds)) == 1) {
		struct late *l = answer.index < GUARD_SESSIONS_MAX ? &lates[answer.index] : NULL;

		if (!l || !l->charge.kind || l->machine.state != MPATH_LATE_JOINS ||
		    answer.sid != l->result.sid)
			close_both(fds); /* of a session that was not waited for any longer */
		else if (answer.code)
			not_joined(l, answer.code, answer.text);
		else
			joined(l, &answer, fds);
	}
	if (join_fd < 0 || rc == 0)
		return;
	log_line(LOG_LEVEL_ERROR, "guard",
		 "%s has ended: no further path to the root is added until multipathd does",
		 MPATH_JOIN_NAME);
	guard_late_end();
}

void guard_late_end(void)
{
	for (size_t i = 0; i < GUARD_SESSIONS_MAX; i++)
		if (lates[i].charge.kind)
			charge_leave(&lates[i].charge);
}

/* --- as a charge --- */

static bool any_left(void)
{
	for (size_t i = 0; i < GUARD_SESSIONS_MAX; i++)
		if (lates[i].charge.kind)
			return true;
	return false;
}

/* The process ends when it is closed. */
static void close_if_last(struct loop *loop)
{
	if (any_left())
		return;
	loop_unwatch(loop, join_fd);
	close(join_fd);
	join_fd = -1;
}

static void late_stop(struct charge *charge)
{
	struct late *l = (struct late *)charge;

	if (l->login)
		iscsi_login_cancel(l->login);
	l->login = NULL;
	close_if_last(charge->loop);
}

static void late_link(struct charge *charge, const struct nic *nic, bool gone)
{
	guard_config_link(&((struct late *)charge)->config, nic, gone);
}

static uint64_t late_deadline(const struct charge *charge)
{
	return mpath_late_deadline(&((const struct late *)charge)->machine);
}

static void late_expired(struct charge *charge, uint64_t now_ns)
{
	(void)now_ns;
	feed((struct late *)charge, (struct mpath_late_event){ .kind = MPATH_LATE_EV_DEADLINE,
							       .other = guard_map_other() });
}

static const struct charge_kind late_kind = {
	.stop = late_stop,
	.link = late_link,
	.deadline = late_deadline,
	.expired = late_expired,
};

/* --- the beginning --- */

static int begin(struct guard *guard, struct late *l, const struct guard_brief *brief,
		 struct err *err)
{
	char target[224], root[sizeof(brief->root)], portal[ISCSI_PORTAL_TEXT_MAX],
		path[sizeof(l->machine.path)];
	const struct guard_session *b = &brief->sessions[index_of(l)];

	l->brief = b;
	l->config = b->config;
	l->config.portal = b->portals[0].ip;
	l->config.port = b->portals[0].port;
	(void)snprintf(path, sizeof(path), "target %s at %s",
		       text_quote(target, sizeof(target), span_of(b->config.target)),
		       iscsi_portal_text(&b->portals[0].ip, b->portals[0].port, portal));
	mpath_late_init(&l->machine, path, text_quote(root, sizeof(root), span_of(brief->root)),
			clock_now_ns(), b->seed + index_of(l));
	return charge_take(guard, &l->charge, &late_kind, err);
}

static int begin_all(struct guard *guard, struct loop *loop, const struct guard_brief *brief,
		     struct err *err)
{
	struct mpath_join_brief join = { .map = brief->map };
	int rc = 0;

	memcpy(join.wwid, brief->wwid, sizeof(join.wwid));
	join_fd = mpath_join_start(&join, err);
	if (join_fd < 0)
		return join_fd;
	if (loop_watch(loop, join_fd, EPOLLIN, on_answer, NULL, err) < 0) {
		close(join_fd);
		join_fd = -1;
		return -err->code;
	}
	for (uint8_t i = 0; rc == 0 && i < brief->n_late; i++)
		rc = begin(guard, &lates[brief->n_sessions + i], brief, err);
	close_if_last(loop); /* where not even the first one was taken */
	return rc;
}

void guard_late(struct guard *guard, struct loop *loop, const struct guard_brief *brief)
{
	struct err err;

	if (!brief->has_map || !brief->n_late)
		return;
	the_brief = brief;
	if (begin_all(guard, loop, brief, &err) < 0)
		log_line(
			LOG_LEVEL_ERROR, "guard",
			"%s: paths to the root that come later are not added until multipathd does",
			err.text);
}
