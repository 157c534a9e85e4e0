/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each word of the command line means: one row per name. Those of the network are in
 * plan_words_net.c, those of iSCSI in plan_words_iscsi.c, those of an image in plan_words_image.c
 * and, of live systems, plan_words_live.c, those of a writable layer in plan_words_overlay.c, that
 * of settings to fetch in plan_config.c. */
#include "core/plan_wish.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/plan_names.h"

#define DELAY_MAX_S 86400

void plan_note(struct plan *plan, enum note_kind kind, struct given about, const char *fmt, ...)
{
	struct plan_note note = { .kind = kind, .about = about };
	va_list ap;
	int n;

	if (plan->n_notes == PLAN_NOTES_MAX)
		return;
	va_start(ap, fmt);
	n = vsnprintf(note.text, sizeof(note.text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(note.text))
		memcpy(note.text + sizeof(note.text) - sizeof("..."), "...", sizeof("..."));
	for (uint8_t i = 0; i < plan->n_notes; i++)
		if (!strcmp(plan->notes[i].text, note.text))
			return;
	if (plan->n_notes == PLAN_NOTES_MAX - 1)
		note = (struct plan_note){ .kind = NOTE_IGNORED,
					   .text = "there is more to note than fits here" };
	plan->notes[plan->n_notes++] = note;
}

const char *word_origin(struct given by)
{
	return by.by == FROM_CONF ? "netroot.conf: " : by.by == FROM_FETCHED ? "config: " : "";
}

char *wish_text(const struct wish_word *word, char dst[static PLAN_QUOTE_MAX])
{
	struct out out = out_to(dst, PLAN_QUOTE_MAX);
	char q[PLAN_QUOTE_MAX - 40];

	out_add(&out, "%s%s=\"%s\"", word_origin(word->given), word->name,
		rootspec_quote(q, sizeof(q), word->value));
	return dst;
}

void word_refuse(struct word_build *b, const struct cmd_word *w, const char *fmt, ...)
{
	char key[48], value[80], why[PLAN_NAME_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	(void)text_quote(key, sizeof(key), w->key);
	if (w->has_value)
		plan_note(b->plan, NOTE_REFUSED, b->by, "%s%s=\"%s\": %s", word_origin(b->by), key,
			  rootspec_quote(value, sizeof(value), w->value), why);
	else
		plan_note(b->plan, NOTE_REFUSED, b->by, "%s%s: %s", word_origin(b->by), key, why);
}

bool word_bool(const struct cmd_word *w)
{
	return !w->has_value ||
	       !(span_eq(w->value, "0") || span_eq(w->value, "no") || span_eq(w->value, "off"));
}

void word_choice(struct word_build *b, const struct cmd_word *w, const struct out *choices)
{
	char key[48], value[80];

	if (choices->len)
		plan_note(b->plan, NOTE_CHOICE, b->by, "%s%s=\"%s\": %s", word_origin(b->by),
			  text_quote(key, sizeof(key), w->key),
			  rootspec_quote(value, sizeof(value), w->value), choices->text);
}

bool given_gives_way(struct given before, enum plan_source to)
{
	return to <= FROM_CMDLINE && before.by >= FROM_CONF && before.by < to;
}

bool word_replaces(const struct word_build *b, struct given given)
{
	return given_gives_way(given, b->by.by);
}

/* The command line's root= replaces all that other places say in root=. */
static void take_root(struct word_build *b, const struct cmd_word *w)
{
	struct wish_word word = { b->by, "root", w->value, rootspec_kind(w->value, IN_WORD) };
	static const struct wish_word none;

	if (word.kind == ROOTSPEC_NONE)
		return;
	if (word.kind != ROOTSPEC_BLOCK && word_live_nfs(b, w, &word.value))
		word.kind = ROOTSPEC_NFS;
	if (word_replaces(b, b->wish->root.given))
		b->wish->root = none;
	if (word_replaces(b, b->wish->block.given))
		b->wish->block = none;
	/* initramfs-tools' iSCSI scripts take two: root=iscsi:... root=UUID=... */
	if (word.kind == ROOTSPEC_BLOCK)
		b->wish->block = word;
	else if (word.kind != ROOTSPEC_DEV_ROOT)
		b->wish->root = word;
}

void word_netroot(struct word_build *b, const struct cmd_word *w, const char *name,
		  enum rootspec_kind kind)
{
	struct wish_word word = { b->by, name, w->value, kind };
	struct wishes *wish = b->wish;

	if (!w->value.len)
		return;
	if (wish->n_netroot && word_replaces(b, wish->netroot[0].given))
		wish->n_netroot = 0;
	if (wish->n_netroot == PLAN_ROOTS_MAX)
		word_refuse(b, w, "there are already %d, ignored", PLAN_ROOTS_MAX);
	else
		wish->netroot[wish->n_netroot++] = word;
}

static void take_netroot(struct word_build *b, const struct cmd_word *w)
{
	word_netroot(b, w, "netroot", rootspec_kind(w->value, IN_WORD));
}

static void take_nfsroot(struct word_build *b, const struct cmd_word *w)
{
	b->wish->nfsroot = (struct wish_word){ b->by, "nfsroot", w->value, ROOTSPEC_NFS };
}

void word_wish(struct word_build *b, const struct cmd_word *w, const char *name,
	       struct wish_word *ret)
{
	if (w->value.len)
		*ret = (struct wish_word){ b->by, name, w->value, ROOTSPEC_NONE };
}

void word_keep(struct word_build *b, const struct cmd_word *w, char *dst, size_t size,
	       struct given *given)
{
	if (!w->value.len)
		return;
	if (!text_is_printable(w->value)) {
		word_refuse(b, w, "characters that are not printable ASCII, ignored");
		return;
	}
	if (text_copy(dst, size, w->value))
		*given = b->by;
	else
		word_refuse(b, w, "longer than %zu bytes, ignored", size - 1);
}

static void take_init(struct word_build *b, const struct cmd_word *w)
{
	bool fetched = b->by.by == FROM_FETCHED;

	if (w->value.len && w->value.p[0] != '/')
		word_refuse(b, w, "does not begin with '/', %s is used", b->plan->init);
	else
		word_keep(b, w, fetched ? b->wish->init : b->plan->init, sizeof(b->plan->init),
			  fetched ? &b->wish->init_given : &b->plan->init_given);
}

static void take_rw(struct word_build *b, const struct cmd_word *w)
{
	if (w->has_value)
		return;
	b->plan->read_write = span_eq(w->key, "rw");
	b->plan->read_write_given = b->by;
}

static void take_rootflags(struct word_build *b, const struct cmd_word *w)
{
	word_keep(b, w, b->plan->rootflags, sizeof(b->plan->rootflags), &b->plan->rootflags_given);
}

static void take_fstype(struct word_build *b, const struct cmd_word *w)
{
	for (size_t i = 0; i < w->value.len; i++) {
		char c = w->value.p[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && !strchr("._-,", c)) {
			word_refuse(b, w, "not a file system's name, ignored");
			return;
		}
	}
	word_keep(b, w, b->plan->fstype, sizeof(b->plan->fstype), &b->plan->fstype_given);
}

bool word_seconds(struct word_build *b, const struct cmd_word *w, uint32_t *ret)
{
	uint64_t v;

	if (!parse_uint(w->value, 10, 0, DELAY_MAX_S, &v)) {
		word_refuse(b, w, "no number of seconds up to %d, ignored", DELAY_MAX_S);
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}

static void take_rootdelay(struct word_build *b, const struct cmd_word *w)
{
	if (word_seconds(b, w, &b->plan->rootdelay_s))
		b->plan->rootdelay_given = b->by;
}

static void take_retry(struct word_build *b, const struct cmd_word *w)
{
	if (word_seconds(b, w, &b->plan->end_after_s))
		b->wish->retry_given = b->by;
}

static void take_shell(struct word_build *b, const struct cmd_word *w)
{
	b->wish->shell = word_bool(w);
	b->wish->shell_given = b->by;
}

static void take_emergency(struct word_build *b, const struct cmd_word *w)
{
	if (span_eq(w->value, "reboot"))
		b->wish->emergency = END_REBOOT;
	else if (span_eq(w->value, "poweroff"))
		b->wish->emergency = END_POWEROFF;
	else if (span_eq(w->value, "halt"))
		b->wish->emergency = END_HALT;
	else {
		word_refuse(b, w, "not reboot, poweroff or halt, ignored");
		return;
	}
	b->wish->emergency_given = b->by;
}

/* kernel/panic.c: 0 waits for ever, a negative number reboots at once. */
static void take_panic(struct word_build *b, const struct cmd_word *w)
{
	bool negative = w->value.len && w->value.p[0] == '-';
	uint64_t v;

	if (!parse_uint(span_skip(w->value, negative), 10, 0, DELAY_MAX_S, &v)) {
		word_refuse(b, w, "no number of seconds up to %d, ignored", DELAY_MAX_S);
		return;
	}
	b->wish->panic_given = v ? b->by : (struct given){ .by = FROM_NOWHERE };
	b->plan->panic_s = !v ? -1 : negative ? 0 : (int32_t)v;
	if (!v)
		plan_note(b->plan, NOTE_CHOICE, b->by,
			  "%spanic=0 read as the kernel does: no reboot, the boot is retried "
			  "for ever",
			  word_origin(b->by));
}

static void take_debug(struct word_build *b, const struct cmd_word *w)
{
	b->plan->debug = word_bool(w);
}

static void take_quiet(struct word_build *b, const struct cmd_word *w)
{
	b->plan->quiet = word_bool(w);
}

/* Debian's: the script that mounts the root. For live-boot and casper that is a file of it. */
static void take_boot(struct word_build *b, const struct cmd_word *w)
{
	if (span_eq(w->value, "live") || span_eq(w->value, "casper"))
		word_wish(b, w, "boot", &b->wish->live);
	else if (!span_eq(w->value, "nfs") && !span_eq(w->value, "local"))
		word_refuse(b, w, "not nfs or local, ignored");
}

/* core/modparam looks for them by itself, where the kernel's own are. */
static void take_blacklist(struct word_build *b, const struct cmd_word *w)
{
	if (b->by.by != FROM_CMDLINE)
		word_refuse(b, w, "counts on the command line alone, ignored");
}

static const char blacklist[] = "these modules are not loaded";

static const struct word_row rows[] = {
	{ "root", VALUE, take_root, NULL },
	{ "netroot", VALUE, take_netroot, NULL },
	{ "nfsroot", VALUE, take_nfsroot, NULL },
	{ "init", VALUE, take_init, "the program that is started in the root" },
	{ "ro", BARE, take_rw, "the root is mounted read-only" },
	{ "rw", BARE, take_rw, "the root is mounted for writing" },
	{ "rootflags", VALUE, take_rootflags, "mount options of a block device" },
	{ "rootfstype", VALUE, take_fstype, "the root's file system" },
	{ "rootdelay", VALUE, take_rootdelay, "seconds to wait for the root's device" },
	{ "rd.retry", VALUE, take_retry, "seconds of retries before the end that is asked for" },
	{ "rd.shell", BARE | VALUE, take_shell, "whether retries end in a shell" },
	{ "rd.emergency", VALUE, take_emergency, "what ends the retries" },
	{ "panic", VALUE, take_panic, "retries end in a reboot" },
	{ "rd.debug", BARE | VALUE, take_debug, "more on the console" },
	{ "debug", BARE | VALUE, take_debug, "more on the console" },
	{ "quiet", BARE | VALUE, take_quiet, "quiet console" },
	{ "modprobe.blacklist", VALUE | LIST, take_blacklist, blacklist },
	{ "module_blacklist", VALUE | LIST, take_blacklist, blacklist },
	{ "rd.driver.blacklist", VALUE | LIST, take_blacklist, blacklist },
	{ "blacklist", VALUE | LIST, take_blacklist, blacklist },
	{ "boot", VALUE, take_boot, "has no effect, root= or nfsroot= says it" },
};

const struct word_row *word_row_at(size_t i)
{
	static const struct word_rows own = { rows, sizeof(rows) / sizeof(rows[0]) };
	const struct word_rows *const tables[] = { &own,
						   &word_rows_iscsi,
						   &word_rows_net,
						   &word_rows_overlay,
						   &word_rows_image,
						   &word_rows_live,
						   &word_rows_verity,
						   &word_rows_config };

	for (size_t k = 0; k < sizeof(tables) / sizeof(tables[0]); k++) {
		if (i < tables[k]->n)
			return &tables[k]->rows[i];
		i -= tables[k]->n;
	}
	return NULL;
}

const struct word_row *word_row_of(struct span key)
{
	const struct word_row *row;

	for (size_t i = 0; (row = word_row_at(i)); i++)
		if (cmd_key_is(key, row->name))
			return row;
	return NULL;
}

bool plan_owns_word(struct span key)
{
	return word_row_of(key) || name_is_later(key);
}

struct cmd_words plan_words_of(const struct plan_input *in, enum plan_source by)
{
	return by == FROM_CMDLINE ? cmd_words_of(in->cmdline)
				  : conf_words_of(by == FROM_CONF ? in->conf : in->fetched);
}

char *given_word(struct given given, const struct plan_input *in, char dst[static PLAN_QUOTE_MAX])
{
	struct cmd_words words = plan_words_of(in, given.by);
	struct out out = out_to(dst, PLAN_QUOTE_MAX);
	char key[48], value[PLAN_QUOTE_MAX - 64];
	struct cmd_word w = { .has_value = false };

	if (given.by == FROM_IBFT)
		out_add(&out, "iBFT");
	if (given.by < FROM_CONF || given.by > FROM_CMDLINE)
		return dst;
	for (uint16_t i = 0; i < given.word; i++)
		if (!cmd_next(&words, &w))
			return dst;
	out_add(&out, "%s%s", word_origin(given), text_quote(key, sizeof(key), w.key));
	if (w.has_value)
		out_add(&out, "=\"%s\"", rootspec_quote(value, sizeof(value), w.value));
	return dst;
}

static void add_init_word(struct word_build *b, const struct cmd_word *w)
{
	struct plan *plan = b->plan;
	size_t at = 0, len = w->key.len + (w->has_value ? 1 + w->value.len : 0);
	char q[64];

	for (uint8_t i = 0; i < plan->n_init_words; i++)
		at += strlen(plan->init_words + at) + 1;
	if (plan->n_init_words == PLAN_INIT_WORDS_MAX || at + len + 1 > sizeof(plan->init_words)) {
		plan_note(plan, NOTE_REFUSED, b->by,
			  "\"%s\": no room among the arguments of init, left out",
			  text_quote(q, sizeof(q), w->key));
		return;
	}
	memcpy(plan->init_words + at, w->key.p, w->key.len);
	if (w->has_value) {
		plan->init_words[at + w->key.len] = '=';
		if (w->value.len)
			memcpy(plan->init_words + at + w->key.len + 1, w->value.p, w->value.len);
	}
	plan->init_words[at + len] = '\0';
	plan->n_init_words++;
}

/* init/main.c: what stood before init= or rdinit= is dropped (a boot loader's "auto"); of words the
 * kernel does not know, bare ones without '.' become arguments of init. */
static void pass_on(struct word_build *b, const struct cmd_word *w)
{
	if (w->has_value && (cmd_key_is(w->key, "init") || cmd_key_is(w->key, "rdinit")))
		b->plan->n_init_words = 0;
	if (!w->has_value && w->key.len && span_find(w->key, '.') == w->key.len &&
	    !word_row_of(w->key) && !name_is_kernel(w->key))
		add_init_word(b, w);
}

static bool looks_ours(struct span key)
{
	return span_starts(key, "rd.") || span_starts(key, "netroot.") || span_starts(key, "ip.") ||
	       span_starts(key, "netroot_");
}

static void take_other(struct word_build *b, const struct cmd_word *w)
{
	const char *why = name_is_later(w->key), *near;
	char q[64];

	(void)text_quote(q, sizeof(q), w->key);
	if (word_of_live(b, w))
		return;
	if (why) {
		plan_note(b->plan, NOTE_IGNORED, b->by, "%s%s: %s, ignored", word_origin(b->by), q,
			  why);
		return;
	}
	/* a bare word is init's, whatever it resembles; of more than can be noted, as a hostile
	 * server may send, finding out would take its time */
	near = NULL;
	if (b->n_unknown < PLAN_NOTES_MAX && (w->has_value || looks_ours(w->key))) {
		near = name_near(w->key);
		b->n_unknown++;
	}
	if (near)
		plan_note(b->plan, NOTE_UNKNOWN, b->by, "%s%s: not known, ignored; looks like %s",
			  word_origin(b->by), q, near);
	else if (looks_ours(w->key) || b->by.by != FROM_CMDLINE)
		plan_note(b->plan, NOTE_UNKNOWN, b->by, "%s%s: not known, ignored",
			  word_origin(b->by), q);
}

/* Links are up and servers of DHCP asked by the time that it is there. */
static void too_late(struct word_build *b, const struct cmd_word *w)
{
	char q[64];

	plan_note(
		b->plan, NOTE_IGNORED, b->by,
		"%s%s: comes too late, the network is up by then; it belongs on the command line or "
		"into netroot.conf of the initrd",
		word_origin(b->by), text_quote(q, sizeof(q), w->key));
}

void plan_words(const struct plan_input *in, enum plan_source by, struct plan *plan,
		struct wishes *wish)
{
	bool conf = by != FROM_CMDLINE, for_init = false;
	struct cmd_words words = plan_words_of(in, by);
	struct word_build b = { in, plan, wish, { .by = by }, 0 };
	struct cmd_word w;

	while (b.by.word < UINT16_MAX && cmd_next(&words, &w)) {
		const struct word_row *row = word_row_of(w.key);

		b.by.word++;
		if (for_init) {
			add_init_word(&b, &w);
			continue;
		}
		if (!conf && !w.has_value && span_eq(w.key, "--")) {
			for_init = true;
			continue;
		}
		if (!conf)
			pass_on(&b, &w);
		if (!row)
			take_other(&b, &w);
		else if (by == FROM_FETCHED && row->forms & EARLY)
			too_late(&b, &w);
		else if (row->forms & (w.has_value ? VALUE : BARE))
			row->take(&b, &w);
		else if ((row->forms & (BARE | VALUE)) == VALUE)
			word_refuse(&b, &w, "has no value, ignored");
	}
}
