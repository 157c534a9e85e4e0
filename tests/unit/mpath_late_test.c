/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A path that was not there at the handover: how often it is tried, what is said, when it is left.
 */
#include "test.h"

#include <errno.h>

#include "core/mpath_late.h"

#define S 1000000000ull

static struct mpath_late m;
static struct mpath_late_actions act;
static uint64_t now;
static bool other;

static void feed(enum mpath_late_event_kind kind, int code, const char *text)
{
	struct mpath_late_event ev = {
		.kind = kind, .now_ns = now, .other = other, .code = code, .text = text
	};

	mpath_late_step(&m, &ev, &act);
}

static void begin(void)
{
	now = 100 * S;
	other = false;
	mpath_late_init(&m, "target t at 10.0.0.1:3260", "iscsi x", now, 7);
}

static void due(void)
{
	ok(mpath_late_deadline(&m) != MPATH_LATE_NEVER);
	now = mpath_late_deadline(&m);
	feed(MPATH_LATE_EV_DEADLINE, 0, NULL);
}

/* Its portal answers after a while. */
static void joins(void)
{
	int n_logins = 0, n_said = 0;

	begin();
	while (now < 160 * S) {
		due();
		ok(act.login);
		n_logins++;
		feed(MPATH_LATE_EV_LOGIN_FAILED, ECONNREFUSED,
		     "target t at 10.0.0.1:3260: refused");
		if (act.say != SAY_NOTHING) {
			n_said++;
			eq_str(act.text,
			       "target t at 10.0.0.1:3260: refused: a further path to the root "
			       "iscsi x is not there yet, trying on");
		}
		ok(mpath_late_deadline(&m) <= now + 13 * S);
	}
	ok(n_logins >= 6 && n_logins <= 14);
	eq_int(n_said, 1);
	due();
	feed(MPATH_LATE_EV_LOGGED_IN, 0, NULL);
	ok(act.join && !act.keep);
	feed(MPATH_LATE_EV_JOINED, 0, NULL);
	ok(act.keep && !act.leave);
	eq_str(act.text,
	       "target t at 10.0.0.1:3260: logged in, a further path to the root iscsi x is in "
	       "its map");
	eq_int(m.state, MPATH_LATE_OVER);
	ok(mpath_late_deadline(&m) == MPATH_LATE_NEVER);
}

/* Another LUN is never tried again, a disk that could not be read is. */
static void does_not_join(void)
{
	begin();
	due();
	feed(MPATH_LATE_EV_LOGGED_IN, 0, NULL);
	feed(MPATH_LATE_EV_NOT_JOINED, EIO, "target t at 10.0.0.1:3260: scan");
	ok(act.leave && !act.keep);
	eq_int(m.state, MPATH_LATE_WAITS);
	due();
	ok(act.login);
	feed(MPATH_LATE_EV_LOGGED_IN, 0, NULL);
	feed(MPATH_LATE_EV_NOT_JOINED, ENODEV, "");
	ok(act.leave);
	eq_int(act.say, SAY_WARN);
	eq_int(m.state, MPATH_LATE_OVER);
}

static void login_without_end(void)
{
	begin();
	due();
	due();
	ok(act.cancel);
	eq_int(act.say, SAY_INFO);
	eq_int(m.state, MPATH_LATE_WAITS);
	due();
	ok(act.login);
}

/* Whoever looks for its disk may hang in a scan. */
static void join_without_end(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		due();
		ok(act.login);
		feed(MPATH_LATE_EV_LOGGED_IN, 0, NULL);
		ok(act.join);
		due();
		ok(act.leave && !act.keep);
		eq_int(m.state, MPATH_LATE_WAITS);
		eq_str(act.text, i ? ""
				   : "target t at 10.0.0.1:3260: its disk is not in the map "
				     "within 60 s: a further path to the root iscsi x is not "
				     "there yet, trying on");
		feed(MPATH_LATE_EV_JOINED, 0, NULL); /* too late */
		ok(!act.keep);
	}
}

/* multipathd adds what comes; where it ends it is our turn again. */
static void stands_aside(void)
{
	begin();
	other = true;
	for (int i = 0; i < 5; i++) {
		due();
		ok(!act.login);
		eq_int(act.say, SAY_NOTHING);
	}
	other = false;
	due();
	ok(act.login);
	feed(MPATH_LATE_EV_DEADLINE, 0, NULL); /* before its time */
	ok(!act.cancel);
}

int main(void)
{
	RUN(joins);
	RUN(does_not_join);
	RUN(login_without_end);
	RUN(join_without_end);
	RUN(stands_aside);
	return test_end();
}
