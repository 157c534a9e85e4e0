/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a system. What is done next and how long it may take is core/shutdown's; what may
 * block runs in children, and those that do not come back are left behind.
 */
#include "shutdown.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/shutdown.h"
#include "core/text.h"
#include "guard.h"
#include "sys/child.h"
#include "sys/crash.h"
#include "sys/iscsi_logout.h"
#include "sys/log.h"
#include "sys/mount.h"
#include "sys/procs.h"
#include "sys/unmount.h"

#define ENTER_LIMIT_NS (5 * NS_PER_S)
#define GUARDS_MAX 4
/* A driver may hold the kernel's own reboot up: then at once, without it. */
#define KERNEL_LIMIT_MS 10000
#define RETRY_MS 30000

struct session {
	uint32_t sid;
	bool over;
	struct child child;
};

struct run {
	struct loop *loop;
	struct shutdown machine;
	struct shutdown_words words;
	const char *top; /* where the old root is */
	struct mounts mounts;
	struct unmount_plan plan;
	struct unmount_stuck stuck;
	struct child flush, round;
	int guards[GUARDS_MAX]; /* -1: gone */
	size_t n_guards;
	struct session sessions[ISCSI_SESSIONS_MAX];
	size_t n_sessions, n_out;
	bool pending; /* next came about while another was worked on */
	struct shutdown_event next;
	bool end;
};

static struct run the_run;
static char mountinfo[MOUNTINFO_MAX];

static void happened(struct run *r, enum shutdown_event_kind kind)
{
	r->next.kind = kind;
	r->pending = true;
}

/* --- flushing --- */

static int flush_child(void *arg, int out_fd)
{
	(void)arg;
	(void)out_fd;
	sync();
	swap_off_all();
	return 0;
}

static void flush_done(void *arg, struct child *child, const struct child_result *result)
{
	(void)child;
	(void)result; /* sync(2) tells nothing */
	happened(arg, SHUTDOWN_EV_FLUSHED);
}

static void flush(struct run *r)
{
	struct err err;

	if (child_start(r->loop, &r->flush, "flush", flush_child, NULL, 0, flush_done, r, &err) ==
	    0)
		return;
	log_line(LOG_LEVEL_WARN, "shutdown", "%s, going on without flushing beforehand", err.text);
	happened(r, SHUTDOWN_EV_FLUSHED);
}

/* --- unmounting --- */

/* A byte for each step, as it is done: whether it worked; then one more: whether a device went. */
static int round_child(void *arg, int out_fd)
{
	const struct run *r = arg;
	uint8_t byte;

	for (size_t i = 0; i < r->plan.n; i++) {
		byte = unmount_do(&r->plan.steps[i]) == 0;
		if (!child_write(out_fd, &byte, 1))
			return 1;
	}
	byte = detach_all() > 0;
	return child_write(out_fd, &byte, 1) ? 0 : 1;
}

static void mounts_look(struct run *r)
{
	struct err err;

	if (mounts_read(mountinfo, &r->mounts, &err) < 0) {
		log_line(LOG_LEVEL_WARN, "shutdown", "%s: nothing is unmounted", err.text);
		r->mounts.n = 0;
	}
}

/* What the event tells of the round: where it is, or what it has left. */
static void tell_round(struct run *r, struct shutdown_event *ev)
{
	static char where[128];
	const struct mount_entry *first = NULL;

	ev->where = "?";
	ev->n_steps = r->round.len_out;
	if (ev->kind == SHUTDOWN_EV_ROUND_OVER) {
		mounts_look(r);
		ev->n_left = unmount_left(&r->mounts, r->top, r->machine.round == ROUND_READ_ONLY,
					  &first);
		if (first)
			ev->where = text_quote(where, sizeof(where), span_of(first->dir));
	} else if (r->round.pid && r->round.len_out < r->plan.n) {
		ev->where = text_quote(where, sizeof(where),
				       span_of(r->plan.steps[r->round.len_out].dir));
	}
}

static void round_done(void *arg, struct child *child, const struct child_result *result)
{
	struct run *r = arg;

	(void)child;
	r->next.changed = memchr(result->out, 1, result->len_out) != NULL;
	happened(r, SHUTDOWN_EV_ROUND_OVER);
}

static void begin_round(struct run *r)
{
	struct err err;

	mounts_look(r);
	unmount_plan(&r->mounts, r->top, r->machine.round, &r->stuck, &r->plan);
	if (child_start(r->loop, &r->round, "unmount", round_child, r, 0, round_done, r, &err) == 0)
		return;
	log_line(LOG_LEVEL_WARN, "shutdown", "%s, going on without unmounting", err.text);
	r->next.changed = false;
	happened(r, SHUTDOWN_EV_ROUND_OVER);
}

static void drop_round(struct run *r)
{
	size_t at = r->round.len_out;

	child_kill(r->loop, &r->round);
	if (at < r->plan.n && r->stuck.n < STUCK_MAX)
		r->stuck.ids[r->stuck.n++] = r->plan.steps[at].id;
}

/* --- other processes --- */

static bool is_killed(void *arg, pid_t pid, const char *name)
{
	return !shutdown_spares((int)pid, arg, name);
}

/* What an init has left running holds the root. */
static void kill_others(void)
{
	int forebears[PROCS_FOREBEARS_MAX];

	procs_forebears(forebears);
	(void)procs_kill(is_killed, forebears, NULL, 0);
}

static bool is_guard(void *arg, pid_t pid, const char *name)
{
	(void)arg;
	(void)pid;
	return !strcmp(name, GUARD_NAME);
}

static void guard_ended(void *arg, uint32_t events)
{
	struct run *r = arg;
	size_t n_left = 0;

	(void)events;
	for (size_t i = 0; i < r->n_guards; i++) {
		struct pollfd p = { .fd = r->guards[i], .events = POLLIN };

		if (p.fd >= 0 && poll(&p, 1, 0) == 1) {
			loop_unwatch(r->loop, p.fd);
			close(p.fd);
			r->guards[i] = -1;
		}
		n_left += r->guards[i] >= 0;
	}
	if (!n_left)
		happened(r, SHUTDOWN_EV_GUARD_GONE);
}

/* From here on nobody reconnects a session. */
static void end_guard(struct run *r)
{
	pid_t pids[GUARDS_MAX];
	size_t n = procs_kill(is_guard, NULL, pids, GUARDS_MAX);
	struct err err;

	/* nor does a path come back: what still waits for one in a map is told so */
	(void)maps_queue_no_more();
	for (size_t i = 0; i < n; i++) {
		int fd = procs_watch(pids[i]);

		if (fd < 0)
			continue;
		r->guards[r->n_guards++] = fd;
		if (loop_watch(r->loop, fd, EPOLLIN, guard_ended, r, &err) < 0)
			log_line(LOG_LEVEL_WARN, "shutdown", "%s",
				 err.text); /* the limit ends it */
	}
	if (!r->n_guards)
		happened(r, SHUTDOWN_EV_GUARD_GONE);
}

/* --- logging out --- */

static int logout_child(void *arg, int out_fd)
{
	const struct session *s = arg;
	struct err err;

	if (iscsi_logout_run(s->sid, &err) == 0)
		return 0;
	return child_fail(out_fd, &err);
}

static void logout_over(struct run *r, struct session *s)
{
	s->over = true;
	if (++r->n_out == r->n_sessions)
		happened(r, SHUTDOWN_EV_LOGGED_OUT);
}

static void logout_done(void *arg, struct child *child, const struct child_result *result)
{
	struct run *r = arg;
	struct session *s = r->sessions;
	struct err err;

	while (&s->child != child)
		s++;
	if (child_ok(result, 0)) {
		log_line(LOG_LEVEL_INFO, "shutdown", "iSCSI session %u: logged out", s->sid);
	} else {
		child_err(result, 0, &err);
		log_line(LOG_LEVEL_WARN, "shutdown",
			 "iSCSI session %u: dropped, not logged out: %s", s->sid, err.text);
	}
	logout_over(r, s);
}

static void say_maps_left(void)
{
	char list[128];
	struct out out = out_to(list, sizeof(list));

	if (maps_left(&out))
		log_line(LOG_LEVEL_WARN, "shutdown",
			 "still in use, and left as they are: the device mapper's %s", list);
}

static void log_out(struct run *r)
{
	uint32_t sids[ISCSI_SESSIONS_MAX];
	struct err err;

	say_maps_left();
	r->n_sessions = iscsi_sessions_list(sids);
	for (size_t i = 0; i < r->n_sessions; i++) {
		struct session *s = &r->sessions[i];

		s->sid = sids[i];
		if (child_start(r->loop, &s->child, "logout", logout_child, s, 0, logout_done, r,
				&err) == 0)
			continue;
		log_line(LOG_LEVEL_WARN, "shutdown", "iSCSI session %u: dropped: %s", s->sid,
			 err.text);
		logout_over(r, s);
	}
	if (!r->n_sessions)
		happened(r, SHUTDOWN_EV_LOGGED_OUT);
}

/* The kernel flushes every disk before it restarts: it must not wait for one that is gone. */
static void give_disks_up(struct run *r)
{
	for (size_t i = 0; i < r->n_sessions; i++)
		if (!r->sessions[i].over)
			iscsi_session_offline(r->sessions[i].sid);
}

/* --- the machine --- */

static void feed(struct run *r, struct shutdown_event *ev)
{
	struct shutdown_actions act;

	ev->now_ns = clock_now_ns();
	tell_round(r, ev);
	shutdown_step(&r->machine, ev, &act);
	if (act.text[0])
		log_line(act.warn ? LOG_LEVEL_WARN : LOG_LEVEL_INFO, "shutdown", "%s", act.text);
	if (act.drop_flush)
		child_kill(r->loop, &r->flush);
	if (act.stuck)
		drop_round(r);
	if (act.flush)
		flush(r);
	if (act.unmount)
		begin_round(r);
	if (act.end_guard)
		end_guard(r);
	if (act.log_out)
		log_out(r);
	if (act.end)
		give_disks_up(r);
	r->end |= act.end;
}

static uint64_t run_deadline(void *arg)
{
	const struct run *r = arg;

	return shutdown_deadline(&r->machine);
}

static void run_expired(void *arg, uint64_t now_ns)
{
	struct shutdown_event ev = { .kind = SHUTDOWN_EV_DEADLINE, .dirty_kib = dirty_kib() };

	(void)now_ns;
	feed(arg, &ev);
}

static int run_all(struct run *r, struct err *err)
{
	r->loop = loop_open(err);
	if (!r->loop || loop_timer(r->loop, run_deadline, run_expired, r, err) < 0)
		return -err->code;
	shutdown_init(&r->machine, clock_now_ns());
	happened(r, SHUTDOWN_EV_START);
	while (!r->end) {
		struct shutdown_event ev = r->next;

		if (!r->pending) {
			loop_turn(r->loop);
			continue;
		}
		r->pending = false;
		feed(r, &ev);
	}
	return 0;
}

/* --- the end --- */

/* Beside reboot(2), for as long as the kernel has processes: what it waits for may never come.
 * Powering off has no such way around the drivers. */
static void watch_kernel(enum shutdown_verb verb)
{
	if ((verb != SHUTDOWN_REBOOT && verb != SHUTDOWN_KEXEC) || fork() != 0)
		return;
	(void)poll(NULL, 0, KERNEL_LIMIT_MS);
	log_line(LOG_LEVEL_ERROR, "shutdown",
		 "the kernel has not restarted within %d s: restarting at once",
		 KERNEL_LIMIT_MS / 1000);
	(void)file_write("/proc/sysrq-trigger", "b");
	_exit(0);
}

/* As systemctl reboot --reboot-argument= leaves it. */
static long restart(void)
{
	char text[2 * SHUTDOWN_ARGUMENT_MAX], argument[SHUTDOWN_ARGUMENT_MAX];
	int len = file_read("/run/systemd/reboot-param", text, sizeof(text));

	if (len > 0 && shutdown_argument((struct span){ text, (size_t)len }, argument))
		(void)syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			      LINUX_REBOOT_CMD_RESTART2, argument);
	return reboot(RB_AUTOBOOT);
}

static void kernel_do(enum shutdown_verb verb)
{
	watch_kernel(verb);
	switch (verb) {
	case SHUTDOWN_REBOOT:
		(void)restart();
		break;
	case SHUTDOWN_POWEROFF:
		(void)reboot(RB_POWER_OFF);
		break;
	case SHUTDOWN_HALT:
		(void)reboot((int)RB_HALT_SYSTEM);
		break;
	case SHUTDOWN_KEXEC:
		(void)reboot((int)RB_KEXEC);
		(void)restart();
		break;
	}
	log_line(LOG_LEVEL_ERROR, "shutdown", "the kernel refuses to do it: %s", strerror(errno));
}

static void finish(const struct run *r)
{
	char loaded[8];
	enum shutdown_verb verb = shutdown_verb_possible(
		r->words.verb, file_read("/sys/kernel/kexec_loaded", loaded, sizeof(loaded)) > 0 &&
				       loaded[0] == '1');

	if (verb != r->words.verb)
		log_line(LOG_LEVEL_WARN, "shutdown", "no kernel is loaded for %s: %s instead",
			 shutdown_verb_name(r->words.verb), shutdown_verb_doing(verb));
	log_line(LOG_LEVEL_INFO, "shutdown", "%s after %llu ms", shutdown_verb_doing(verb),
		 (unsigned long long)((clock_now_ns() - r->machine.start_ns) / NS_PER_MS));
	kernel_do(verb);
}

/* --- the beginning --- */

/* In a child: the root may hang, also the way to /run. What it changes holds for all processes. */
static int enter_child(void *arg, int out_fd)
{
	struct err err;

	(void)arg;
	if (exitrd_enter(&err) == 0)
		return 0;
	return child_fail(out_fd, &err);
}

static void enter_done(void *arg, struct child *child, const struct child_result *result)
{
	bool *over = arg;
	struct err err;

	(void)child;
	*over = true;
	if (child_ok(result, 0))
		return;
	child_err(result, ENTER_LIMIT_NS, &err);
	log_line(LOG_LEVEL_WARN, "shutdown",
		 "%s: the root stays mounted, and is made read-only at the end", err.text);
}

/* Comes back only where that failed. */
static void enter(struct run *r, char **argv)
{
	static char program[] = "/" EXITRD_PROGRAM;
	bool over = false;
	struct err err;

	r->loop = loop_open(&err);
	if (!r->loop || child_start(r->loop, &r->round, "enter", enter_child, NULL, ENTER_LIMIT_NS,
				    enter_done, &over, &err) < 0)
		return;
	while (!over)
		loop_turn(r->loop);
	mounts_look(r);
	if (!shutdown_is_out(&r->mounts, EXITRD_OLD))
		return;
	loop_signals_reset();
	argv[0] = program;
	(void)execv(program, argv);
}

/* An init's script may have its output in a file of the root. */
static void let_go_of_files(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		fd = open("/dev/null", O_RDWR);
	for (int i = STDIN_FILENO; i <= STDERR_FILENO && fd >= 0; i++)
		if (fd != i)
			(void)dup2(fd, i);
	(void)syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0);
	(void)chdir("/");
}

static void be_told(const struct shutdown_words *words)
{
	log_open();
	log_set_debug(words->log_level >= LOG_LEVEL_DEBUG);
	log_set_quiet(words->log_level >= 0 && words->log_level <= LOG_LEVEL_WARN);
}

/* What an init may have changed; SIGCHLD ignored would hide how children end. */
static void signals_own(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGQUIT };

	(void)signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
}

int shutdown_main(int argc, char **argv)
{
	struct run *r = &the_run;
	bool is_init = getpid() == 1, crashed = getenv(CRASH_RESTARTS_VAR) != NULL;
	struct err err, cause;
	int rc = shutdown_read(argc, argv, &r->words, &err);

	if (rc < 0 && !is_init) {
		(void)fprintf(stderr, "%s: %s\n", argv[0], err.text);
		return 2;
	}
	signals_own();
	let_go_of_files();
	be_told(&r->words);
	crash_guard(argv);
	if (rc < 0)
		log_line(LOG_LEVEL_WARN, "shutdown", "%s: %s instead", err.text,
			 shutdown_verb_doing(r->words.verb));
	r->top = EXITRD_OLD;
	mounts_look(r);
	if (!crashed) {
		kill_others();
		if (!shutdown_is_out(&r->mounts, EXITRD_OLD)) {
			enter(r, argv);
			r->top = "/";
		}
		if (run_all(r, &cause) < 0)
			log_line(LOG_LEVEL_ERROR, "shutdown", "%s: nothing is unmounted",
				 cause.text);
	}
	finish(r);
	if (!is_init)
		return 1;
	for (;;) {
		(void)poll(NULL, 0, RETRY_MS);
		(void)restart();
	}
}
