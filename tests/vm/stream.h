/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A checked stream onto the root: some writers, each with a file of its own whose slots it fills
 * over and over with numbered records, every one synced before the next. At the end all is read
 * back from the disk. What was said to be on it and is not, is lost.
 */
#ifndef NETROOT_TESTS_VM_STREAM_H
#define NETROOT_TESTS_VM_STREAM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock_s.h"

#define STREAM_WRITERS 4
#define STREAM_SLOTS 64
#define STREAM_WORDS 4096 /* of 8 bytes: 32 KiB a record */
#define STREAM_BEGUN 4 /* records of one writer */
#define STREAM_STALL_S 1.0

struct stream_result {
	uint64_t n_records;
	int n_failed; /* writes and syncs that said so */
	int n_lost; /* slots that do not hold what they should */
	int code; /* errno of the first failure */
	double longest_s; /* that one record took */
};

static void stream_record(uint64_t words[static STREAM_WORDS], int writer, uint64_t number)
{
	uint64_t v = number * 0x9e3779b97f4a7c15ull + (uint64_t)writer;

	words[0] = number;
	for (size_t i = 1; i < STREAM_WORDS; i++)
		words[i] = v += 0xbf58476d1ce4e5b9ull;
}

static void stream_failed(struct stream_result *r)
{
	if (!r->n_failed++)
		r->code = errno;
}

/* Everything once more, from the disk. */
static void stream_check(int fd, int writer, struct stream_result *r)
{
	static uint64_t want[STREAM_WORDS], got[STREAM_WORDS];
	uint64_t first = r->n_records > STREAM_SLOTS ? r->n_records - STREAM_SLOTS : 0;

	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	for (uint64_t n = first; n < r->n_records; n++) {
		off_t at = (off_t)(n % STREAM_SLOTS * sizeof(got));

		stream_record(want, writer, n);
		if (pread(fd, got, sizeof(got), at) != (ssize_t)sizeof(got) ||
		    memcmp(want, got, sizeof(got)) != 0)
			r->n_lost++;
	}
}

static volatile sig_atomic_t stream_over;

static void stream_end(int sig)
{
	(void)sig;
	stream_over = 1;
}

static void stream_tell(FILE *out, uint64_t n_records, double took)
{
	if (n_records == STREAM_BEGUN)
		fprintf(out, "stream=begun\n");
	if (took > STREAM_STALL_S)
		fprintf(out, "stream.stall=%.2f\n", took);
	fflush(out);
}

/* Until SIGTERM. To out is told that some records are on the disk, and of a stall, in the moment it
 * is over, how long it was. */
static void stream_write(int writer, FILE *out, struct stream_result *r)
{
	static uint64_t words[STREAM_WORDS];
	double begin = clock_s(CLOCK_MONOTONIC), took; /* to open it may have to wait as well */
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/stream.%d", writer);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) {
		stream_failed(r);
		return;
	}
	while (!stream_over && r->n_failed < 10) {
		stream_record(words, writer, r->n_records);
		if (pwrite(fd, words, sizeof(words),
			   (off_t)(r->n_records % STREAM_SLOTS * sizeof(words))) !=
			    (ssize_t)sizeof(words) ||
		    fdatasync(fd))
			stream_failed(r);
		r->n_records++;
		took = clock_s(CLOCK_MONOTONIC) - begin;
		if (took > r->longest_s)
			r->longest_s = took;
		if (out)
			stream_tell(out, r->n_records, took);
		begin = clock_s(CLOCK_MONOTONIC);
	}
	stream_check(fd, writer, r);
	close(fd);
}

static void stream_writer(int writer, FILE *out, int report_fd)
{
	struct stream_result r = { 0 };

	(void)signal(SIGTERM, stream_end);
	stream_write(writer, writer ? NULL : out, &r);
	_exit(write(report_fd, &r, sizeof(r)) != (ssize_t)sizeof(r));
}

/* For so long; whoever waits for the disk then is waited for. */
static void stream(unsigned int seconds, FILE *out)
{
	struct stream_result sum = { 0 }, r;
	int pipe_fds[2], n_reports = 0;
	pid_t pids[STREAM_WRITERS];

	if (pipe(pipe_fds))
		return;
	fflush(out); /* before there are others with a copy of it */
	for (int i = 0; i < STREAM_WRITERS; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			stream_writer(i, out, pipe_fds[1]);
	}
	sleep(seconds);
	for (int i = 0; i < STREAM_WRITERS; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGTERM);
	close(pipe_fds[1]);
	while (read(pipe_fds[0], &r, sizeof(r)) == (ssize_t)sizeof(r)) {
		n_reports++;
		sum.n_records += r.n_records;
		sum.n_failed += r.n_failed;
		sum.n_lost += r.n_lost;
		sum.code = r.code ? r.code : sum.code;
		sum.longest_s = r.longest_s > sum.longest_s ? r.longest_s : sum.longest_s;
	}
	for (int i = 0; i < STREAM_WRITERS; i++)
		if (pids[i] > 0)
			(void)waitpid(pids[i], NULL, 0); /* whoever else is a child stays */
	fprintf(out, "stream.records=%llu\nstream.longest=%.2f\nstream.result=%s\n",
		(unsigned long long)sum.n_records, sum.longest_s,
		n_reports != STREAM_WRITERS ? "a writer died"
		: sum.n_failed		    ? strerror(sum.code)
		: sum.n_lost		    ? "lost"
					    : "ok");
	fflush(out);
}

#endif
