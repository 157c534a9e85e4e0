/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Children that do what may block or crash. Each has a pipe for what it found and a deadline; done
 * is called once, when it was reaped, or a grace after SIGKILL where even that did not end it.
 */
#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* SIGKILL does not end a process in uninterruptible sleep, such as one on a dead NFS mount. */
#define KILL_GRACE_NS (1 * NS_PER_S)
/* Reads per call: a child that writes without end must not keep the loop from the others. */
#define READS_MAX 32

/* There is one loop, so there is one list. */
static struct child *running;

static struct child *find_pid(pid_t pid)
{
	struct child *c = running;

	while (c && c->pid != pid)
		c = c->next;
	return c;
}

static void pipe_close(struct child *child)
{
	if (child->out_fd < 0)
		return;
	loop_unwatch(child->loop, child->out_fd);
	close(child->out_fd);
	child->out_fd = -1;
}

static void forget(struct child *child)
{
	struct child **at = &running;

	while (*at && *at != child)
		at = &(*at)->next;
	if (*at)
		*at = child->next;
	pipe_close(child);
	child->next = NULL;
	child->pid = 0;
}

static void finish(struct child *child, int status)
{
	struct child_result result = {
		/* not where it ended by itself just before it was killed */
		.timed_out = child->timed_out && WIFSIGNALED(status),
		.status = status,
		.out = child->room ? child->room : child->out,
		.len_out = child->len_out,
		.cut = child->cut,
	};

	forget(child);
	child->done(child->arg, child, &result);
}

/* What does not fit is read too, for a child must not block on a full pipe. */
static void drain(struct child *child)
{
	uint8_t *out = child->room ? child->room : child->out;
	size_t len = child->room ? child->len_room : CHILD_OUT_MAX;

	for (int i = 0; i < READS_MAX && child->out_fd >= 0; i++) {
		uint8_t spill[1024];
		size_t room = len - child->len_out;
		ssize_t n = room ? read(child->out_fd, out + child->len_out, room)
				 : read(child->out_fd, spill, sizeof(spill));

		if (n > 0 && room)
			child->len_out += (size_t)n;
		else if (n > 0)
			child->cut = true;
		else if (n < 0 && errno == EAGAIN)
			return;
		else if (n == 0 || errno != EINTR)
			pipe_close(child);
	}
}

static void on_pipe(void *arg, uint32_t events)
{
	struct child *child = arg;
	size_t len_before = child->len_out;

	(void)events; /* EPOLLHUP shows as end of file */
	drain(child);
	if (child->told && child->len_out > len_before)
		child->told(child->arg, child);
}

/* Nothing is waited for after this: a grandchild may hold the pipe for ever. */
static void on_reaped(pid_t pid, int status)
{
	struct child *child = find_pid(pid);

	if (!child)
		return;
	drain(child);
	finish(child, status);
}

/* A child that made itself leader of a group, as one that runs programs does, takes them along. */
static void kill_hard(pid_t pid)
{
	if (getpgid(pid) == pid)
		(void)kill(-pid, SIGKILL); /* gone already is as good */
	(void)kill(pid, SIGKILL);
}

static uint64_t first_deadline(void *arg)
{
	uint64_t first_ns = LOOP_NEVER;

	(void)arg;
	for (const struct child *c = running; c; c = c->next)
		if (c->deadline_ns < first_ns)
			first_ns = c->deadline_ns;
	return first_ns;
}

static struct child *find_due(uint64_t now_ns)
{
	struct child *c = running;

	while (c && c->deadline_ns > now_ns)
		c = c->next;
	return c;
}

static void on_deadline(void *arg, uint64_t now_ns)
{
	struct child *child;

	(void)arg;
	while ((child = find_due(now_ns))) {
		if (child->timed_out) {
			drain(child);
			finish(child, SIGKILL);
			continue;
		}
		kill_hard(child->pid);
		child->timed_out = true;
		child->deadline_ns = now_ns + KILL_GRACE_NS;
	}
}

/* Once: the deadlines of all children are one owner's. */
static int hook_up(struct loop *loop, struct err *err)
{
	static bool hooked;
	int rc;

	if (hooked)
		return 0;
	rc = loop_timer(loop, first_deadline, on_deadline, &running, err);
	if (rc < 0)
		return rc;
	loop_on_reaped(loop, on_reaped);
	hooked = true;
	return 0;
}

static void stdin_from_null(void)
{
	int fd = open("/dev/null", O_RDWR); /* without CLOEXEC: it may become 0 itself */

	if (fd < 0)
		return; /* there is none this early: it reads the console or nothing */
	(void)dup2(fd, STDIN_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

__attribute__((noreturn)) static void run(pid_t parent, const char *name, child_main_fn *fn,
					  void *fn_arg, int out_fd)
{
	loop_signals_reset();
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* cannot fail for a valid signal */
	if (getppid() != parent)
		_exit(127); /* it died before that took effect */
	(void)prctl(PR_SET_NAME, name); /* cannot fail */
	stdin_from_null();
	_exit(fn(fn_arg, out_fd));
}

int child_start(struct loop *loop, struct child *child, const char *name, child_main_fn *fn,
		void *fn_arg, uint64_t time_limit_ns, child_done_fn *done, void *done_arg,
		struct err *err)
{
	pid_t parent = getpid();
	int fds[2], rc;
	pid_t pid;

	if (child->pid)
		return err_set(err, EBUSY, "%s is running already", name);
	rc = hook_up(loop, err);
	if (rc < 0)
		return rc;
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "pipe for %s", name);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK); /* cannot fail for a pipe */
	rc = loop_watch(loop, fds[0], EPOLLIN, on_pipe, child, err);
	if (rc < 0) {
		close(fds[0]);
		close(fds[1]);
		(void)err_wrap(err, "pipe for %s", name);
		return rc;
	}
	pid = fork();
	if (pid == 0)
		run(parent, name, fn, fn_arg, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		int code = errno;

		loop_unwatch(loop, fds[0]);
		close(fds[0]);
		return err_sys(err, code, "process for %s", name);
	}
	child->loop = loop;
	child->pid = pid;
	child->out_fd = fds[0];
	child->name = name;
	child->deadline_ns = time_limit_ns ? clock_now_ns() + time_limit_ns : LOOP_NEVER;
	child->timed_out = child->cut = false;
	child->len_out = 0;
	child->done = done;
	child->arg = done_arg;
	child->next = running;
	running = child;
	return 0;
}

void child_kill(struct loop *loop, struct child *child)
{
	(void)loop; /* the child's own */
	if (!child->pid)
		return;
	kill_hard(child->pid);
	forget(child);
}

char *child_result_text(const struct child_result *result, uint64_t time_limit_ns, char *dst,
			size_t size)
{
	uint64_t ms = time_limit_ns / NS_PER_MS;

	if (result->timed_out && ms % 1000)
		(void)snprintf(dst, size, "no answer within %llu ms", (unsigned long long)ms);
	else if (result->timed_out)
		(void)snprintf(dst, size, "no answer within %llu s", (unsigned long long)ms / 1000);
	else if (WIFSIGNALED(result->status)) {
		int sig = WTERMSIG(result->status);
		const char *what = sigdescr_np(sig);

		(void)snprintf(dst, size, "killed by signal %d (%s)", sig, what ? what : "unknown");
	} else
		(void)snprintf(dst, size, "exit status %d", WEXITSTATUS(result->status));
	return dst;
}

bool child_write(int out_fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len) {
		ssize_t n = write(out_fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

int child_fail(int out_fd, const struct err *err)
{
	(void)child_write(out_fd, err, sizeof(*err)); /* the exit status says it failed anyway */
	return 1;
}

bool child_ok(const struct child_result *result, size_t len)
{
	return !result->timed_out && WIFEXITED(result->status) && !WEXITSTATUS(result->status) &&
	       result->len_out == len;
}

void child_err(const struct child_result *result, uint64_t time_limit_ns, struct err *err)
{
	char why[128];

	if (result->timed_out || !WIFEXITED(result->status) || result->len_out != sizeof(*err)) {
		(void)err_set(err, ETIMEDOUT, "%s",
			      child_result_text(result, time_limit_ns, why, sizeof(why)));
		return;
	}
	memcpy(err, result->out, sizeof(*err));
	err->text[sizeof(err->text) - 1] = '\0';
}
