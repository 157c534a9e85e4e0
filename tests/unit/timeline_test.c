/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bar chart of the phases, against charts drawn by hand. */
#include "test.h"

#include "core/timeline.h"

#define MS 1000000ull

static char chart[4096];

static void take(void *arg, const char *line)
{
	size_t len = strlen(chart);

	(void)arg;
	(void)snprintf(chart + len, sizeof(chart) - len, "%s\n", line);
}

static const char *draw(const struct timeline_row *rows, size_t n)
{
	chart[0] = '\0';
	timeline_print(rows, n, take, NULL);
	return chart;
}

/* Columns of one line: bytes that do not continue a UTF-8 character. */
static size_t columns(const char *line)
{
	size_t n = 0;

	for (; *line && *line != '\n'; line++)
		n += ((unsigned char)*line & 0xc0) != 0x80;
	return n;
}

/* 3.40 s over 34 columns: a column is a tenth of a second */
static void test_boot(void)
{
	static const struct timeline_row rows[] = {
		{ "filesystems", 400 * MS, 480 * MS, 1 }, { "modules", 480 * MS, 690 * MS, 1 },
		{ "link", 500 * MS, 1500 * MS, 1 },	  { "address", 1500 * MS, 1510 * MS, 1 },
		{ "attach", 1510 * MS, 3300 * MS, 3 },	  { "handover", 3300 * MS, 3800 * MS, 1 },
	};

	eq_str(draw(rows, 6),
	       "filesystems ▕█▏                                   0.08 s  (0.40 – 0.48)\n"
	       "modules      ▕██▏                                 0.21 s  (0.48 – 0.69)\n"
	       "link         ▕██████████▏                         1.00 s  (0.50 – 1.50)\n"
	       "address                ▕▏                         0.01 s  (1.50 – 1.51)\n"
	       "attach                 ▕██████████████████▏       1.79 s  (1.51 – 3.30) ×3\n"
	       "handover                                 ▕█████▏  0.50 s  (3.30 – 3.80)\n");
}

static void test_running(void)
{
	static const struct timeline_row rows[] = {
		{ "link", 0, 1700 * MS, 1 },
		{ "attach", 1700 * MS, 0, 2 },
		{ "late", 3400 * MS, 3400 * MS, 1 },
	};

	eq_str(draw(rows, 3),
	       "link   ▕█████████████████▏                   1.70 s  (0.00 – 1.70)\n"
	       "attach                  ▕█████████████████▏  1.70 s  (1.70 – ...) ×2\n"
	       "late                                     ▕▏  0.00 s  (3.40 – 3.40)\n");
}

static void test_edges(void)
{
	static const struct timeline_row one = { "modules", 5 * MS, 5 * MS, 1 };
	static const struct timeline_row backwards = { "x", 20 * MS, 10 * MS, 1 };
	static const struct timeline_row wide[] = {
		{ "a-name-that-is-too-long", 0, 999000 * MS, 99 },
		{ "b", 998000 * MS, 0, 1 },
	};
	static const struct timeline_row huge = { "h", 0, UINT64_MAX, 1 };
	const char *second;

	eq_str(draw(NULL, 0), "");
	eq_str(draw(&one, 1),
	       "modules ▕▏                                    0.00 s  (0.01 – 0.01)\n");
	eq_str(draw(&backwards, 1),
	       "x ▕▏                                    0.00 s  (0.02 – 0.02)\n");
	ok(columns(draw(wide, 2)) <= 80);
	ok(!strncmp(chart, "a-name-that- ", 13));
	second = strchr(chart, '\n') + 1;
	ok(columns(second) <= 80);
	ok(strstr(draw(&huge, 1), "h ▕██████████████████████████████████▏") == chart);
}

int main(void)
{
	RUN(test_boot);
	RUN(test_running);
	RUN(test_edges);
	return test_end();
}
