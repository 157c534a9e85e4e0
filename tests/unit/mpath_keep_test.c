/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Paths that fail, sessions that break and come back, multipathd that is there or not: which path
 * the guard puts back when. */
#include "test.h"

#include "core/mpath_keep.h"

#define S 1000000000ull
#define MS 1000000ull
#define ROUNDS_MAX 1000

static const struct mpath_dev devs[] = { { 8, 0 }, { 8, 16 } };

static struct mpath_keep m;
static struct mpath_status status; /* the map as it is */
static bool works[MPATH_PATHS_MAX], other;
static uint64_t now;
static struct mpath_keep_actions act;
static int n_back[2];
static uint64_t back_ns[2];
static char text[MPATH_KEEP_TEXT_MAX];

/* What fails again at once, whatever is tried. */
static bool broken[2];

static void step(void)
{
	struct mpath_keep_event ev = { .now_ns = now, .status = &status, .other = other };
	bool again;

	do {
		again = false;
		memcpy(ev.works, works, sizeof(works));
		mpath_keep_step(&m, &ev, &act);
		if (act.say != SAY_NOTHING)
			memcpy(text, act.text, sizeof(text));
		for (int i = 0; i < 2; i++) {
			if (!act.reinstate[i])
				continue;
			n_back[i]++;
			back_ns[i] = now;
			status.failed[i] = broken[i];
			again = true; /* the map tells of it */
		}
	} while (again);
}

static void run_until(uint64_t end)
{
	for (int rounds = 0; mpath_keep_deadline(&m) <= end; rounds++) {
		ok(rounds < ROUNDS_MAX);
		if (rounds == ROUNDS_MAX)
			return;
		ok(mpath_keep_deadline(&m) > now || rounds == 0);
		now = mpath_keep_deadline(&m);
		step();
	}
	now = end;
}

static void begin(void)
{
	mpath_keep_init(&m, devs, 2, "iscsi x", 7);
	status = (struct mpath_status){ .paths = { devs[0], devs[1] }, .n_paths = 2 };
	works[0] = works[1] = true;
	memset(n_back, 0, sizeof(n_back));
	memset(broken, 0, sizeof(broken));
	other = false;
	now = 1000 * S;
	text[0] = '\0';
	step();
	ok(mpath_keep_deadline(&m) == MPATH_KEEP_NEVER);
}

/* The session breaks, the path fails five seconds later, the login is for ever in vain. */
static void waits_for_the_session(void)
{
	begin();
	works[0] = false;
	step();
	now += 5 * S;
	status.failed[0] = true;
	step();
	eq_str(text, "the root iscsi x has 1 of 2 paths");
	ok(mpath_keep_deadline(&m) == MPATH_KEEP_NEVER);
	now += 60 * S;
	works[0] = true;
	step();
	eq_int(n_back[0], 0);
	run_until(now + S);
	eq_int(n_back[0], 1);
	eq_int(back_ns[0] - 1065 * S, 250 * MS);
	eq_int(n_back[1], 0);
	eq_str(text, "the root iscsi x has 2 of 2 paths");
	ok(mpath_keep_deadline(&m) == MPATH_KEEP_NEVER);
}

/* It is back before the kernel gave the path up: nothing is to be done. */
static void short_outage(void)
{
	begin();
	works[0] = false;
	step();
	now += 3 * S;
	works[0] = true;
	step();
	run_until(now + 60 * S);
	eq_int(n_back[0], 0);
	eq_str(text, "");
}

static void all_gone(void)
{
	begin();
	works[0] = works[1] = false;
	status.failed[0] = true;
	step();
	status.failed[1] = true;
	step();
	eq_str(text, "the last path of the root iscsi x has failed: it waits");
	eq_int(act.say, SAY_BAD);
	now += 60 * S;
	works[1] = true;
	step();
	run_until(now + S);
	eq_int(n_back[1], 1);
	eq_int(n_back[0], 0);
	eq_str(text, "a path of the root iscsi x is back after 60.2 s: it goes on");
	works[0] = true;
	step();
	run_until(now + S);
	eq_int(n_back[0], 1);
	eq_str(text, "the root iscsi x has 2 of 2 paths");
}

/* Its target says no, over a session that works: tried again, more and more seldom. */
static void fails_by_itself(void)
{
	begin();
	broken[0] = status.failed[0] = true;
	step();
	eq_int(n_back[0], 0);
	run_until(now + 2 * S);
	eq_int(n_back[0], 1);
	run_until(now + 598 * S);
	ok(n_back[0] >= 18 && n_back[0] <= 30);
	broken[0] = false;
	run_until(now + 40 * S);
	ok(!status.failed[0]);
	ok(mpath_keep_deadline(&m) == MPATH_KEEP_NEVER);
	/* after it has worked for long, as if for the first time */
	now += 60 * S;
	n_back[0] = 0;
	status.failed[0] = true;
	step();
	run_until(now + 2 * S);
	eq_int(n_back[0], 1);
}

/* One that is put back, and fails again at once: not the first failure. */
static void flaps(void)
{
	begin();
	for (int i = 0; i < 6; i++) {
		status.failed[0] = true;
		step();
		run_until(mpath_keep_deadline(&m));
		ok(!status.failed[0]);
	}
	ok(now - 1000 * S > 20 * S);
}

/* multipathd knows when a path is to be tried again; with a session of ours that comes back it is
 * no harm to be the first. */
static void with_multipathd(void)
{
	begin();
	other = true;
	broken[0] = status.failed[0] = true;
	step();
	run_until(now + 300 * S);
	eq_int(n_back[0], 0);
	works[0] = false;
	step();
	works[0] = true;
	step();
	run_until(now + S);
	eq_int(n_back[0], 1);
	run_until(now + 300 * S);
	eq_int(n_back[0], 1);
	other = false; /* it has ended */
	broken[0] = false;
	run_until(now + 31 * S);
	eq_int(n_back[0], 2);
}

/* It was taken out of the map, or the map cannot be asked. */
static void unknown(void)
{
	struct mpath_keep_event ev = { .now_ns = 0 };

	begin();
	status.n_paths = 1;
	works[1] = false;
	step();
	works[1] = true;
	step();
	run_until(now + 60 * S);
	eq_int(n_back[1], 0);
	status.n_paths = 2;
	status.failed[0] = true;
	step();
	ev.now_ns = now;
	ev.works[0] = ev.works[1] = true;
	mpath_keep_step(&m, &ev, &act);
	ok(m.paths[0].failed);
	ok(mpath_keep_deadline(&m) != MPATH_KEEP_NEVER);
}

/* One that comes later: of no concern before, and one of two from then on. */
static void joins_later(void)
{
	begin();
	mpath_keep_init(&m, devs, 2, "iscsi x", 7);
	mpath_keep_absent(&m, 1);
	status.n_paths = 1;
	works[1] = false;
	step();
	eq_str(text, "");
	works[0] = false;
	status.failed[0] = true;
	step();
	eq_str(text, "the last path of the root iscsi x has failed: it waits");
	now += 20 * S;
	mpath_keep_joined(&m, 1, &(struct mpath_dev){ 8, 48 });
	status.paths[1] = (struct mpath_dev){ 8, 48 };
	status.n_paths = 2;
	works[1] = true;
	step();
	eq_str(text, "a path of the root iscsi x is back after 20.0 s: it goes on");
	works[0] = true;
	step();
	run_until(now + S);
	eq_int(n_back[0], 1);
	eq_int(n_back[1], 0);
	eq_str(text, "the root iscsi x has 2 of 2 paths");
}

static void socket_lines(void)
{
	static const char *const yes[] = {
		"0000000000000000: 00000002 00000000 00010000 0001 01 12345 "
		"@/org/kernel/linux/storage/multipathd",
	};
	static const char *const no[] = {
		"",
		"Num       RefCount Protocol Flags    Type St Inode Path",
		"0000000000000000: 00000002 00000000 00010000 0001 01 12345 "
		"/org/kernel/linux/storage/multipathd",
		"0000000000000000: 00000002 00000000 00010000 0001 01 12345 "
		"@/org/kernel/linux/storage/multipathd2",
		"0000000000000000: 00000002 00000000 00010000 0001 01 12345",
	};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ok(mpath_keep_is_other(span_of(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ok(!mpath_keep_is_other(span_of(no[i])));
}

int main(void)
{
	RUN(waits_for_the_session);
	RUN(short_outage);
	RUN(all_gone);
	RUN(fails_by_itself);
	RUN(flaps);
	RUN(with_multipathd);
	RUN(unknown);
	RUN(joins_later);
	RUN(socket_lines);
	return test_end();
}
