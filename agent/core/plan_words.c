/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each word of the command line means: one row per name. */
#include "core/plan_wish.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/cmdline.h"
#include "core/ipspec.h"
#include "core/plan_names.h"

#define DELAY_MAX_S 86400

struct build {
	struct plan *plan;
	struct wishes *wish;
	struct given by;
};

void plan_note(struct plan *plan, enum note_kind kind, const char *fmt, ...)
{
	struct plan_note note = { .kind = kind };
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
		note = (struct plan_note){ NOTE_IGNORED, "there is more to note than fits here" };
	plan->notes[plan->n_notes++] = note;
}

static const char *origin(struct given by)
{
	return by.by == FROM_CONF ? "netroot.conf: " : "";
}

char *wish_text(const struct wish_word *word, char dst[static PLAN_QUOTE_MAX])
{
	struct out out = out_to(dst, PLAN_QUOTE_MAX);
	char q[PLAN_QUOTE_MAX - 40];

	out_add(&out, "%s%s=\"%s\"", origin(word->given), word->name,
		rootspec_quote(q, sizeof(q), word->value));
	return dst;
}

/* NOTE_REFUSED for a word whose value is wrong. */
__attribute__((format(printf, 3, 4))) static void refuse(struct build *b, const struct cmd_word *w,
							 const char *fmt, ...)
{
	char key[48], value[80], why[PLAN_NAME_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	(void)text_quote(key, sizeof(key), w->key);
	if (w->has_value)
		plan_note(b->plan, NOTE_REFUSED, "%s%s=\"%s\": %s", origin(b->by), key,
			  rootspec_quote(value, sizeof(value), w->value), why);
	else
		plan_note(b->plan, NOTE_REFUSED, "%s%s: %s", origin(b->by), key, why);
}

/* dracut's getargbool: a bare word is true; 0, no and off are false. */
static bool word_bool(const struct cmd_word *w)
{
	return !w->has_value ||
	       !(span_eq(w->value, "0") || span_eq(w->value, "no") || span_eq(w->value, "off"));
}

static bool overrides(const struct build *b, const struct wish_word *word)
{
	return b->by.by == FROM_CMDLINE && word->given.by == FROM_CONF;
}

/* The command line's root= replaces all that netroot.conf says in root=. */
static void take_root(struct build *b, const struct cmd_word *w)
{
	struct wish_word word = { b->by, "root", w->value, rootspec_kind(w->value, IN_WORD) };
	static const struct wish_word none;

	if (word.kind == ROOTSPEC_NONE)
		return;
	if (overrides(b, &b->wish->root))
		b->wish->root = none;
	if (overrides(b, &b->wish->block))
		b->wish->block = none;
	/* initramfs-tools' iSCSI scripts take two: root=iscsi:... root=UUID=... */
	if (word.kind == ROOTSPEC_BLOCK)
		b->wish->block = word;
	else if (word.kind != ROOTSPEC_DEV_ROOT)
		b->wish->root = word;
}

static void take_netroot(struct build *b, const struct cmd_word *w)
{
	struct wish_word word = { b->by, "netroot", w->value, rootspec_kind(w->value, IN_WORD) };
	struct wishes *wish = b->wish;

	if (word.kind == ROOTSPEC_NONE)
		return;
	if (wish->n_netroot && overrides(b, &wish->netroot[0]))
		wish->n_netroot = 0;
	if (wish->n_netroot == PLAN_ROOTS_MAX)
		refuse(b, w, "there are already %d, ignored", PLAN_ROOTS_MAX);
	else
		wish->netroot[wish->n_netroot++] = word;
}

static void take_nfsroot(struct build *b, const struct cmd_word *w)
{
	b->wish->nfsroot = (struct wish_word){ b->by, "nfsroot", w->value, ROOTSPEC_NFS };
}

static bool same_device(const struct plan_ip *a, const struct plan_ip *b)
{
	return !strcmp(a->port.ifname, b->port.ifname) && mac_eq(&a->port.mac, &b->port.mac);
}

static void take_ip(struct build *b, const struct cmd_word *w)
{
	struct plan *plan = b->plan;
	char choices[160], q[64];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_ip ip = { .given = b->by };
	struct err err;
	uint8_t i;

	if (ipspec_parse(w->value, &ip, &out, &err)) {
		refuse(b, w, "%s; ignored, without another ip= DHCP is asked on all wired NICs",
		       err.text);
		return;
	}
	ip.given = b->by;
	if (out.len)
		plan_note(plan, NOTE_CHOICE, "%sip=\"%s\": %s", origin(b->by),
			  text_quote(q, sizeof(q), w->value), choices);
	if (plan->n_ips && plan->ips[0].given.by == FROM_CONF && b->by.by == FROM_CMDLINE)
		plan->n_ips = 0;
	for (i = 0; i < plan->n_ips && !same_device(&plan->ips[i], &ip); i++)
		;
	if (i == PLAN_IP_MAX) {
		refuse(b, w, "there are already %d for other NICs, ignored", PLAN_IP_MAX);
		return;
	}
	plan->ips[i] = ip;
	if (i == plan->n_ips)
		plan->n_ips++;
}

static void take_bootif(struct build *b, const struct cmd_word *w)
{
	if (bootif_parse(w->value, &b->plan->bootif))
		b->plan->bootif_given = b->by;
	else
		refuse(b, w, "no MAC address, ignored");
}

static void take_no_bootif(struct build *b, const struct cmd_word *w)
{
	b->wish->no_bootif = !word_bool(w);
}

/* A value kept as text: printable, whole, or refused. */
static void keep(struct build *b, const struct cmd_word *w, char *dst, size_t size,
		 struct given *given)
{
	if (!w->value.len)
		return;
	if (!text_is_printable(w->value)) {
		refuse(b, w, "characters that are not printable ASCII, ignored");
		return;
	}
	if (text_copy(dst, size, w->value))
		*given = b->by;
	else
		refuse(b, w, "longer than %zu bytes, ignored", size - 1);
}

static void take_init(struct build *b, const struct cmd_word *w)
{
	if (w->value.len && w->value.p[0] != '/')
		refuse(b, w, "does not begin with '/', %s is used", b->plan->init);
	else
		keep(b, w, b->plan->init, sizeof(b->plan->init), &b->plan->init_given);
}

static void take_rw(struct build *b, const struct cmd_word *w)
{
	if (w->has_value)
		return;
	b->plan->read_write = span_eq(w->key, "rw");
	b->plan->read_write_given = b->by;
}

static void take_rootflags(struct build *b, const struct cmd_word *w)
{
	keep(b, w, b->plan->rootflags, sizeof(b->plan->rootflags), &b->plan->rootflags_given);
}

static void take_fstype(struct build *b, const struct cmd_word *w)
{
	for (size_t i = 0; i < w->value.len; i++) {
		char c = w->value.p[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && !strchr("._-,", c)) {
			refuse(b, w, "not a file system's name, ignored");
			return;
		}
	}
	keep(b, w, b->plan->fstype, sizeof(b->plan->fstype), &b->plan->fstype_given);
}

static bool seconds(struct build *b, const struct cmd_word *w, uint32_t *ret)
{
	uint64_t v;

	if (!parse_uint(w->value, 10, 0, DELAY_MAX_S, &v)) {
		refuse(b, w, "no number of seconds up to %d, ignored", DELAY_MAX_S);
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}

static void take_rootdelay(struct build *b, const struct cmd_word *w)
{
	if (seconds(b, w, &b->plan->rootdelay_s))
		b->plan->rootdelay_given = b->by;
}

static void take_retry(struct build *b, const struct cmd_word *w)
{
	if (seconds(b, w, &b->plan->end_after_s))
		b->wish->retry_given = b->by;
}

static void take_initiator(struct build *b, const struct cmd_word *w)
{
	if (w->value.len)
		b->wish->initiator = (struct wish_word){ b->by, "rd.iscsi.initiator", w->value,
							 ROOTSPEC_NONE };
}

static void take_shell(struct build *b, const struct cmd_word *w)
{
	b->wish->shell = word_bool(w);
	b->wish->shell_given = b->by;
}

static void take_emergency(struct build *b, const struct cmd_word *w)
{
	if (span_eq(w->value, "reboot"))
		b->wish->emergency = END_REBOOT;
	else if (span_eq(w->value, "poweroff"))
		b->wish->emergency = END_POWEROFF;
	else if (span_eq(w->value, "halt"))
		b->wish->emergency = END_HALT;
	else {
		refuse(b, w, "not reboot, poweroff or halt, ignored");
		return;
	}
	b->wish->emergency_given = b->by;
}

/* kernel/panic.c: 0 waits for ever, a negative number reboots at once. */
static void take_panic(struct build *b, const struct cmd_word *w)
{
	bool negative = w->value.len && w->value.p[0] == '-';
	uint64_t v;

	if (!parse_uint(span_skip(w->value, negative), 10, 0, DELAY_MAX_S, &v)) {
		refuse(b, w, "no number of seconds up to %d, ignored", DELAY_MAX_S);
		return;
	}
	b->wish->panic_given = v ? b->by : (struct given){ FROM_NOWHERE, 0 };
	b->plan->panic_s = !v ? -1 : negative ? 0 : (int32_t)v;
	if (!v)
		plan_note(b->plan, NOTE_CHOICE,
			  "%spanic=0 read as the kernel does: no reboot, the boot is retried "
			  "for ever",
			  origin(b->by));
}

static void take_debug(struct build *b, const struct cmd_word *w)
{
	b->plan->debug = word_bool(w);
}

static void take_quiet(struct build *b, const struct cmd_word *w)
{
	b->plan->quiet = word_bool(w);
}

static void take_nothing(struct build *b, const struct cmd_word *w)
{
	(void)b;
	(void)w;
}

enum form { BARE = 1, VALUE = 2 };

static const struct word_row {
	const char *name;
	unsigned int forms;
	void (*take)(struct build *b, const struct cmd_word *w);
} rows[] = {
	{ "root", VALUE, take_root },
	{ "netroot", VALUE, take_netroot },
	{ "nfsroot", VALUE, take_nfsroot },
	{ "ip", VALUE, take_ip },
	{ "nfsaddrs", VALUE, take_ip },
	{ "BOOTIF", VALUE, take_bootif },
	{ "rd.bootif", BARE | VALUE, take_no_bootif },
	{ "init", VALUE, take_init },
	{ "ro", BARE, take_rw },
	{ "rw", BARE, take_rw },
	{ "rootflags", VALUE, take_rootflags },
	{ "rootfstype", VALUE, take_fstype },
	{ "rootdelay", VALUE, take_rootdelay },
	{ "rd.iscsi.initiator", VALUE, take_initiator },
	{ "iscsi_initiator", VALUE, take_initiator },
	{ "rd.retry", VALUE, take_retry },
	{ "rd.shell", BARE | VALUE, take_shell },
	{ "rd.emergency", VALUE, take_emergency },
	{ "panic", VALUE, take_panic },
	{ "rd.debug", BARE | VALUE, take_debug },
	{ "debug", BARE | VALUE, take_debug },
	{ "quiet", BARE | VALUE, take_quiet },
	{ "boot", VALUE, take_nothing }, /* Debian's boot=nfs; root= or nfsroot= says it, too */
	{ "rd.neednet", BARE | VALUE, take_nothing }, /* there is always a need */
};

static const struct word_row *row_of(struct span key)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (cmd_key_is(key, rows[i].name))
			return &rows[i];
	return NULL;
}

bool plan_owns_word(struct span key)
{
	return row_of(key) || name_is_later(key);
}

static void add_init_word(struct plan *plan, const struct cmd_word *w)
{
	size_t at = 0, len = w->key.len + (w->has_value ? 1 + w->value.len : 0);
	char q[64];

	for (uint8_t i = 0; i < plan->n_init_words; i++)
		at += strlen(plan->init_words + at) + 1;
	if (plan->n_init_words == PLAN_INIT_WORDS_MAX || at + len + 1 > sizeof(plan->init_words)) {
		plan_note(plan, NOTE_REFUSED,
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
static void pass_on(struct plan *plan, const struct cmd_word *w)
{
	if (w->has_value && (cmd_key_is(w->key, "init") || cmd_key_is(w->key, "rdinit")))
		plan->n_init_words = 0;
	if (!w->has_value && w->key.len && span_find(w->key, '.') == w->key.len &&
	    !row_of(w->key) && !name_is_kernel(w->key))
		add_init_word(plan, w);
}

static bool looks_ours(struct span key)
{
	return span_starts(key, "rd.") || span_starts(key, "netroot.") || span_starts(key, "ip.") ||
	       span_starts(key, "netroot_");
}

static void take_other(struct build *b, const struct cmd_word *w)
{
	const char *why = name_is_later(w->key);
	char q[64];

	(void)text_quote(q, sizeof(q), w->key);
	if (why)
		plan_note(b->plan, NOTE_IGNORED, "%s%s: %s, ignored", origin(b->by), q, why);
	else if (looks_ours(w->key))
		plan_note(b->plan, NOTE_UNKNOWN, "%s%s: not known, ignored", origin(b->by), q);
	else if (b->by.by == FROM_CONF)
		plan_note(b->plan, NOTE_UNKNOWN, "netroot.conf: %s: not known, ignored", q);
}

void plan_words(const char *text, enum plan_source by, struct plan *plan, struct wishes *wish)
{
	struct cmd_words words = by == FROM_CONF ? conf_words_of(text) : cmd_words_of(text);
	struct build b = { plan, wish, { by, 0 } };
	struct cmd_word w;
	bool for_init = false;

	while (cmd_next(&words, &w)) {
		const struct word_row *row = row_of(w.key);

		if (for_init) {
			add_init_word(plan, &w);
			continue;
		}
		if (by == FROM_CMDLINE && !w.has_value && span_eq(w.key, "--")) {
			for_init = true;
			continue;
		}
		if (by == FROM_CMDLINE)
			pass_on(plan, &w);
		if (!row)
			take_other(&b, &w);
		else if (row->forms & (w.has_value ? VALUE : BARE))
			row->take(&b, &w);
		else if (row->forms == VALUE)
			refuse(&b, &w, "has no value, ignored");
	}
}
