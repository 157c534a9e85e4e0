/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A clock in seconds. */
#ifndef NETROOT_TESTS_VM_CLOCK_S_H
#define NETROOT_TESTS_VM_CLOCK_S_H

#include <time.h>

static inline double clock_s(clockid_t clock)
{
	struct timespec t = { 0 };

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
