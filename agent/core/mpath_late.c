/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For ever, or until the path turns out to lead somewhere else. */
#include "core/mpath_late.h"

#include <errno.h>
#include <stdio.h>

#include "core/backoff.h"

#define NS_PER_S 1000000000ull

/* A connect that is refused costs next to nothing, and the root has no other path to lose. */
static const struct backoff retry = { .first_ms = 1000, .max_ms = 10000 };
#define LOGIN_LIMIT_S 60
/* A disk may take 10 s to come, and one path joins after the other. */
#define JOIN_LIMIT_S 60
/* Whether multipathd is still there. */
#define OTHER_NS (30 * NS_PER_S)

void mpath_late_init(struct mpath_late *m, const char *path, const char *root, uint64_t now_ns,
		     uint64_t seed)
{
	*m = (struct mpath_late){ .state = MPATH_LATE_WAITS, .rng = seed };
	m->deadline_ns = now_ns + backoff_ns(&retry, 0, &m->rng);
	(void)snprintf(m->path, sizeof(m->path), "%s", path); /* cut where it does not fit */
	(void)snprintf(m->root, sizeof(m->root), "%s", root);
}

uint64_t mpath_late_deadline(const struct mpath_late *m)
{
	return m->deadline_ns;
}

static void enter(struct mpath_late *m, enum mpath_late_state state, uint64_t deadline_ns)
{
	m->state = state;
	m->deadline_ns = deadline_ns;
}

/* Each cause once: it may be so for days. */
static void failed(struct mpath_late *m, const struct mpath_late_event *ev, int code,
		   const char *text, struct mpath_late_actions *act)
{
	if (code != m->said) {
		say(act, SAY_INFO, "%s: a further path to the root %s is not there yet, trying on",
		    text, m->root);
	}
	m->said = code;
	enter(m, MPATH_LATE_WAITS, ev->now_ns + backoff_ns(&retry, ++m->n_failures, &m->rng));
}

static void in_waits(struct mpath_late *m, const struct mpath_late_event *ev,
		     struct mpath_late_actions *act)
{
	if (ev->kind != MPATH_LATE_EV_DEADLINE)
		return;
	if (ev->other) {
		m->deadline_ns = ev->now_ns + OTHER_NS;
		return;
	}
	act->login = true;
	enter(m, MPATH_LATE_LOGIN, ev->now_ns + LOGIN_LIMIT_S * NS_PER_S);
}

static void in_login(struct mpath_late *m, const struct mpath_late_event *ev,
		     struct mpath_late_actions *act)
{
	char text[sizeof(m->path) + 48];

	switch (ev->kind) {
	case MPATH_LATE_EV_LOGGED_IN:
		act->join = true;
		enter(m, MPATH_LATE_JOINS, ev->now_ns + JOIN_LIMIT_S * NS_PER_S);
		break;
	case MPATH_LATE_EV_LOGIN_FAILED:
		failed(m, ev, ev->code, ev->text, act);
		break;
	case MPATH_LATE_EV_DEADLINE:
		act->cancel = true;
		(void)snprintf(text, sizeof(text), "%s: no end of the login within %d s", m->path,
			       LOGIN_LIMIT_S);
		failed(m, ev, ETIMEDOUT, text, act);
		break;
	case MPATH_LATE_EV_JOINED:
	case MPATH_LATE_EV_NOT_JOINED:
		break;
	}
}

static void in_joins(struct mpath_late *m, const struct mpath_late_event *ev,
		     struct mpath_late_actions *act)
{
	char text[sizeof(m->path) + 48];

	switch (ev->kind) {
	case MPATH_LATE_EV_JOINED:
		act->keep = true;
		say(act, SAY_INFO, "%s: logged in, a further path to the root %s is in its map",
		    m->path, m->root);
		enter(m, MPATH_LATE_OVER, MPATH_LATE_NEVER);
		break;
	case MPATH_LATE_EV_NOT_JOINED:
		act->leave = true;
		if (ev->code != ENODEV) {
			failed(m, ev, ev->code, ev->text, act);
			break;
		}
		say(act, SAY_WARN,
		    "%s: it does not lead to the LUN of the root %s, and is left out", m->path,
		    m->root);
		enter(m, MPATH_LATE_OVER, MPATH_LATE_NEVER);
		break;
	case MPATH_LATE_EV_DEADLINE:
		act->leave = true;
		(void)snprintf(text, sizeof(text), "%s: its disk is not in the map within %d s",
			       m->path, JOIN_LIMIT_S);
		failed(m, ev, ETIME, text, act); /* not the code of a login without an end */
		break;
	case MPATH_LATE_EV_LOGGED_IN:
	case MPATH_LATE_EV_LOGIN_FAILED:
		break;
	}
}

void mpath_late_step(struct mpath_late *m, const struct mpath_late_event *ev,
		     struct mpath_late_actions *ret)
{
	*ret = (struct mpath_late_actions){ .say = SAY_NOTHING };
	if (ev->kind == MPATH_LATE_EV_DEADLINE && ev->now_ns < m->deadline_ns)
		return;
	switch (m->state) {
	case MPATH_LATE_WAITS:
		in_waits(m, ev, ret);
		break;
	case MPATH_LATE_LOGIN:
		in_login(m, ev, ret);
		break;
	case MPATH_LATE_JOINS:
		in_joins(m, ev, ret);
		break;
	case MPATH_LATE_OVER:
		break;
	}
}
