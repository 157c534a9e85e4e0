/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of several NFS servers is mounted, as they answer, refuse or keep silent. */
#include "test.h"

#include "core/nfs_paths.h"

#define MS 1000000ull

static struct nfs_paths p;
static uint64_t due;

static void begin(uint8_t n)
{
	p = (struct nfs_paths){ .n = n, .begun_ns = 5000 * MS };
	for (uint8_t i = 0; i < n; i++)
		p.paths[i].state = NFS_PATH_BUSY;
}

/* ms after they were asked */
static int choose(uint64_t ms)
{
	return nfs_paths_choose(&p, (5000 + ms) * MS, &due);
}

static void good(uint8_t i, uint64_t ms)
{
	nfs_paths_good(&p, i, (5000 + ms) * MS);
}

static void over(uint8_t i)
{
	p.paths[i].state = NFS_PATH_OVER;
}

static void one(void)
{
	begin(1);
	eq_int(choose(0), -1);
	ok(due == NFS_PATHS_NEVER);
	good(0, 3);
	eq_int(choose(3), 0);
	over(0);
	eq_int(choose(4), -1);
	ok(due == NFS_PATHS_NEVER);
	eq_int(nfs_paths_left(&p, -1), 0);
}

/* The preferred one is taken at once, whoever else is still asked. */
static void preferred(void)
{
	begin(3);
	good(0, 50);
	eq_int(choose(50), 0);
	eq_int(nfs_paths_left(&p, 0), 2);
}

/* One that is dead: the other waits as long again as it took, at least 20 and at most 200 ms. */
static void waits(void)
{
	static const struct {
		uint64_t took_ms, until_ms;
	} rows[] = {
		{ 3, 23 }, { 20, 40 }, { 60, 120 }, { 199, 398 }, { 200, 400 }, { 900, 1100 }
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(2);
		good(1, rows[i].took_ms);
		eq_int(choose(rows[i].took_ms), -1);
		ok(due == (5000 + rows[i].until_ms) * MS);
		eq_int(choose(rows[i].until_ms - 1), -1);
		eq_int(choose(rows[i].until_ms), 1);
	}
}

/* One that refuses is not waited for, and what comes behind the good one never is. */
static void refused(void)
{
	begin(3);
	good(1, 40);
	eq_int(choose(40), -1);
	over(0);
	eq_int(choose(41), 1);
	eq_int(nfs_paths_left(&p, 1), 1);
}

/* The preferred one comes while it is waited for; the wait counts from the first that was good. */
static void comes_in_time(void)
{
	begin(3);
	good(2, 10);
	eq_int(choose(10), -1);
	good(1, 25);
	eq_int(choose(25), -1);
	ok(due == 5030 * MS);
	eq_int(choose(30), 1);
	good(0, 29);
	eq_int(choose(29), 0);
}

/* One that could not be asked comes last, and is mounted where there is no other. */
static void blind(void)
{
	begin(2);
	p.paths[0].state = NFS_PATH_BLIND;
	eq_int(choose(9), -1);
	good(1, 10);
	eq_int(choose(10), 1);
	over(1);
	eq_int(choose(11), 0);
	over(0);
	eq_int(choose(12), -1);
}

/* One that will be good by itself is asked again each second, for ever, and nobody who is well
 * waits for it. */
static void later(void)
{
	begin(2);
	nfs_paths_later(&p, 0, 5010 * MS);
	eq_int(choose(10), -1);
	ok(due == 6010 * MS);
	ok(!nfs_paths_due(&p, 0, 6009 * MS));
	ok(nfs_paths_due(&p, 0, 6010 * MS));
	ok(!nfs_paths_due(&p, 1, 6010 * MS)); /* is asked already */
	eq_int(nfs_paths_left(&p, 1), 1);
	p.paths[1].state = NFS_PATH_BLIND;
	eq_int(choose(20), -1);
	over(1);
	eq_int(choose(20), -1);
	eq_int(nfs_paths_left(&p, -1), 1);
	/* the other's answer */
	good(1, 500);
	eq_int(choose(500), 1);
	/* sooner than the next question: the wait for one that is preferred */
	begin(3);
	nfs_paths_later(&p, 2, 5010 * MS);
	good(1, 40);
	eq_int(choose(40), -1);
	ok(due == 5080 * MS);
}

static void not_begun(void)
{
	begin(2);
	p.paths[0].state = NFS_PATH_WAITS;
	good(1, 10);
	eq_int(choose(10), -1);
	eq_int(choose(30), 1);
	begin(1);
	p.paths[0].state = NFS_PATH_WAITS;
	ok(nfs_paths_due(&p, 0, 0));
}

/* As many servers as there can be, of which the last is the only one that is well. */
static void as_many_as_can_be(void)
{
	const uint8_t last = NFS_PATHS_MAX - 1;

	begin(NFS_PATHS_MAX);
	good(last, 50);
	eq_int(choose(50), -1);
	ok(due == 5100 * MS);
	eq_int(choose(100), last);
	eq_int(nfs_paths_left(&p, last), last);
	for (uint8_t i = 0; i < NFS_PATHS_MAX; i++)
		over(i);
	eq_int(choose(101), -1);
	ok(due == NFS_PATHS_NEVER);
	eq_int(nfs_paths_left(&p, -1), 0);
}

int main(void)
{
	RUN(one);
	RUN(preferred);
	RUN(waits);
	RUN(refused);
	RUN(comes_in_time);
	RUN(blind);
	RUN(later);
	RUN(not_begun);
	RUN(as_many_as_can_be);
	return test_end();
}
