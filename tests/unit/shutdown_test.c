/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a shutdown, played, with its limits; and the words it is asked for by. */
#include "test.h"

#include "core/shutdown.h"

#define MS 1000000ull

static struct shutdown m;
static struct shutdown_actions act;

static void step(struct shutdown_event ev)
{
	if (!ev.where)
		ev.where = "/oldroot";
	shutdown_step(&m, &ev, &act);
}

static void at(enum shutdown_event_kind kind, uint64_t ms)
{
	step((struct shutdown_event){ .kind = kind, .now_ns = ms * MS });
}

static void tick(uint64_t ms, uint64_t dirty_kib, size_t n_steps)
{
	step((struct shutdown_event){ .kind = SHUTDOWN_EV_DEADLINE,
				      .now_ns = ms * MS,
				      .dirty_kib = dirty_kib,
				      .n_steps = n_steps });
}

static void over(uint64_t ms, bool changed, size_t n_left)
{
	step((struct shutdown_event){ .kind = SHUTDOWN_EV_ROUND_OVER,
				      .now_ns = ms * MS,
				      .changed = changed,
				      .n_left = n_left });
}

static void begin(void)
{
	shutdown_init(&m, 0);
	at(SHUTDOWN_EV_START, 0);
}

static void unmounting(void)
{
	begin();
	at(SHUTDOWN_EV_FLUSHED, 100);
}

static void logging_out(void)
{
	unmounting();
	over(200, true, 0);
	at(SHUTDOWN_EV_GUARD_GONE, 300);
}

static void nothing(void)
{
	ok(!act.flush && !act.unmount && !act.stuck && !act.drop_flush && !act.end_guard &&
	   !act.log_out && !act.end);
}

/* In this order and no other: nobody logs out while something is mounted, nor while the guard could
 * log in again. */
static void test_all_well(void)
{
	begin();
	ok(act.flush && !act.unmount && !act.end_guard && !act.log_out && !act.end);
	at(SHUTDOWN_EV_FLUSHED, 100);
	ok(act.unmount && !act.flush && !act.end_guard && !act.log_out);
	eq_int(m.round, ROUND_UNMOUNT);
	over(200, true, 2); /* a loop device went: its filesystem can go now */
	ok(act.unmount && !act.end_guard);
	eq_int(m.round, ROUND_UNMOUNT);
	over(300, true, 0);
	ok(act.end_guard && !act.unmount && !act.log_out);
	at(SHUTDOWN_EV_GUARD_GONE, 310);
	ok(act.log_out && !act.end);
	at(SHUTDOWN_EV_LOGGED_OUT, 320);
	ok(act.end && !act.log_out);
	eq_str(act.text, "");
	ok(shutdown_deadline(&m) == SHUTDOWN_NEVER);
}

static void test_busy(void)
{
	unmounting();
	over(200, false, 1);
	ok(act.unmount && !act.end_guard);
	eq_int(m.round, ROUND_READ_ONLY);
	over(300, true, 0);
	ok(act.end_guard);
	eq_str(act.text, "");
	unmounting();
	over(200, false, 1);
	over(300, true, 2); /* no third kind of round, whatever it changed */
	ok(act.end_guard && !act.unmount && act.warn);
	eq_str(act.text, "/oldroot and others cannot be unmounted and are not read-only: going on");
}

static void test_flush_progress(void)
{
	begin();
	tick(250, 5000, 0);
	nothing();
	eq_str(act.text, "");
	tick(1000, 4000, 0);
	eq_str(act.text, "flushing, 4000 kB to go (1 s so far)");
	ok(!act.warn);
	tick(1250, 4000, 0);
	eq_str(act.text, "");
	tick(2000, 3000, 0);
	eq_str(act.text, "flushing, 3000 kB to go (2 s so far)");
	/* as long as it goes on */
	for (uint64_t s = 3; s < FLUSH_MAX_S; s++) {
		tick(s * 1000, 3000 - s, 0);
		ok(m.state == SHUTDOWN_FLUSH);
	}
	tick(FLUSH_MAX_S * 1000ull, 1, 0);
	ok(act.drop_flush && act.unmount);
}

static void test_flush_stalls(void)
{
	begin();
	tick(1000, 5000, 0);
	tick(8999, 5000, 0);
	nothing();
	tick(9000, 6000, 0); /* more to do is no progress */
	ok(act.drop_flush && act.unmount && act.warn);
	eq_str(act.text,
	       "flushing given up after 9 s, 6000 kB short: a disk or server does not answer");
	at(SHUTDOWN_EV_FLUSHED, 9100); /* too late */
	nothing();
	eq_int(m.state, SHUTDOWN_UNMOUNT);
}

static void test_step_stalls(void)
{
	unmounting();
	tick(1000, 100, 1);
	tick(4900, 100, 2); /* the second is done */
	nothing();
	tick(8800, 100, 2);
	nothing();
	tick(8900, 100, 2);
	ok(act.stuck && act.unmount && act.warn);
	eq_str(act.text, "/oldroot does not unmount: its disk or server does not answer, forcing");
	tick(9000, 100, 0); /* the new round has begun */
	tick(9850, 100, 0);
	nothing();
	tick(10000, 100, 0); /* less patience from now on */
	ok(act.stuck && act.unmount);
	over(10050, true, 0);
	ok(act.end_guard);
}

static void test_unmount_limit(void)
{
	unmounting();
	for (uint64_t ms = 1100; ms < 10100; ms += 1000) {
		tick(ms, 1000000 - ms, ms); /* always something, never the end */
		nothing();
	}
	tick(10100, 1, 99999);
	ok(act.stuck && act.end_guard && !act.unmount && act.warn);
	eq_str(act.text, "unmounting given up after 10 s, at /oldroot");
	over(10200, true, 3);
	nothing();
}

/* After a flush that was given up, a root that hangs costs another second each time it is tried. */
static void test_root_gone(void)
{
	begin();
	tick(250, 8, 0);
	tick(8250, 8, 0);
	ok(act.drop_flush && act.unmount);
	tick(8500, 8, 0);
	tick(9500, 8, 0);
	ok(act.stuck && act.unmount);
	tick(9750, 8, 0);
	tick(10500, 8, 0);
	ok(act.stuck && act.unmount);
	over(10600, false, 1);
	ok(act.unmount);
	eq_int(m.round, ROUND_READ_ONLY);
	over(10700, false, 1);
	ok(act.end_guard);
	tick(10800, 8, 0);
	tick(11700, 8, 0);
	ok(act.log_out);
	eq_str(act.text, "the guard does not end: going on");
	tick(12700, 8, 0);
	eq_str(act.text, "logging out of iSCSI (1 s so far)");
	tick(14699, 8, 0);
	nothing();
	tick(14700, 8, 0);
	ok(act.end && act.warn);
	eq_str(act.text, "logout of iSCSI given up after 3 s");
}

static void test_what_is_not_for_a_state(void)
{
	logging_out();
	for (int kind = SHUTDOWN_EV_START; kind <= SHUTDOWN_EV_GUARD_GONE; kind++) {
		at((enum shutdown_event_kind)kind, 400);
		nothing();
	}
	at(SHUTDOWN_EV_LOGGED_OUT, 500);
	for (int kind = SHUTDOWN_EV_START; kind <= SHUTDOWN_EV_DEADLINE; kind++) {
		at((enum shutdown_event_kind)kind, 99999);
		nothing();
		eq_int(m.state, SHUTDOWN_END);
	}
	shutdown_init(&m, 0);
	for (int kind = SHUTDOWN_EV_FLUSHED; kind <= SHUTDOWN_EV_DEADLINE; kind++) {
		at((enum shutdown_event_kind)kind, 10);
		nothing();
		eq_int(m.state, SHUTDOWN_IDLE);
	}
}

/* A new round has all the patience again, however far the one before had come. */
static void test_rounds_count_anew(void)
{
	unmounting();
	tick(1000, 100, 5);
	over(1100, true, 1);
	ok(act.unmount);
	tick(5000, 100, 3);
	nothing();
	tick(8900, 100, 3);
	nothing();
	tick(9000, 100, 3);
	ok(act.stuck && act.unmount);
}

/* From every state something leads on, even if nothing but time happens. */
static void test_time_alone(void)
{
	uint64_t now_ns = 0;
	int turns = 0;

	begin();
	while (m.state != SHUTDOWN_END && turns++ < 1000) {
		ok(shutdown_deadline(&m) > now_ns && shutdown_deadline(&m) <= now_ns + 1000 * MS);
		now_ns = shutdown_deadline(&m);
		step((struct shutdown_event){ .kind = SHUTDOWN_EV_DEADLINE, .now_ns = now_ns });
	}
	eq_int(m.state, SHUTDOWN_END);
	ok(now_ns <= (FLUSH_STALL_S + 1 + UNMOUNT_MAX_S + GUARD_MAX_S + LOGOUT_MAX_S) * 1000 * MS);
}

/* --- words --- */

static struct shutdown_words words;
static struct err err;

static int read_words(const char *a, const char *b, const char *c, const char *d)
{
	const char *argv[] = { "/shutdown", a, b, c, d, NULL };
	int argc = 1;

	while (argv[argc])
		argc++;
	return shutdown_read(argc, (char *const *)(uintptr_t)argv, &words, &err);
}

static void test_verbs(void)
{
	static const struct {
		const char *word, *doing;
		enum shutdown_verb verb;
	} rows[] = {
		{ "reboot", "rebooting", SHUTDOWN_REBOOT },
		{ "poweroff", "powering off", SHUTDOWN_POWEROFF },
		{ "halt", "halting", SHUTDOWN_HALT },
		{ "kexec", "starting the loaded kernel", SHUTDOWN_KEXEC },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		eq_int(read_words(rows[i].word, NULL, NULL, NULL), 0);
		eq_int(words.verb, rows[i].verb);
		eq_int(words.log_level, -1);
		eq_str(shutdown_verb_name(words.verb), rows[i].word);
		eq_str(shutdown_verb_doing(words.verb), rows[i].doing);
	}
	eq_int(read_words("exit", NULL, NULL, NULL), 0);
	eq_int(words.verb, SHUTDOWN_POWEROFF);
	eq_int(shutdown_verb_possible(SHUTDOWN_KEXEC, false), SHUTDOWN_REBOOT);
	eq_int(shutdown_verb_possible(SHUTDOWN_KEXEC, true), SHUTDOWN_KEXEC);
	eq_int(shutdown_verb_possible(SHUTDOWN_HALT, false), SHUTDOWN_HALT);
}

/* As systemd 252 and later hand their own on; whatever else is there is not for us. */
static void test_options(void)
{
	eq_int(read_words("poweroff", "--log-level", "7", "--log-color=1"), 0);
	eq_int(words.verb, SHUTDOWN_POWEROFF);
	eq_int(words.log_level, 7);
	eq_int(read_words("halt", "--timeout", "90000000us", "--log-level=debug"), 0);
	eq_int(words.verb, SHUTDOWN_HALT);
	eq_int(words.log_level, 7);
	eq_int(read_words("reboot", "--log-level=warning", NULL, NULL), 0);
	eq_int(words.log_level, 4);
	eq_int(read_words("reboot", "--log-level=8", NULL, NULL), 0);
	eq_int(words.log_level, -1);
	eq_int(read_words("reboot", "--log-level", NULL, NULL), 0);
	eq_int(words.verb, SHUTDOWN_REBOOT);
	eq_int(read_words("--log-level", "4", "halt", NULL), 0);
	eq_int(words.verb, SHUTDOWN_HALT);
	eq_int(read_words("halt", "reboot", NULL, NULL), 0);
	eq_int(words.verb, SHUTDOWN_HALT);
}

static void test_no_verb(void)
{
	ok(read_words(NULL, NULL, NULL, NULL) < 0);
	eq_int(words.verb, SHUTDOWN_REBOOT);
	eq_str(err.text, "nothing is none of reboot, poweroff, halt, kexec");
	ok(read_words("re\nboot", NULL, NULL, NULL) < 0);
	eq_str(err.text, "re\\x0aboot is none of reboot, poweroff, halt, kexec");
	ok(read_words("rebootx", NULL, NULL, NULL) < 0);
	ok(read_words("", NULL, NULL, NULL) < 0);
}

static bool argument_is(const char *text, size_t len, const char *want)
{
	char got[SHUTDOWN_ARGUMENT_MAX] = "untouched";
	bool have = shutdown_argument((struct span){ text, len }, got);

	eq_str(got, want ? want : "untouched");
	return have == (want != NULL);
}

/* As systemd writes the file: a line; as reboot(2) takes it: a string. */
static void test_argument(void)
{
	char longest[SHUTDOWN_ARGUMENT_MAX + 1];

	ok(argument_is("bootloader\n", 11, "bootloader"));
	ok(argument_is("two words", 9, "two words"));
	ok(argument_is("first\nsecond\n", 13, "first"));
	ok(argument_is("", 0, NULL));
	ok(argument_is("\n", 1, NULL));
	ok(argument_is("\nsecond\n", 8, NULL));
	ok(argument_is("a\0b\n", 4, NULL));
	memset(longest, 'x', sizeof(longest));
	ok(argument_is(longest, SHUTDOWN_ARGUMENT_MAX, NULL));
	longest[SHUTDOWN_ARGUMENT_MAX - 1] = '\0';
	ok(argument_is(longest, SHUTDOWN_ARGUMENT_MAX - 1, longest));
}

static void test_spares(void)
{
	static const int spared[] = { 700, 600, 1, 0 };

	ok(shutdown_spares(1, spared + 3, "/sbin/init"));
	ok(shutdown_spares(2, spared, "")); /* a kernel thread */
	ok(shutdown_spares(300, spared, "@netroot-guard"));
	ok(shutdown_spares(600, spared, "/bin/sh"));
	ok(shutdown_spares(700, spared, "/run/initramfs/shutdown"));
	ok(!shutdown_spares(701, spared, "/usr/sbin/iscsid"));
	ok(!shutdown_spares(301, spared, "x@y"));
}

int main(void)
{
	RUN(test_all_well);
	RUN(test_busy);
	RUN(test_flush_progress);
	RUN(test_flush_stalls);
	RUN(test_step_stalls);
	RUN(test_unmount_limit);
	RUN(test_root_gone);
	RUN(test_what_is_not_for_a_state);
	RUN(test_rounds_count_anew);
	RUN(test_time_alone);
	RUN(test_verbs);
	RUN(test_options);
	RUN(test_no_verb);
	RUN(test_argument);
	RUN(test_spares);
	return test_end();
}
