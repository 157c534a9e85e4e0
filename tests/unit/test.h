/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unit tests' few words. A failing check reports the caller's line and the test goes on. */
#ifndef NETROOT_TEST_H
#define NETROOT_TEST_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int test_checks, test_failed_checks;
static int test_passed, test_failed;

__attribute__((unused)) static void test_fail(const char *file, int line, const char *what)
{
	printf("%s:%d: %s\n", file, line, what);
	test_failed_checks++;
}

#define ok(cond)                                              \
	do {                                                  \
		test_checks++;                                \
		if (!(cond))                                  \
			test_fail(__FILE__, __LINE__, #cond); \
	} while (0)

/* Of a table: row is the text that it is told by. */
#define ok_row(cond, row)                                   \
	do {                                                \
		test_checks++;                              \
		if (!(cond))                                \
			test_fail(__FILE__, __LINE__, row); \
	} while (0)

#define eq_int(got, want)                                                                        \
	do {                                                                                     \
		int64_t got_ = (int64_t)(got), want_ = (int64_t)(want);                          \
		char t_[256];                                                                    \
		(void)snprintf(t_, sizeof(t_), "%s: got %" PRId64 ", want %" PRId64, #got, got_, \
			       want_);                                                           \
		test_checks++;                                                                   \
		if (got_ != want_)                                                               \
			test_fail(__FILE__, __LINE__, t_);                                       \
	} while (0)

#define eq_str(got, want)                                                                       \
	do {                                                                                    \
		const char *got_ = (got), *want_ = (want);                                      \
		char t_[4096];                                                                  \
		(void)snprintf(t_, sizeof(t_), "%s:\n  got  \"%s\"\n  want \"%s\"", #got, got_, \
			       want_);                                                          \
		test_checks++;                                                                  \
		if (strcmp(got_, want_) != 0)                                                   \
			test_fail(__FILE__, __LINE__, t_);                                      \
	} while (0)

/* RUN(f): one test, which fails as well where it checks nothing; main ends with return test_end();
 */
#define RUN(f)                                                                  \
	do {                                                                    \
		int before_ = test_failed_checks, checks_before_ = test_checks; \
		f();                                                            \
		if (test_checks == checks_before_)                              \
			test_fail(__FILE__, __LINE__, #f " checks nothing");    \
		if (test_failed_checks == before_)                              \
			test_passed++;                                          \
		else {                                                          \
			test_failed++;                                          \
			printf("FAIL %s\n", #f);                                \
		}                                                               \
	} while (0)

/* Prints the count that scripts/run-unit adds up; the exit status says whether all passed. */
__attribute__((unused)) static int test_end(void)
{
	printf("unit: %d passed, %d failed\n", test_passed, test_failed);
	return test_failed != 0;
}

#endif
