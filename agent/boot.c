/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The phase table of a boot, and the engine that runs it: what starts when, what a failure leads
 * to, when it ends. */
#include "boot.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/backoff.h"
#include "sys/crash.h"
#include "sys/handover.h"
#include "sys/ibft.h"
#include "sys/log.h"
#include "sys/machine.h"
#include "sys/mount.h"
#include "sys/rescue.h"

#define CONF_PATH "/etc/netroot.conf"
#define ROUNDS_MAX 1000 /* of phases that move each other on without an event */

/* A failing phase is tried again after 1 s, doubling up to 30 s: a fleet behind a dead server must
 * not drown it. */
static const struct backoff retry_backoff = { .first_ms = 1000, .max_ms = 30000 };

#define NEEDS(id) (1u << PHASE_##id)

struct phase {
	const char *name;
	uint32_t needs; /* done (or not wanted) before it starts */
	bool (*wanted)(const struct boot *b); /* NULL: always */
	void (*start)(struct boot *b); /* begins an attempt */
	void (*check)(struct boot *b); /* something happened: done, failed, or the next step */
	void (*stop)(struct boot *b); /* calls an attempt off and takes its result back */
	void (*waiting)(const struct boot *b,
			struct out *out); /* what it waits for, for the progress line */
	uint32_t limit_s; /* of one attempt; 0: none, it waits by nature */
	enum phase_id retry_from;
	uint32_t (*limit_by_plan)(
		const struct plan *plan); /* NULL, or limit_s where words set it */
};

static bool network_wanted(const struct boot *b);
static void filesystems_start(struct boot *b);
static uint32_t carrier_limit_s(const struct plan *plan);
static uint32_t dhcp_limit_s(const struct plan *plan);

static const struct phase table[N_PHASES] = {
	[PHASE_FILESYSTEMS] = { "filesystems", 0, NULL, filesystems_start, NULL, NULL, NULL, 0,
				PHASE_FILESYSTEMS },
	[PHASE_MODULES] = { "modules", NEEDS(FILESYSTEMS), NULL, modules_start, modules_check, NULL,
			    NULL, 0, PHASE_MODULES },
	[PHASE_LINK] = { "link", NEEDS(FILESYSTEMS), network_wanted, link_start, link_check, NULL,
			 link_waiting, 0, PHASE_LINK, carrier_limit_s },
	[PHASE_ADDRESS] = { "address", NEEDS(LINK), network_wanted, address_start, address_check,
			    NULL, address_waiting, 0, PHASE_ADDRESS, dhcp_limit_s },
	[PHASE_CONFIG] = { "config", NEEDS(ADDRESS), config_wanted, config_start, config_check,
			   config_stop, config_waiting, 0, PHASE_ADDRESS },
	[PHASE_RESOLVE] = { "resolve", NEEDS(CONFIG), resolve_wanted, resolve_start, NULL,
			    resolve_stop, resolve_waiting, 20, PHASE_ADDRESS },
	[PHASE_ATTACH] = { "attach", NEEDS(RESOLVE), NULL, attach_start, attach_check, attach_stop,
			   attach_waiting, 40, PHASE_ADDRESS },
	[PHASE_DEVICE] = { "device", NEEDS(ATTACH), device_wanted, device_start, device_check,
			   device_stop, device_waiting, 0, PHASE_ADDRESS },
	[PHASE_MAP] = { "map", NEEDS(DEVICE), map_wanted, map_start, map_check, map_stop,
			map_waiting, 0, PHASE_ADDRESS },
	[PHASE_PATHS] = { "paths", NEEDS(MAP), map_wanted, map_paths_start, map_paths_check,
			  map_paths_stop, NULL, 0, PHASE_ADDRESS },
	[PHASE_VERITY] = { "verity", NEEDS(ATTACH) | NEEDS(DEVICE) | NEEDS(MAP), verity_wanted,
			   verity_start, verity_check, verity_stop, verity_waiting, 60,
			   PHASE_ADDRESS },
	[PHASE_MOUNT] = { "mount", NEEDS(VERITY), NULL, mount_start, mount_check, mount_stop,
			  mount_waiting, 90, PHASE_ADDRESS },
	[PHASE_TORAM] = { "toram", NEEDS(MOUNT), toram_wanted, toram_start, toram_check, toram_stop,
			  NULL, 0, PHASE_ADDRESS },
	[PHASE_IMAGE] = { "image", NEEDS(TORAM), image_wanted, image_start, image_check, image_stop,
			  image_waiting, 90, PHASE_ADDRESS },
	[PHASE_OVERLAY] = { "overlay", NEEDS(IMAGE), overlay_wanted, overlay_start, overlay_check,
			    overlay_stop, overlay_waiting, 0, PHASE_ADDRESS },
	[PHASE_HANDOVER] = { "handover", NEEDS(OVERLAY) | NEEDS(PATHS), NULL, handover_start, NULL,
			     handover_stop, NULL, 30, PHASE_ADDRESS },
};

const char *phase_name(enum phase_id id)
{
	return table[id].name;
}

/* --- rows without a file of their own --- */

static bool network_wanted(const struct boot *b)
{
	return plan_wants_network(&b->plan);
}

/* carrier_timeout=, rd.net.timeout.carrier= */
static uint32_t carrier_limit_s(const struct plan *plan)
{
	return plan->carrier_s;
}

/* rd.net.timeout.dhcp= */
static uint32_t dhcp_limit_s(const struct plan *plan)
{
	return plan->dhcp_s;
}

static void read_ibft(struct boot *b)
{
	int r = ibft_read(IBFT_DIR, &b->ibft);

	if (r < 0)
		log_line(LOG_LEVEL_WARN, "plan", IBFT_DIR ": %s, going on as if it were empty",
			 strerror(-r));
	b->in.ibft = &b->ibft;
	b->in.ibft_initiator = b->ibft.initiator;
}

static void read_inputs(struct boot *b)
{
	int r;

	if (file_read("/proc/cmdline", b->cmdline, sizeof(b->cmdline)) < 0)
		log_line(LOG_LEVEL_WARN, "filesystems",
			 "/proc/cmdline cannot be read, going on with an empty command line");
	b->in.cmdline = b->cmdline;
	r = file_read(CONF_PATH, b->conf, sizeof(b->conf));
	if (r >= 0)
		b->in.conf = b->conf;
	else if (r != -ENOENT)
		log_line(LOG_LEVEL_WARN, "filesystems",
			 CONF_PATH ": %s, going on without its words", strerror(-r));
	if (machine_uuid(b->uuid, sizeof(b->uuid)) >= 0)
		b->in.machine_uuid = b->uuid;
	read_ibft(b);
	if (!b->ibft.present)
		b->in.ibft = NULL; /* its module may not be there yet */
	b->in.leases = b->root_leases;
	b->seed = machine_seed();
}

void boot_replan(struct boot *b)
{
	plan_make(&b->in, &b->plan);
	b->dirty = true;
}

static bool noted(const struct plan_note *notes, uint8_t n, const char *text)
{
	while (n)
		if (!strcmp(notes[--n].text, text))
			return true;
	return false;
}

/* Those of the plan that are not among n others. */
static void say_notes(const struct plan *plan, const struct plan_note *others, uint8_t n)
{
	for (uint8_t i = 0; i < plan->n_notes; i++)
		if (!noted(others, n, plan->notes[i].text))
			log_line(plan->notes[i].kind == NOTE_CHOICE ? LOG_LEVEL_INFO
								    : LOG_LEVEL_WARN,
				 "plan", "%s", plan->notes[i].text);
}

void boot_replan_say(struct boot *b)
{
	static struct plan_note before[PLAN_NOTES_MAX];
	uint8_t n = b->plan.n_notes;

	memcpy(before, b->plan.notes, sizeof(before));
	boot_replan(b);
	log_set_debug(b->plan.debug);
	log_set_quiet(b->plan.quiet);
	say_notes(&b->plan, before, n);
}

void boot_read_ibft(struct boot *b)
{
	read_ibft(b);
	if (!b->ibft.present)
		ibft_read_hbas(FIRMWARE_DIR, &b->ibft);
	/* a kernel without iscsi_ibft may have the table all the same */
	if (!b->ibft.present && ibft_read_acpi(&b->ibft) < 0)
		log_line(LOG_LEVEL_WARN, "plan",
			 "the iBFT among ACPI's tables makes no sense, going on without it");
	boot_replan_say(b);
}

static void filesystems_start(struct boot *b)
{
	struct err err;

	if (mount_early(&err) < 0)
		log_line(LOG_LEVEL_WARN, "filesystems", "%s, going on without", err.text);
	log_open();
	log_file_open();
	read_inputs(b);
	boot_replan_say(b);
	phase_done(b, PHASE_FILESYSTEMS);
}

/* --- the engine --- */

static bool finished(enum phase_state state)
{
	return state == PHASE_DONE || state == PHASE_SKIPPED;
}

static bool needs_met(const struct boot *b, enum phase_id id)
{
	for (enum phase_id i = 0; i < N_PHASES; i++)
		if (table[id].needs & 1u << i && !finished(b->phases[i].state))
			return false;
	return true;
}

void phase_done(struct boot *b, enum phase_id id)
{
	struct phase_run *run = &b->phases[id];

	run->end_ns = clock_now_ns();
	run->failures_in_row = 0;
	run->state = hooks_there(b, id) ? PHASE_HOOKS : PHASE_DONE;
	b->dirty = true;
	log_line(LOG_LEVEL_DEBUG, phase_name(id), "done in %llu ms",
		 (unsigned long long)((run->end_ns - run->start_ns) / NS_PER_MS));
}

static void note_cause(struct boot *b, enum phase_id id, const char *text)
{
	struct boot_cause *cause = &b->causes[b->n_causes++ % BOOT_CAUSES_MAX];

	*cause = (struct boot_cause){ .phase = id, .at_ns = clock_now_ns() };
	(void)text_copy(cause->text, sizeof(cause->text), span_of(text));
}

/* All roots of one kind are logged in to, or asked, side by side. */
static bool had_its_turn(const struct boot *b, enum phase_id id)
{
	return id >= PHASE_ATTACH && plan_root_at(&b->plan, b->root_turn)->kind == b->root.kind;
}

/* Another root of the plan is tried at once; only when all had their turn does the boot wait. */
static bool other_root_left(struct boot *b, enum phase_id id)
{
	if (id < PHASE_RESOLVE || b->plan.n_roots < 2)
		return false;
	do
		b->root_turn++;
	while (b->root_turn % b->plan.n_roots && had_its_turn(b, id));
	return b->root_turn % b->plan.n_roots != 0;
}

void phase_failed(struct boot *b, enum phase_id id, const struct err *err)
{
	struct phase_run *run = &b->phases[id];
	uint64_t now_ns = clock_now_ns(), wait_ns = 0;

	note_cause(b, id, err->text);
	if (table[id].stop)
		table[id].stop(b);
	run->end_ns = now_ns;
	run->state = PHASE_BACKOFF;
	if (other_root_left(b, id)) {
		log_line(LOG_LEVEL_ERROR, phase_name(id), "%s; next root of the list now",
			 err->text);
	} else {
		wait_ns = backoff_ns(&retry_backoff, run->failures_in_row++, &b->seed);
		log_line(LOG_LEVEL_ERROR, phase_name(id), "%s; attempt %u in %llu.%llu s",
			 err->text, run->attempts + 1, (unsigned long long)(wait_ns / NS_PER_S),
			 (unsigned long long)(wait_ns / (NS_PER_S / 10) % 10));
	}
	run->due_ns = now_ns + wait_ns;
	b->dirty = true;
}

void phase_restart(struct boot *b, enum phase_id id)
{
	if (b->switched)
		id = PHASE_HANDOVER; /* the initramfs is gone: all that can be tried again is init
				      */
	if (b->hooks.pid && b->hooks_of >= id)
		child_kill(b->loop, &b->hooks);
	for (enum phase_id i = N_PHASES; i-- > id;) {
		struct phase_run *run = &b->phases[i];

		if (i == PHASE_MODULES)
			continue;
		if (table[i].stop && run->state != PHASE_PENDING && run->state != PHASE_BACKOFF)
			table[i].stop(b);
		run->state = PHASE_PENDING;
	}
	b->dirty = true;
}

static void phase_begin(struct boot *b, enum phase_id id)
{
	struct phase_run *run = &b->phases[id];
	uint64_t now_ns = clock_now_ns();

	run->state = PHASE_RUNNING;
	run->start_ns = now_ns;
	run->end_ns = 0;
	run->note_ns = now_ns + NS_PER_S;
	if (!run->attempts++)
		run->first_ns = now_ns;
	table[id].start(b);
}

/* Starts what can start and lets what runs look again, until nothing changes any more. Nothing
 * starts under a rescue shell: who looks at the initrd must not lose it. */
static void advance(struct boot *b)
{
	int rounds = 0;

	do {
		if (++rounds > ROUNDS_MAX) {
			log_line(
				LOG_LEVEL_ERROR, "boot",
				"phases that start each other without end, which is a bug: waiting "
				"for something to happen");
			b->dirty = false;
			return;
		}
		b->dirty = false;
		for (enum phase_id i = 0; i < N_PHASES; i++) {
			if (phase_is(b, i, PHASE_PENDING) && !b->shell.pid && needs_met(b, i)) {
				if (table[i].wanted && !table[i].wanted(b)) {
					b->phases[i].state = PHASE_SKIPPED;
					b->dirty = true;
					continue;
				}
				phase_begin(b, i);
			}
			if (phase_is(b, i, PHASE_RUNNING) && table[i].check)
				table[i].check(b);
		}
		hooks_next(b);
		if (phase_is(b, PHASE_HANDOVER, PHASE_DONE))
			handover_go(b);
	} while (b->dirty);
}

/* --- time: progress lines, limits, retries, the end --- */

static uint64_t earliest(uint64_t a, uint64_t c)
{
	return a < c ? a : c;
}

static uint32_t limit_s(const struct boot *b, enum phase_id id)
{
	return table[id].limit_by_plan ? table[id].limit_by_plan(&b->plan) : table[id].limit_s;
}

static uint64_t limit_ns(const struct boot *b, enum phase_id id)
{
	uint32_t s = limit_s(b, id);

	return s ? b->phases[id].start_ns + s * NS_PER_S : LOOP_NEVER;
}

/* The end that the user asked for, counted from the start of /init or from the end of the last
 * rescue shell. */
static uint64_t end_due_ns(const struct boot *b)
{
	if (b->shell.pid || b->plan.end == END_NEVER)
		return LOOP_NEVER;
	return b->end_from_ns + b->plan.end_after_s * NS_PER_S;
}

static uint64_t boot_deadline(void *arg)
{
	struct boot *b = arg;
	uint64_t at = earliest(b->end_at_ns,
			       b->end_at_ns == LOOP_NEVER ? end_due_ns(b) : LOOP_NEVER);

	for (enum phase_id i = 0; i < N_PHASES; i++) {
		if (phase_is(b, i, PHASE_BACKOFF) && !b->shell.pid)
			at = earliest(at, b->phases[i].due_ns);
		if (!phase_is(b, i, PHASE_RUNNING))
			continue;
		at = earliest(at, limit_ns(b, i));
		if (table[i].waiting)
			at = earliest(at, b->phases[i].note_ns);
	}
	if (phase_is(b, PHASE_ATTACH, PHASE_RUNNING))
		at = earliest(at, earliest(paths_deadline(b), servers_deadline(b)));
	if (phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		at = earliest(at, earliest(paths_deadline(b), device_deadline(b)));
	if (phase_is(b, PHASE_PATHS, PHASE_RUNNING))
		at = earliest(at, earliest(paths_deadline(b), map_paths_deadline(b)));
	if (phase_is(b, PHASE_ADDRESS, PHASE_RUNNING))
		at = earliest(at, address_deadline(b));
	if (phase_is(b, PHASE_TORAM, PHASE_RUNNING))
		at = earliest(at, toram_due(b));
	if (phase_is(b, PHASE_OVERLAY, PHASE_RUNNING))
		at = earliest(at, overlay_deadline(b));
	return at;
}

static void shell_ended(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;

	(void)child;
	(void)result;
	log_line(LOG_LEVEL_INFO, "rescue", "the shell has ended, the boot goes on");
	b->end_from_ns = clock_now_ns();
	for (enum phase_id i = 0; i < N_PHASES; i++)
		b->phases[i].due_ns = 0;
	b->dirty = true;
}

static const char *end_word(enum end_action end)
{
	switch (end) {
	case END_NEVER:
		return "going on";
	case END_SHELL:
		return "a rescue shell";
	case END_REBOOT:
		return "reboot";
	case END_POWEROFF:
		return "power off";
	case END_HALT:
		return "halt";
	}
	return "";
}

static void begin_end(struct boot *b, uint64_t now_ns)
{
	uint32_t in_s = b->plan.end == END_REBOOT && b->plan.panic_s > 0 ? (uint32_t)b->plan.panic_s
									 : 0;
	struct err err;

	log_line(LOG_LEVEL_ERROR, "rescue", "no root after %u s: %s%s", b->plan.end_after_s,
		 end_word(b->plan.end), in_s ? " soon, as panic= says" : "");
	record_write(b);
	if (b->plan.end != END_SHELL) {
		b->end_at_ns = now_ns + in_s * NS_PER_S;
	} else if (rescue_shell(b->loop, &b->shell, shell_ended, b, &err) < 0) {
		log_line(LOG_LEVEL_ERROR, "rescue", "%s; the boot goes on trying", err.text);
		b->end_from_ns = now_ns;
	}
}

static void say_waiting(struct boot *b, enum phase_id id, uint64_t now_ns)
{
	struct phase_run *run = &b->phases[id];
	uint64_t waited_ns = now_ns - run->start_ns;
	char text[512];
	struct out out = out_to(text, sizeof(text));

	table[id].waiting(b, &out);
	/* at 1 s, 2 s, 4 s ... then every half minute: seen by who looks, and no flood */
	run->note_ns = now_ns + (waited_ns < 30 * NS_PER_S ? waited_ns : 30 * NS_PER_S);
	if (out.len)
		log_line(LOG_LEVEL_WARN, phase_name(id), "%s (%llu s so far)", text,
			 (unsigned long long)(waited_ns / NS_PER_S));
}

static void retry(struct boot *b, enum phase_id id)
{
	enum phase_id from = table[id].retry_from;

	if (id == PHASE_ADDRESS || (id == PHASE_CONFIG && !config_pending(b)))
		addr_ask_all(b); /* none has named a root */
	else if (id >= PHASE_CONFIG)
		addr_ask_again(b);
	/* not where another root of the list is tried at once */
	if (!b->plan.n_roots || b->root_turn % b->plan.n_roots == 0)
		config_again(b);
	phase_restart(b, from);
}

/* Says what it waited for to the end, too. */
static void phase_expired(struct boot *b, enum phase_id id)
{
	char text[ERR_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));
	struct err err;

	if (table[id].waiting)
		table[id].waiting(b, &out);
	(void)err_set(&err, ETIMEDOUT, "no result within %u s%s%s", limit_s(b, id),
		      out.len ? ": " : "", text);
	phase_failed(b, id, &err);
}

static void boot_expired(void *arg, uint64_t now_ns)
{
	struct boot *b = arg;

	if (b->end_at_ns <= now_ns) {
		rescue_end(b->plan.end);
		log_line(LOG_LEVEL_ERROR, "rescue",
			 "the kernel refused to %s; the boot goes on trying",
			 end_word(b->plan.end));
		b->end_at_ns = LOOP_NEVER;
		b->end_from_ns = now_ns;
	} else if (b->end_at_ns == LOOP_NEVER && end_due_ns(b) <= now_ns) {
		begin_end(b, now_ns);
	}
	for (enum phase_id i = 0; i < N_PHASES; i++) {
		struct phase_run *run = &b->phases[i];

		if (run->state == PHASE_BACKOFF && run->due_ns <= now_ns && !b->shell.pid) {
			retry(b, i);
		} else if (run->state == PHASE_RUNNING && limit_ns(b, i) <= now_ns) {
			phase_expired(b, i);
		} else if (run->state == PHASE_RUNNING && table[i].waiting &&
			   run->note_ns <= now_ns) {
			say_waiting(b, i, now_ns);
		}
	}
	b->dirty = true;
}

void boot_main(int argc, char **argv, char **envp)
{
	static struct boot boot;
	struct boot *b = &boot;
	struct err err;

	(void)argc;
	(void)envp;
	b->started_ns = b->end_from_ns = clock_now_ns();
	b->end_at_ns = LOOP_NEVER;
	b->guard_fd = b->guard_pidfd = -1;
	log_open();
	crash_guard(argv);
	b->loop = loop_open(&err);
	if (!b->loop || loop_timer(b->loop, boot_deadline, boot_expired, b, &err) < 0)
		crash_restart(err.text);
	log_line(LOG_LEVEL_INFO, "boot", "netroot %s", NETROOT_VERSION);
	for (;;) {
		advance(b);
		loop_turn(b->loop);
	}
}
