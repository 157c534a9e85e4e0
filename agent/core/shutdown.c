/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine of a shutdown, and the words it is asked for by. */
#include "core/shutdown.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define S 1000000000ull
#define TICK_NS (S / 4)

/* --- words --- */

static const struct verb {
	const char *word;
	enum shutdown_verb verb;
} verbs[] = {
	{ "reboot", SHUTDOWN_REBOOT }, { "poweroff", SHUTDOWN_POWEROFF }, { "halt", SHUTDOWN_HALT },
	{ "kexec", SHUTDOWN_KEXEC },   { "exit", SHUTDOWN_POWEROFF }, /* of a container; systemd
									 powers a machine off, too
								       */
};

static bool read_verb(const char *word, enum shutdown_verb *ret)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(word, verbs[i].word) != 0)
			continue;
		*ret = verbs[i].verb;
		return true;
	}
	return false;
}

static int read_level(const char *word)
{
	static const char *const names[] = { "emerg",	"alert",  "crit", "err",
					     "warning", "notice", "info", "debug" };
	uint64_t level;

	if (parse_uint(span_of(word), 10, 0, 7, &level))
		return (int)level;
	for (int i = 0; i < 8; i++)
		if (!strcmp(word, names[i]))
			return i;
	return -1;
}

int shutdown_read(int argc, char *const argv[], struct shutdown_words *ret, struct err *err)
{
	static const char level[] = "--log-level";
	struct shutdown_words words = { .verb = SHUTDOWN_REBOOT, .log_level = -1 };
	char quoted[64];
	bool have = false;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], level) && i + 1 < argc)
			words.log_level = read_level(argv[++i]);
		else if (!strncmp(argv[i], level, sizeof(level) - 1) &&
			 argv[i][sizeof(level) - 1] == '=')
			words.log_level = read_level(argv[i] + sizeof(level));
		else if (!have)
			have = read_verb(argv[i], &words.verb);
	}
	*ret = words;
	if (have)
		return 0;
	return err_set(err, EINVAL, "%s is none of reboot, poweroff, halt, kexec",
		       text_quote(quoted, sizeof(quoted), span_of(argc > 1 ? argv[1] : "nothing")));
}

const char *shutdown_verb_name(enum shutdown_verb verb)
{
	return verbs[verb].word;
}

const char *shutdown_verb_doing(enum shutdown_verb verb)
{
	switch (verb) {
	case SHUTDOWN_REBOOT:
		return "rebooting";
	case SHUTDOWN_POWEROFF:
		return "powering off";
	case SHUTDOWN_HALT:
		return "halting";
	case SHUTDOWN_KEXEC:
		return "starting the loaded kernel";
	}
	return "";
}

bool shutdown_argument(struct span text, char ret[static SHUTDOWN_ARGUMENT_MAX])
{
	struct span line = span_cut(&text, '\n');

	return line.len && text_copy(ret, SHUTDOWN_ARGUMENT_MAX, line);
}

enum shutdown_verb shutdown_verb_possible(enum shutdown_verb verb, bool kexec_loaded)
{
	return verb == SHUTDOWN_KEXEC && !kexec_loaded ? SHUTDOWN_REBOOT : verb;
}

bool shutdown_spares(int pid, const int spared[], const char *cmdline)
{
	if (pid == 1 || !cmdline[0] || cmdline[0] == '@')
		return true;
	for (size_t i = 0; spared[i]; i++)
		if (spared[i] == pid)
			return true;
	return false;
}

/* --- the machine --- */

void shutdown_init(struct shutdown *m, uint64_t now_ns)
{
	*m = (struct shutdown){ .state = SHUTDOWN_IDLE,
				.start_ns = now_ns,
				.tick_ns = SHUTDOWN_NEVER,
				.note_ns = SHUTDOWN_NEVER };
}

__attribute__((format(printf, 3, 4))) static void say(struct shutdown_actions *act, bool warn,
						      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(act->text, sizeof(act->text), fmt, ap);
	va_end(ap);
	act->warn = warn;
}

static void enter(struct shutdown *m, enum shutdown_state state, uint64_t now_ns,
		  struct shutdown_actions *act)
{
	m->state = state;
	m->since_ns = m->progress_ns = now_ns;
	m->tick_ns = now_ns + TICK_NS;
	m->note_ns = now_ns + S;
	m->low_kib = UINT64_MAX;
	m->n_steps = 0;
	switch (state) {
	case SHUTDOWN_IDLE:
		break;
	case SHUTDOWN_FLUSH:
		act->flush = true;
		break;
	case SHUTDOWN_UNMOUNT:
		m->round = ROUND_UNMOUNT;
		act->unmount = true;
		break;
	case SHUTDOWN_GUARD:
		act->end_guard = true;
		break;
	case SHUTDOWN_LOGOUT:
		act->log_out = true;
		break;
	case SHUTDOWN_END:
		m->tick_ns = m->note_ns = SHUTDOWN_NEVER;
		act->end = true;
		break;
	}
}

static void begin_round(struct shutdown *m, uint64_t now_ns, struct shutdown_actions *act)
{
	m->n_steps = 0;
	m->progress_ns = now_ns;
	act->unmount = true;
}

/* Rounds go on while they change something; then what is left is made read-only. */
static void round_over(struct shutdown *m, const struct shutdown_event *ev,
		       struct shutdown_actions *act)
{
	if (!ev->n_left) {
		enter(m, SHUTDOWN_GUARD, ev->now_ns, act);
	} else if (m->round == ROUND_READ_ONLY) {
		enter(m, SHUTDOWN_GUARD, ev->now_ns, act);
		say(act, true, "%s%s cannot be unmounted and are not read-only: going on",
		    ev->where, ev->n_left > 1 ? " and others" : "");
	} else {
		if (!ev->changed)
			m->round = ROUND_READ_ONLY;
		begin_round(m, ev->now_ns, act);
	}
}

static uint64_t seconds_since(uint64_t now_ns, uint64_t then_ns)
{
	return (now_ns - then_ns) / S;
}

/* At 1, 2, 4 ... seconds. */
static bool note_is_due(struct shutdown *m, uint64_t now_ns)
{
	if (now_ns < m->note_ns)
		return false;
	m->note_ns = now_ns + (now_ns - m->since_ns);
	return true;
}

static void flush_tick(struct shutdown *m, const struct shutdown_event *ev,
		       struct shutdown_actions *act)
{
	uint64_t stalled_s = seconds_since(ev->now_ns, m->progress_ns);
	uint64_t so_far_s = seconds_since(ev->now_ns, m->since_ns);

	if (stalled_s >= FLUSH_STALL_S || so_far_s >= FLUSH_MAX_S) {
		m->hung = true;
		act->drop_flush = true;
		enter(m, SHUTDOWN_UNMOUNT, ev->now_ns, act);
		say(act, true,
		    "flushing given up after %llu s, %llu kB short: a disk or server does not "
		    "answer",
		    (unsigned long long)so_far_s, (unsigned long long)ev->dirty_kib);
	} else if (note_is_due(m, ev->now_ns)) {
		say(act, false, "flushing, %llu kB to go (%llu s so far)",
		    (unsigned long long)ev->dirty_kib, (unsigned long long)so_far_s);
	}
}

static void unmount_tick(struct shutdown *m, const struct shutdown_event *ev,
			 struct shutdown_actions *act)
{
	uint64_t stalled_s = seconds_since(ev->now_ns, m->progress_ns);
	uint64_t so_far_s = seconds_since(ev->now_ns, m->since_ns);

	if (so_far_s >= UNMOUNT_MAX_S) {
		act->stuck = true;
		enter(m, SHUTDOWN_GUARD, ev->now_ns, act);
		say(act, true, "unmounting given up after %llu s, at %s",
		    (unsigned long long)so_far_s, ev->where);
	} else if (stalled_s >= (m->hung ? STEP_STALL_AGAIN_S : STEP_STALL_S)) {
		m->hung = true;
		act->stuck = true;
		begin_round(m, ev->now_ns, act);
		say(act, true, "%s does not unmount: its disk or server does not answer, forcing",
		    ev->where);
	} else if (note_is_due(m, ev->now_ns)) {
		say(act, false, "unmounting, at %s (%llu s so far)", ev->where,
		    (unsigned long long)so_far_s);
	}
}

static void deadline(struct shutdown *m, const struct shutdown_event *ev,
		     struct shutdown_actions *act)
{
	uint64_t so_far_s = seconds_since(ev->now_ns, m->since_ns);

	m->tick_ns = ev->now_ns + TICK_NS;
	if (ev->dirty_kib < m->low_kib || ev->n_steps > m->n_steps)
		m->progress_ns = ev->now_ns;
	if (ev->dirty_kib < m->low_kib)
		m->low_kib = ev->dirty_kib;
	m->n_steps = ev->n_steps;
	switch (m->state) {
	case SHUTDOWN_FLUSH:
		flush_tick(m, ev, act);
		break;
	case SHUTDOWN_UNMOUNT:
		unmount_tick(m, ev, act);
		break;
	case SHUTDOWN_GUARD:
		if (so_far_s < GUARD_MAX_S)
			break;
		enter(m, SHUTDOWN_LOGOUT, ev->now_ns, act);
		say(act, true, "the guard does not end: going on");
		break;
	case SHUTDOWN_LOGOUT:
		if (so_far_s >= LOGOUT_MAX_S) {
			enter(m, SHUTDOWN_END, ev->now_ns, act);
			say(act, true, "logout of iSCSI given up after %d s", LOGOUT_MAX_S);
		} else if (note_is_due(m, ev->now_ns)) {
			say(act, false, "logging out of iSCSI (%llu s so far)",
			    (unsigned long long)so_far_s);
		}
		break;
	case SHUTDOWN_IDLE:
	case SHUTDOWN_END:
		break;
	}
}

/* What comes late, of something that was called off, is not for this state: nothing happens. */
void shutdown_step(struct shutdown *m, const struct shutdown_event *ev,
		   struct shutdown_actions *ret)
{
	*ret = (struct shutdown_actions){ 0 };
	switch (ev->kind) {
	case SHUTDOWN_EV_START:
		if (m->state == SHUTDOWN_IDLE)
			enter(m, SHUTDOWN_FLUSH, ev->now_ns, ret);
		break;
	case SHUTDOWN_EV_FLUSHED:
		if (m->state == SHUTDOWN_FLUSH)
			enter(m, SHUTDOWN_UNMOUNT, ev->now_ns, ret);
		break;
	case SHUTDOWN_EV_ROUND_OVER:
		if (m->state == SHUTDOWN_UNMOUNT)
			round_over(m, ev, ret);
		break;
	case SHUTDOWN_EV_GUARD_GONE:
		if (m->state == SHUTDOWN_GUARD)
			enter(m, SHUTDOWN_LOGOUT, ev->now_ns, ret);
		break;
	case SHUTDOWN_EV_LOGGED_OUT:
		if (m->state == SHUTDOWN_LOGOUT)
			enter(m, SHUTDOWN_END, ev->now_ns, ret);
		break;
	case SHUTDOWN_EV_DEADLINE:
		deadline(m, ev, ret);
		break;
	}
}

uint64_t shutdown_deadline(const struct shutdown *m)
{
	return m->tick_ns;
}
