/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests on a real kernel share: one loop, turned until something is so. */
#ifndef NETROOT_BASE_TEST_H
#define NETROOT_BASE_TEST_H

#include "../unit/test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/loop.h"

static struct loop *loop;

static uint64_t give_up_ns;

__attribute__((unused)) static uint64_t give_up_at(void *arg)
{
	(void)arg;
	return give_up_ns;
}

__attribute__((unused)) static void gave_up(void *arg, uint64_t now_ns)
{
	(void)arg;
	(void)now_ns;
	give_up_ns = LOOP_NEVER;
}

/* Turns the loop until cond; false where it is not within ten seconds. */
#define until(cond)                                                \
	({                                                         \
		uint64_t end_ns_ = clock_now_ns() + 10 * NS_PER_S; \
		give_up_ns = end_ns_;                              \
		while (!(cond) && clock_now_ns() < end_ns_)        \
			loop_turn(loop);                           \
		give_up_ns = LOOP_NEVER;                           \
		(cond);                                            \
	})

/* Handles what there is, and what that leads to, without waiting for more. */
__attribute__((unused)) static void settle(void)
{
	for (int i = 0; i < 200; i++) {
		give_up_ns = 0;
		loop_turn(loop);
	}
	give_up_ns = LOOP_NEVER;
}

__attribute__((unused)) static void loop_for_test(void)
{
	struct err err;

	loop = loop_open(&err);
	if (!loop || loop_timer(loop, give_up_at, gave_up, &give_up_ns, &err) < 0) {
		printf("%s\n", err.text);
		exit(1);
	}
	give_up_ns = LOOP_NEVER;
}

/* Nobody is left to be reaped. */
__attribute__((unused)) static bool no_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0;
}

__attribute__((unused)) static int sys_end(void)
{
	printf("sys: %d passed, %d failed\n", test_passed, test_failed);
	return test_failed != 0;
}

#endif
