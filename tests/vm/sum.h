/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file as cksum(1) has it (POSIX), read from where it lies and not from what memory has of it. */
#ifndef NETROOT_TESTS_VM_SUM_H
#define NETROOT_TESTS_VM_SUM_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock_s.h"

static uint32_t sum_byte(uint32_t crc, uint8_t byte)
{
	crc ^= (uint32_t)byte << 24;
	for (int i = 0; i < 8; i++)
		crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
	return crc;
}

static void sum_took(double begin, double *longest_s)
{
	double took = clock_s(CLOCK_MONOTONIC) - begin;

	if (took > *longest_s)
		*longest_s = took;
}

/* "SUM BYTES", or what is wrong; *ret_longest_s becomes what one read took where that is longer, or
 * the opening, which reads directories and inodes. */
static const char *sum(const char *path, double *ret_longest_s)
{
	static uint32_t table[256];
	static uint8_t piece[65536];
	static char text[64];
	int drop_fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC), fd;
	double begin;
	uint64_t len = 0;
	uint32_t crc = 0;
	ssize_t n;

	if (drop_fd < 0 || write(drop_fd, "3", 1) != 1)
		return strerror(errno);
	close(drop_fd);
	for (unsigned int i = 0; i < 256; i++)
		table[i] = sum_byte(0, (uint8_t)i);
	begin = clock_s(CLOCK_MONOTONIC);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return strerror(errno);
	sum_took(begin, ret_longest_s);
	while (begin = clock_s(CLOCK_MONOTONIC), (n = read(fd, piece, sizeof(piece))) > 0) {
		sum_took(begin, ret_longest_s);
		for (ssize_t i = 0; i < n; i++)
			crc = crc << 8 ^ table[crc >> 24 ^ piece[i]];
		len += (uint64_t)n;
	}
	if (n < 0)
		return strerror(errno);
	close(fd);
	for (uint64_t rest = len; rest; rest >>= 8)
		crc = crc << 8 ^ table[crc >> 24 ^ (rest & 0xff)];
	snprintf(text, sizeof(text), "%u %llu", ~crc, (unsigned long long)len);
	return text;
}

#define SUMS_STALL_S 2.0

/* Over and over, the same each time, until a read has stalled and all is read once more, for so
 * long at most: how often, and how long a read took. */
static void sums(double seconds, const char *path, FILE *out)
{
	double begin = clock_s(CLOCK_MONOTONIC), longest_s = 0;
	char first[64], now[64];
	bool stalled;
	int n = 0;

	fprintf(out, "sums=begun\n");
	fflush(out);
	do {
		stalled = longest_s > SUMS_STALL_S;
		snprintf(now, sizeof(now), "%s", sum(path, &longest_s));
		if (!n++)
			memcpy(first, now, sizeof(first));
		/* an error is no sum, and has the last word */
	} while (!stalled && first[0] <= '9' && clock_s(CLOCK_MONOTONIC) - begin < seconds &&
		 !strcmp(first, now));
	fprintf(out, "sums.n=%d\nsums.longest=%.2f\nsums.result=%s\n", n, longest_s, now);
}

#endif
