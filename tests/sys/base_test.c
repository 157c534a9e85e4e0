/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop and its children, with real descriptors and real processes. */
#include "base_test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

#define LIMIT_NS (10 * NS_PER_S)

struct test_timer {
	uint64_t at_ns;
	char letter;
	void *drops; /* another timer's arg, dropped when this one expires */
	bool early;
};

static char order[16];

static uint64_t timer_at(void *arg)
{
	return ((struct test_timer *)arg)->at_ns;
}

static void timer_expired(void *arg, uint64_t now_ns)
{
	struct test_timer *t = arg;
	size_t len = strlen(order);

	t->early = now_ns < t->at_ns || clock_now_ns() < t->at_ns;
	order[len] = t->letter;
	order[len + 1] = '\0';
	t->at_ns = LOOP_NEVER;
	if (t->drops)
		loop_timer_drop(loop, t->drops);
}

static void timers_start(struct test_timer *t, size_t n)
{
	order[0] = '\0';
	for (size_t i = 0; i < n; i++)
		eq_int(loop_timer(loop, timer_at, timer_expired, &t[i], NULL), 0);
}

static void timers_drop(struct test_timer *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		loop_timer_drop(loop, &t[i]);
}

static void test_timers_order(void)
{
	uint64_t now_ns = clock_now_ns();
	struct test_timer t[] = {
		{ .at_ns = now_ns + 30 * NS_PER_MS, .letter = 'c' },
		{ .at_ns = now_ns + 10 * NS_PER_MS, .letter = 'a' },
		{ .at_ns = now_ns + 20 * NS_PER_MS, .letter = 'b' },
		{ .at_ns = LOOP_NEVER, .letter = 'x' },
	};

	timers_start(t, 4);
	ok(until(strlen(order) == 3));
	eq_str(order, "abc");
	ok(!t[0].early && !t[1].early && !t[2].early);
	timers_drop(t, 4);
}

static void test_timers_overdue_in_one_turn(void)
{
	struct test_timer t[] = {
		{ .at_ns = 3, .letter = 'c' },
		{ .at_ns = 1, .letter = 'a' },
		{ .at_ns = 2, .letter = 'b' },
	};

	timers_start(t, 3);
	loop_turn(loop);
	eq_str(order, "abc");
	timers_drop(t, 3);
}

static void test_timer_dropped_by_another(void)
{
	struct test_timer t[] = {
		{ .at_ns = 1, .letter = 'a', .drops = &t[1] },
		{ .at_ns = 2, .letter = 'b' },
		{ .at_ns = 3, .letter = 'c', .drops = &t[2] },
	};

	timers_start(t, 3);
	loop_turn(loop);
	eq_str(order, "ac");
	t[2].at_ns = 1;
	t[0].at_ns = 1;
	loop_turn(loop);
	eq_str(order, "aca"); /* c dropped itself */
	timers_drop(t, 3);
}

static uint64_t always_due(void *arg)
{
	(void)arg;
	return 1;
}

static void counts(void *arg, uint64_t now_ns)
{
	(void)now_ns;
	++*(int *)arg;
}

/* An owner that stays due is called once a turn, the descriptors get theirs in between. */
static void test_timer_that_stays_due(void)
{
	int calls = 0;

	eq_int(loop_timer(loop, always_due, counts, &calls, NULL), 0);
	loop_turn(loop);
	loop_turn(loop);
	eq_int(calls, 2);
	loop_timer_drop(loop, &calls);
}

static void test_timers_full(void)
{
	static struct test_timer t[LOOP_TIMERS_MAX];
	struct err err = { 0 };
	int n = 0;

	while (n < LOOP_TIMERS_MAX && loop_timer(loop, timer_at, timer_expired, &t[n], &err) == 0)
		t[n++].at_ns = LOOP_NEVER;
	ok(n >= LOOP_TIMERS_MAX - 4);
	eq_int(loop_timer(loop, timer_at, timer_expired, &t[0], &err), -ENOSPC);
	eq_str(err.text, "more than 160 owners of deadlines");
	timers_drop(t, LOOP_TIMERS_MAX);
}

struct test_pipe {
	int r, w, calls;
	struct test_pipe *closes; /* the other, when this one is called */
	struct test_pipe *takes_over; /* and watches this instead, on the same number */
};

static void pipe_called(void *arg, uint32_t events)
{
	struct test_pipe *p = arg;
	char c;

	ok(events & EPOLLIN);
	ok(read(p->r, &c, 1) == 1);
	p->calls++;
	if (!p->closes)
		return;
	loop_unwatch(loop, p->closes->r);
	if (p->takes_over) {
		ok(dup2(p->takes_over->r, p->closes->r) == p->closes->r);
		eq_int(loop_watch(loop, p->closes->r, EPOLLIN, pipe_called, p->takes_over, NULL),
		       0);
		p->takes_over->r = p->closes->r;
	}
	p->closes = NULL;
}

static struct test_pipe pipe_make(bool full)
{
	int fds[2] = { -1, -1 };

	ok(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
	if (full)
		ok(write(fds[1], "x", 1) == 1);
	return (struct test_pipe){ .r = fds[0], .w = fds[1] };
}

static void test_unwatch_the_other(void)
{
	struct test_pipe a = pipe_make(true), b = pipe_make(true);

	a.closes = &b;
	b.closes = &a;
	eq_int(loop_watch(loop, a.r, EPOLLIN, pipe_called, &a, NULL), 0);
	eq_int(loop_watch(loop, b.r, EPOLLIN, pipe_called, &b, NULL), 0);
	loop_turn(loop);
	eq_int(a.calls + b.calls, 1);
	loop_unwatch(loop, a.r);
	loop_unwatch(loop, b.r);
	loop_unwatch(loop, b.r); /* harmless */
	close(a.r), close(a.w), close(b.r), close(b.w);
}

/* The descriptor's number, and its slot, have a new owner within the turn; it has nothing to read.
 */
static void test_number_reused_within_a_turn(void)
{
	struct test_pipe a = pipe_make(true), b = pipe_make(true), c = pipe_make(false);
	struct test_pipe *first;

	a.closes = &b;
	b.closes = &a;
	a.takes_over = b.takes_over = &c;
	eq_int(loop_watch(loop, a.r, EPOLLIN, pipe_called, &a, NULL), 0);
	eq_int(loop_watch(loop, b.r, EPOLLIN, pipe_called, &b, NULL), 0);
	loop_turn(loop);
	eq_int(a.calls + b.calls, 1);
	eq_int(c.calls, 0);
	first = a.calls ? &a : &b;
	ok(write(c.w, "y", 1) == 1);
	ok(until(c.calls == 1));
	loop_unwatch(loop, c.r);
	loop_unwatch(loop, first->r);
	close(a.r), close(a.w), close(b.r), close(b.w), close(c.w);
}

static void test_watch_again_replaces(void)
{
	struct test_pipe a = pipe_make(true), b = { .r = a.r, .w = a.w };

	eq_int(loop_watch(loop, a.r, EPOLLIN, pipe_called, &a, NULL), 0);
	eq_int(loop_watch(loop, a.r, EPOLLIN, pipe_called, &b, NULL), 0);
	ok(until(b.calls == 1));
	eq_int(a.calls, 0);
	loop_unwatch(loop, a.r);
	close(a.r), close(a.w);
	eq_int(loop_watch(loop, -1, EPOLLIN, pipe_called, &a, NULL), -EBADF);
}

struct test_run {
	int done;
	bool timed_out, cut;
	char text[96], out[64]; /* the beginning of it */
	size_t len_out;
	uint64_t limit_ns, took_ns, start_ns;
	int again; /* how often to start anew from done */
};

static struct child the_child;

static int says_hello(void *arg, int out_fd)
{
	(void)arg;
	return child_write(out_fd, "hello", 5) ? 0 : 9;
}

static void child_ended(void *arg, struct child *child, const struct child_result *result)
{
	struct test_run *run = arg;

	run->done++;
	run->timed_out = result->timed_out;
	run->cut = result->cut;
	run->len_out = result->len_out;
	memset(run->out, 0, sizeof(run->out));
	memcpy(run->out, result->out,
	       result->len_out < sizeof(run->out) ? result->len_out : sizeof(run->out) - 1);
	run->took_ns = clock_now_ns() - run->start_ns;
	(void)child_result_text(result, run->limit_ns, run->text, sizeof(run->text));
	ok(child == &the_child);
	eq_int(child->pid, 0);
	if (run->again-- > 0)
		eq_int(child_start(loop, child, "again", says_hello, NULL, LIMIT_NS, child_ended,
				   run, NULL),
		       0);
}

/* Runs fn to its end. */
static struct test_run *run_child(child_main_fn *fn, void *arg, uint64_t limit_ns)
{
	static struct test_run run;

	run = (struct test_run){ .limit_ns = limit_ns, .start_ns = clock_now_ns() };
	eq_int(child_start(loop, &the_child, "test", fn, arg, limit_ns, child_ended, &run, NULL),
	       0);
	ok(until(run.done));
	eq_int(run.done, 1);
	return &run;
}

static int exits_3(void *arg, int out_fd)
{
	(void)arg;
	(void)out_fd;
	return 3;
}

static int crashes(void *arg, int out_fd)
{
	(void)arg;
	(void)!write(out_fd, "so far", 6);
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 0;
}

__attribute__((noreturn)) static int hangs(void *arg, int out_fd)
{
	(void)arg;
	(void)!write(out_fd, "waiting", 7);
	for (;;)
		pause();
}

static int floods(void *arg, int out_fd)
{
	static char bytes[300000];

	(void)arg;
	memset(bytes, 'f', sizeof(bytes));
	return child_write(out_fd, bytes, sizeof(bytes)) ? 0 : 9;
}

static int fills_exactly(void *arg, int out_fd)
{
	static char bytes[CHILD_OUT_MAX];

	(void)arg;
	return child_write(out_fd, bytes, sizeof(bytes)) ? 0 : 9;
}

static void test_child_ends(void)
{
	struct test_run *run = run_child(says_hello, NULL, LIMIT_NS);

	eq_str(run->text, "exit status 0");
	eq_str(run->out, "hello");
	ok(!run->cut);
	eq_str(run_child(exits_3, NULL, 0)->text, "exit status 3");
	run = run_child(crashes, NULL, LIMIT_NS);
	eq_str(run->text, "killed by signal 11 (Segmentation fault)");
	eq_str(run->out, "so far");
	ok(!run->timed_out);
	ok(until(no_children()));
}

/* SIGCHLD is pending since another child ended, so this one is reaped before its pipe is read. */
static void test_child_reaped_before_its_pipe_is_read(void)
{
	struct test_run run = { 0 };
	siginfo_t info;
	pid_t other = fork();

	if (other == 0)
		_exit(0);
	ok(waitid(P_PID, (id_t)other, &info, WEXITED | WNOWAIT) == 0);
	eq_int(child_start(loop, &the_child, "test", says_hello, NULL, 0, child_ended, &run, NULL),
	       0);
	ok(waitid(P_PID, (id_t)the_child.pid, &info, WEXITED | WNOWAIT) == 0);
	ok(until(run.done));
	eq_str(run.out, "hello");
}

static void test_child_times_out(void)
{
	struct test_run *run = run_child(hangs, NULL, 50 * NS_PER_MS);

	ok(run->timed_out);
	eq_str(run->text, "no answer within 50 ms");
	eq_str(run->out, "waiting");
	ok(run->took_ns >= 50 * NS_PER_MS && run->took_ns < NS_PER_S);
	ok(until(no_children()));
}

static void test_child_output_is_bounded(void)
{
	struct test_run *run = run_child(floods, NULL, LIMIT_NS);

	eq_str(run->text, "exit status 0"); /* it was not blocked */
	eq_int(run->len_out, CHILD_OUT_MAX);
	ok(run->cut);
	run = run_child(fills_exactly, NULL, LIMIT_NS);
	eq_int(run->len_out, CHILD_OUT_MAX);
	ok(!run->cut);
}

static void test_child_starts_again_from_done(void)
{
	struct test_run run = { .again = 3 };

	eq_int(child_start(loop, &the_child, "first", exits_3, NULL, 0, child_ended, &run, NULL),
	       0);
	ok(until(run.done == 4));
	eq_str(run.text, "exit status 0");
	eq_str(run.out, "hello");
	eq_int(the_child.pid, 0);
}

static int ends_when_answered(void *arg, int out_fd)
{
	const int *go = arg;
	char byte;

	if (!child_write(out_fd, "early", 5) || read(*go, &byte, 1) != 1)
		return 9;
	return child_write(out_fd, "late", 4) ? 0 : 9;
}

static int answer_fd, n_told;

/* Only what it does ends the child. */
static void child_tells(void *arg, struct child *child)
{
	const struct test_run *run = arg;

	eq_int(run->done, 0);
	if (n_told++)
		return;
	eq_int(child->len_out, 5);
	ok(!memcmp(child->out, "early", 5));
	child->len_out = 0;
	ok(write(answer_fd, "", 1) == 1);
}

static void test_child_tells_before_its_end(void)
{
	struct test_run *run;
	int go[2];

	ok(!pipe(go));
	answer_fd = go[1];
	n_told = 0;
	the_child.told = child_tells;
	run = run_child(ends_when_answered, &go[0], LIMIT_NS);
	ok(n_told > 0);
	eq_str(run->text, "exit status 0");
	eq_str(run->out, "late");
	the_child.told = NULL;
	close(go[0]);
	close(go[1]);
}

static void test_child_refused_while_running(void)
{
	struct err err = { 0 };

	eq_int(child_start(loop, &the_child, "a", hangs, NULL, 0, child_ended, NULL, NULL), 0);
	eq_int(child_start(loop, &the_child, "b", hangs, NULL, 0, child_ended, NULL, &err), -EBUSY);
	eq_str(err.text, "b is running already");
	child_kill(loop, &the_child);
	ok(until(no_children()));
}

static void test_child_killed_is_reaped_silently(void)
{
	struct test_run run = { 0 };

	child_kill(loop, &the_child); /* harmless */
	eq_int(child_start(loop, &the_child, "test", hangs, NULL, LIMIT_NS, child_ended, &run,
			   NULL),
	       0);
	child_kill(loop, &the_child);
	eq_int(the_child.pid, 0);
	ok(until(no_children()));
	eq_int(run.done, 0);
}

/* What a fresh process expects: no blocked signals, /dev/null to read, its name in ps. */
static int looks_around(void *arg, int out_fd)
{
	char name[16] = "", c;
	sigset_t mask;

	(void)arg;
	(void)out_fd;
	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	(void)prctl(PR_GET_NAME, name);
	if (sigismember(&mask, SIGCHLD) || signal(SIGPIPE, SIG_DFL) != SIG_DFL)
		return 1;
	if (read(STDIN_FILENO, &c, 1) != 0)
		return 2;
	return strcmp(name, "test") ? 3 : 0;
}

static void test_child_is_fresh(void)
{
	eq_str(run_child(looks_around, NULL, LIMIT_NS)->text, "exit status 0");
}

/* Leaves a process that holds the pipe; tells its id. */
static int leaves_orphan(void *arg, int out_fd)
{
	pid_t pid = fork();

	if (pid == 0)
		(void)hangs(arg, -1);
	return child_write(out_fd, &pid, sizeof(pid)) ? 0 : 9;
}

static int leaves_orphan_as_leader(void *arg, int out_fd)
{
	(void)setsid();
	(void)leaves_orphan(arg, out_fd);
	return hangs(arg, -1);
}

static pid_t pid_told(const struct test_run *run)
{
	pid_t pid = 0;

	eq_int(run->len_out, sizeof(pid));
	memcpy(&pid, run->out, sizeof(pid));
	return pid;
}

static void test_orphan_holds_the_pipe(void)
{
	struct test_run *run = run_child(leaves_orphan, NULL, LIMIT_NS);
	pid_t pid = pid_told(run);

	eq_str(run->text, "exit status 0");
	ok(run->took_ns < 5 * NS_PER_S);
	ok(pid > 1 && kill(pid, SIGKILL) == 0); /* it lives, and is ours to reap */
	ok(until(no_children()));
}

static void test_group_of_a_leader_is_killed(void)
{
	struct test_run *run = run_child(leaves_orphan_as_leader, NULL, 100 * NS_PER_MS);

	ok(run->timed_out);
	(void)pid_told(run);
	ok(until(no_children()));
}

/* A tracer that does not wait keeps the dead child from being reaped, as a dead file server would.
 */
static int cannot_be_reaped(void *arg, int out_fd)
{
	int ready[2];
	char c;
	pid_t pid;

	(void)arg;
	if (pipe(ready) < 0)
		return 9;
	pid = fork();
	if (pid == 0) {
		c = ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0 ? 'y' : 'n';
		(void)!write(ready[1], &c, 1);
		for (;;)
			pause();
	}
	if (read(ready[0], &c, 1) != 1 || c != 'y')
		return 8;
	(void)child_write(out_fd, &pid, sizeof(pid));
	return hangs(NULL, -1);
}

static void test_child_that_kill_does_not_end(void)
{
	struct test_run *run = run_child(cannot_be_reaped, NULL, 200 * NS_PER_MS);
	pid_t tracer = pid_told(run);

	ok(run->timed_out);
	eq_str(run->text, "no answer within 200 ms");
	ok(run->took_ns >= 1200 * NS_PER_MS && run->took_ns < 5 * NS_PER_S);
	eq_int(the_child.pid, 0);
	ok(tracer > 1 && kill(tracer, SIGKILL) == 0);
	ok(until(no_children())); /* it is reaped once it can be */
}

int main(void)
{
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us, as to PID 1 */
	(void)alarm(120);
	loop_for_test();
	RUN(test_timers_order);
	RUN(test_timers_overdue_in_one_turn);
	RUN(test_timer_dropped_by_another);
	RUN(test_timer_that_stays_due);
	RUN(test_timers_full);
	RUN(test_unwatch_the_other);
	RUN(test_number_reused_within_a_turn);
	RUN(test_watch_again_replaces);
	RUN(test_child_ends);
	RUN(test_child_reaped_before_its_pipe_is_read);
	RUN(test_child_times_out);
	RUN(test_child_output_is_bounded);
	RUN(test_child_starts_again_from_done);
	RUN(test_child_tells_before_its_end);
	RUN(test_child_refused_while_running);
	RUN(test_child_killed_is_reaped_silently);
	RUN(test_child_is_fresh);
	RUN(test_orphan_holds_the_pipe);
	RUN(test_group_of_a_leader_is_killed);
	RUN(test_child_that_kill_does_not_end);
	return sys_end();
}
