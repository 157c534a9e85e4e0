/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of multipath maps as multipathd writes them, and status lines as dm-mpath does. */
#include "test.h"

#include "core/mpath.h"

static char text[MPATH_PARAMS_MAX];

static const char *params(const struct mpath *m)
{
	struct out out = out_to(text, sizeof(text));

	mpath_params(m, &out);
	ok(!out.cut);
	return text;
}

static void tables(void)
{
	struct mpath m = { .paths = { { 8, 0 }, { 8, 16 } }, .n_paths = 1 };

	eq_str(params(&m), "1 queue_if_no_path 0 1 1 service-time 0 1 1 8:0 1");
	m.n_paths = 2;
	eq_str(params(&m),
	       "1 queue_if_no_path 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
	m.alua = true;
	eq_str(params(&m),
	       "1 queue_if_no_path 1 alua 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1");
	m = (struct mpath){ .n_paths = 0 };
	eq_str(params(&m), "1 queue_if_no_path 0 0 0");
	m.n_paths = MPATH_PATHS_MAX;
	for (int i = 0; i < MPATH_PATHS_MAX; i++)
		m.paths[i] = (struct mpath_dev){ 0xfff, 0xfffff };
	m.alua = true;
	(void)params(&m); /* fits */
}

static void names(void)
{
	char name[MPATH_NAME_MAX], uuid[MPATH_UUID_MAX], longest[WWID_MAX];
	struct out out = out_to(text, sizeof(text));

	mpath_name("36001405abc", name);
	eq_str(name, "36001405abc");
	mpath_uuid("36001405abc", uuid);
	eq_str(uuid, "mpath-36001405abc");
	mpath_part_name("36001405abc", 2, name);
	eq_str(name, "36001405abc-part2");
	mpath_part_uuid("36001405abc", 2, uuid);
	eq_str(uuid, "part2-mpath-36001405abc");
	mpath_part_params((struct mpath_dev){ 253, 7 }, 4096, &out);
	eq_str(text, "253:7 4096");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	mpath_part_uuid(longest, 128, uuid);
	eq_int(strlen(uuid), strlen("part128-mpath-") + WWID_MAX - 1);
	mpath_part_name(longest, 128, name);
	eq_int(strlen(name), strlen("-part128") + WWID_MAX - 1);
}

static void devices(void)
{
	static const char *const bad[] = { "",	   "8",	   "8:",     ":0",	  "8:0:0",
					   "8:0 ", "8:-1", "4096:0", "8:1048576", "a:b" };
	struct mpath_dev dev = { 1, 2 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!mpath_dev_parse(span_of(bad[i]), &dev));
	eq_int(dev.major, 1);
	ok(mpath_dev_parse(span_of("65:112"), &dev));
	eq_int(dev.major, 65);
	eq_int(dev.minor, 112);
	ok(mpath_dev_eq(&dev, &(struct mpath_dev){ 65, 112 }));
	ok(!mpath_dev_eq(&dev, &(struct mpath_dev){ 65, 113 }));
	ok(!mpath_dev_eq(&dev, &(struct mpath_dev){ 8, 112 }));
}

/* The better ones first, equal ones as they came. */
static void preferred(void)
{
	struct mpath m = { .n_paths = 0 };

	mpath_add(&m, &(struct mpath_dev){ 8, 0 }, 10);
	mpath_add(&m, &(struct mpath_dev){ 8, 16 }, 50);
	mpath_add(&m, &(struct mpath_dev){ 8, 32 }, 10);
	mpath_add(&m, &(struct mpath_dev){ 8, 48 }, 50);
	eq_str(params(&m),
	       "1 queue_if_no_path 0 4 1 service-time 0 1 1 8:16 1 service-time 0 1 1 8:48 1 "
	       "service-time 0 1 1 8:0 1 service-time 0 1 1 8:32 1");
}

static bool status(const char *line, struct mpath_status *s)
{
	return mpath_status_parse(span_of(line), s);
}

static void statuses(void)
{
	struct mpath_status s;

	/* Linux 6.1, two groups; multipathd's own with one group; with the alua handler */
	ok(status("2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1 E 0 1 2 8:16 F 1 0 1 ", &s));
	eq_int(s.n_paths, 2);
	eq_int(s.paths[1].minor, 16);
	ok(!s.failed[0] && s.failed[1]);
	ok(s.in_use[0] && !s.in_use[1]);
	ok(status("2 12 0 1 alua 1 1 E 0 2 2 8:0 F 3 0 1 8:16 F 1 0 1", &s));
	eq_int(s.n_paths, 2);
	ok(s.failed[0] && s.failed[1]);
	ok(status("2 0 0 0 1 1 A 0 1 0 8:0 A 0", &s)); /* round-robin has no words of its own */
	eq_int(s.n_paths, 1);
	ok(status("2 0 1 0 0 0", &s));
	eq_int(s.n_paths, 0);
}

static void no_status(void)
{
	static const char *const bad[] = {
		"",
		"2",
		"2 0 0 0 2 1 A 0 1 2 8:0 A 0 0 1",
		"2 0 0 0 1 1 A 0 1 2 8:0 A 0 0",
		"2 0 0 0 1 1 A 0 1 2 8:0 X 0 0 1",
		"2 0 0 0 1 1 A 0 1 2 sda A 0 0 1",
		"9999999 0",
		"2 0 0 0 99999 1",
		"-1 0 0",
	};
	struct mpath_status s = { .n_paths = 5 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!status(bad[i], &s));
	eq_int(s.n_paths, 5); /* untouched */
}

static void more_paths(void)
{
	struct mpath_status s;
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "2 0 0 0 1 1 A 0 %d 0", MPATH_PATHS_MAX + 1);
	for (int i = 0; i <= MPATH_PATHS_MAX; i++)
		out_add(&out, " 8:%d A 0", 16 * i);
	ok(status(text, &s));
	eq_int(s.n_paths, MPATH_PATHS_MAX);
}

/* Which session breaks first makes no difference; one under the map is never the path's alone. */
static void losses(void)
{
	enum mpath_path p[] = { MPATH_PATH_IN, MPATH_PATH_IN, MPATH_PATH_SCANNED };

	eq_int(mpath_lost(p, 3, 0), MPATH_LOSS_HELD);
	eq_int(p[0], MPATH_PATH_LOST);
	eq_int(mpath_lost(p, 3, 1), MPATH_LOSS_ROOT);
	eq_int(p[1], MPATH_PATH_LOST);
	p[0] = p[1] = MPATH_PATH_IN;
	eq_int(mpath_lost(p, 3, 1), MPATH_LOSS_HELD);
	eq_int(mpath_lost(p, 3, 0), MPATH_LOSS_ROOT);
	eq_int(mpath_lost(p, 3, 2), MPATH_LOSS_PATH);
	eq_int(p[2], MPATH_PATH_SCANNED);
}

/* Its disk is on its way into the map, session or not. */
static void lost_as_it_joins(void)
{
	enum mpath_path p[] = { MPATH_PATH_IN, MPATH_PATH_JOINS };

	eq_int(mpath_lost(p, 2, 1), MPATH_LOSS_HELD);
	eq_int(p[1], MPATH_PATH_JOINS_LOST);
	eq_int(mpath_lost(p, 2, 0), MPATH_LOSS_ROOT);
	p[0] = MPATH_PATH_IN;
	p[1] = mpath_joined(p[1]);
	eq_int(p[1], MPATH_PATH_LOST);
	eq_int(mpath_lost(p, 2, 0), MPATH_LOSS_ROOT);
	eq_int(mpath_joined(MPATH_PATH_JOINS), MPATH_PATH_IN);
}

static const char *added(const char *table)
{
	struct out out = out_to(text, sizeof(text));

	if (!mpath_params_add(span_of(table), &(struct mpath_dev){ 8, 32 }, &out))
		return "no";
	ok(!out.cut);
	return text;
}

/* Whatever else is in the table stays: multipathd may have been there. */
static void further_path(void)
{
	static const char two[] =
		"1 queue_if_no_path 0 2 1 service-time 0 1 2 8:0 1 1 service-time 0 1 2 8:16 1 1 ";

	eq_str(added("1 queue_if_no_path 0 1 1 service-time 0 1 2 8:0 1 1 "),
	       "1 queue_if_no_path 0 2 1 service-time 0 1 2 8:0 1 1 service-time 0 1 1 8:32 1");
	eq_str(added(two),
	       "1 queue_if_no_path 0 3 1 service-time 0 1 2 8:0 1 1 service-time 0 1 2 8:16 1 1 "
	       "service-time 0 1 1 8:32 1");
	eq_str(added("0 1 alua 1 1 round-robin 0 2 1 8:0 1 8:16 1"),
	       "0 1 alua 2 1 round-robin 0 2 1 8:0 1 8:16 1 service-time 0 1 1 8:32 1");
	eq_str(added("3 queue_if_no_path queue_mode mq 0 0 0"),
	       "3 queue_if_no_path queue_mode mq 0 1 1 service-time 0 1 1 8:32 1");
	eq_str(added(""), "no");
	eq_str(added("2 queue_if_no_path"), "no");
	eq_str(added("0 0 x 1 service-time"), "no");
	eq_str(added("0 0 1"), "no");
	eq_str(added("0 0 1 1"), "no");
	eq_str(added("0 0 9999 1 x"), "no");
	ok(mpath_params_queue(span_of(two)));
	ok(!mpath_params_queue(span_of("0 1 queue_if_no_path 0 0")));
	ok(!mpath_params_queue(span_of("")));
	ok(mpath_params_has(span_of(two), &(struct mpath_dev){ 8, 16 }));
	ok(!mpath_params_has(span_of(two), &(struct mpath_dev){ 8, 1 }));
	ok(!mpath_params_has(span_of(""), &(struct mpath_dev){ 8, 0 }));
}

int main(void)
{
	RUN(tables);
	RUN(names);
	RUN(preferred);
	RUN(devices);
	RUN(statuses);
	RUN(no_status);
	RUN(more_paths);
	RUN(losses);
	RUN(lost_as_it_joins);
	RUN(further_path);
	return test_end();
}
