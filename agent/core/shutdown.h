/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a system whose root was mounted by netroot, as a pure machine: flush, unmount in
 * rounds, end the guard, log out, and what is asked of the kernel then. Each wait has its limit:
 * a root that is gone never holds it up.
 */
#ifndef NETROOT_CORE_SHUTDOWN_H
#define NETROOT_CORE_SHUTDOWN_H

#include "core/err.h"
#include "core/mounts.h"
#include "core/text.h"

#define SHUTDOWN_NEVER UINT64_MAX

/* --- what is asked for --- */

enum shutdown_verb { SHUTDOWN_REBOOT, SHUTDOWN_POWEROFF, SHUTDOWN_HALT, SHUTDOWN_KEXEC };

/* With its end; the kernel takes no more (kernel/reboot.c). */
#define SHUTDOWN_ARGUMENT_MAX 256

struct shutdown_words {
	enum shutdown_verb verb;
	int log_level; /* syslog's, as systemd hands it on; -1: not said */
};

/* As systemd-shutdown calls it: a verb, and options of which only --log-level means something.
 * -EINVAL, with reboot as the verb, where there is none that is known. */
int shutdown_read(int argc, char *const argv[], struct shutdown_words *ret, struct err *err);
/* "reboot"; "rebooting". */
const char *shutdown_verb_name(enum shutdown_verb verb);
const char *shutdown_verb_doing(enum shutdown_verb verb);

/* What firmware or driver is told at a restart, of the file that systemctl leaves it in
 * (/run/systemd/reboot-param): its first line. False: nothing that could be handed on. */
bool shutdown_argument(struct span text, char ret[static SHUTDOWN_ARGUMENT_MAX]);
/* kexec without a kernel to start is a reboot. */
enum shutdown_verb shutdown_verb_possible(enum shutdown_verb verb, bool kexec_loaded);

/* A process that is left alone before the root goes: init, this one and who waits for it (pids of
 * those, 0 at the end), kernel threads, and those that hold a root (argv[0] with '@', as systemd
 * has it). */
bool shutdown_spares(int pid, const int spared[], const char *cmdline);

/* --- unmounting --- */

/* Whether / is in memory already, and the old root mounted where it is to be. */
bool shutdown_is_out(const struct mounts *m, const char *old);

enum unmount_how {
	UNMOUNT_PLAIN, /* flushes; blocks on a server that is gone */
	UNMOUNT_LAZY, /* a filesystem in memory that is in use */
	UNMOUNT_FORCE, /* it hung: what waits for its server fails, and it is let go of */
	UNMOUNT_READ_ONLY /* it is in use: flushed, and clean on its disk */
};

enum unmount_round { ROUND_UNMOUNT, ROUND_READ_ONLY };

struct unmount_step {
	const char *dir; /* as in the mounts */
	uint32_t id;
	enum unmount_how how;
};

#define STUCK_MAX 8
struct unmount_stuck {
	uint32_t ids[STUCK_MAX];
	size_t n;
};

struct unmount_plan {
	struct unmount_step steps[MOUNTS_MAX + 2]; /* with a layer and its disk, beforehand */
	size_t n;
};

/*
 * What of top and below is to be done in a round, deepest first: no mount before those on it. One
 * that is in stuck once is forced, twice: left alone. With top "/" (there was no way out of the
 * root) filesystems in memory stay, for this program lives in them.
 * Before all that a writable layer on a disk, and then its disk, are made read-only.
 */
void unmount_plan(const struct mounts *m, const char *top, enum unmount_round round,
		  const struct unmount_stuck *stuck, struct unmount_plan *ret);
/* How many filesystems that could lose something are mounted there, and the first of them; writable
 * ones only where asked. */
size_t unmount_left(const struct mounts *m, const char *top, bool writable,
		    const struct mount_entry **ret_first);

/* --- the machine --- */

#define FLUSH_STALL_S 8 /* nothing more is written for so long */
#define FLUSH_MAX_S 120
#define STEP_STALL_S 4
#define STEP_STALL_AGAIN_S 1 /* after something has hung */
#define UNMOUNT_MAX_S 10 /* all rounds */
#define GUARD_MAX_S 1
#define LOGOUT_MAX_S 3

enum shutdown_state {
	SHUTDOWN_IDLE,
	SHUTDOWN_FLUSH,
	SHUTDOWN_UNMOUNT,
	SHUTDOWN_GUARD,
	SHUTDOWN_LOGOUT,
	SHUTDOWN_END
};

struct shutdown {
	enum shutdown_state state;
	enum unmount_round round;
	uint64_t start_ns; /* of it all */
	uint64_t since_ns; /* of the state */
	uint64_t progress_ns; /* when something was seen to go on last */
	uint64_t tick_ns, note_ns; /* when to look next, when to say next that it takes time */
	uint64_t low_kib; /* the least that was to be written so far */
	size_t n_steps; /* done of the round */
	bool hung; /* something has been given up: less patience with the next */
};

enum shutdown_event_kind {
	SHUTDOWN_EV_START,
	SHUTDOWN_EV_FLUSHED,
	SHUTDOWN_EV_ROUND_OVER, /* changed, n_left */
	SHUTDOWN_EV_GUARD_GONE,
	SHUTDOWN_EV_LOGGED_OUT,
	SHUTDOWN_EV_DEADLINE /* dirty_kib, n_steps */
};

struct shutdown_event {
	enum shutdown_event_kind kind;
	uint64_t now_ns;
	bool changed; /* something was unmounted or detached */
	size_t n_left; /* unmount_left() */
	uint64_t dirty_kib; /* waits to be written anywhere */
	size_t n_steps; /* of the round, so far */
	const char *where; /* what the round is at, or what is left; quoted */
};

struct shutdown_actions {
	bool flush; /* begin; and likewise */
	bool unmount; /* a round, of machine->round */
	bool stuck; /* the step that the round is at goes into the stuck ones; the round is called
		       off */
	bool drop_flush; /* it is called off */
	bool end_guard;
	bool log_out;
	bool end; /* the last */
	bool warn; /* how text is to be said */
	char text[256]; /* "": nothing */
};

void shutdown_init(struct shutdown *m, uint64_t now_ns);
void shutdown_step(struct shutdown *m, const struct shutdown_event *ev,
		   struct shutdown_actions *ret);
uint64_t shutdown_deadline(const struct shutdown *m);

#endif
