/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that may block or crash runs in a child with a deadline: finit_module, libnfs, mount, hooks,
 * the shell. The child writes what it found to a pipe; the parent gets it once, when the child has
 * ended and the pipe is drained, or when the deadline has passed and it was killed.
 */
#ifndef NETROOT_SYS_CHILD_H
#define NETROOT_SYS_CHILD_H

#include "sys/loop.h"

#define CHILD_OUT_MAX 8192

struct child_result {
	bool timed_out; /* killed at its deadline */
	int status; /* as waitpid() */
	const uint8_t *out; /* what it wrote, as much as there is room for */
	size_t len_out;
	bool cut; /* it wrote more than that */
};

struct child;
/* Runs in the child, with SIGCHLD and the signal mask as a fresh process has them; the return value
 * is the exit status. */
typedef int child_main_fn(void *arg, int out_fd);
typedef void child_done_fn(void *arg, struct child *child, const struct child_result *result);
/* It has written more, and may go on: out and len_out hold it. What is taken is taken away, by
 * len_out = 0. */
typedef void child_told_fn(void *arg, struct child *child);

/* Placed by the owner, zeroed before first use; may be started again from its own done function. */
struct child {
	pid_t pid; /* 0: not running */
	int out_fd;
	const char *name;
	uint64_t deadline_ns;
	bool timed_out, cut;
	child_told_fn *told; /* the owner's, before it is started; NULL: done is early enough */
	child_done_fn *done;
	void *arg;
	struct loop *loop;
	struct child *next; /* the list of running children */
	size_t len_out;
	uint8_t *room; /* the owner's, where CHILD_OUT_MAX is too little; NULL: out */
	size_t len_room;
	uint8_t out[CHILD_OUT_MAX];
};

/* Forks. time_limit_ns 0: no limit. name shows in ps and in messages, static storage. */
int child_start(struct loop *loop, struct child *child, const char *name, child_main_fn *fn,
		void *fn_arg, uint64_t time_limit_ns, child_done_fn *done, void *done_arg,
		struct err *err);
/* SIGKILL, also to what it started when it leads a process group; done is not called. Harmless when
 * not running. The zombie is reaped by the loop. */
void child_kill(struct loop *loop, struct child *child);
/* "exit status 3", "killed by signal 11 (Segmentation fault)", "no answer within 10 s". Returns
 * dst. */
char *child_result_text(const struct child_result *result, uint64_t time_limit_ns, char *dst,
			size_t size);
/* In the child: writes all to out_fd, true when it went. */
bool child_write(int out_fd, const void *bytes, size_t len);

/* For children that write a struct, or why they could not. */
/* In the child: tells err. Its exit status. */
int child_fail(int out_fd, const struct err *err);
/* Whether it wrote len bytes and ended well. */
bool child_ok(const struct child_result *result, size_t len);
/* Where it did not: what it told by child_fail(), else how it ended. */
void child_err(const struct child_result *result, uint64_t time_limit_ns, struct err *err);

#endif
