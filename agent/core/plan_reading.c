/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How each word was read, in order: found in the plan again by its place and the number of the
 * word, which every value and note carries. */
#include "core/plan_wish.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/plan_names.h"

#define WORD_TEXT_MAX 256
#define READING_MAX (PLAN_VALUE_MAX + 1024)

struct reading {
	const struct plan *plan;
	const struct plan_input *in;
	struct cmd_word word;
	const struct word_row *row;
	struct given given;
	uint16_t last_init; /* number of the last init= or rdinit=: words before it are dropped */
	uint16_t dashes; /* number of "--", or UINT16_MAX */
	struct out out; /* the reading */
	bool set; /* some value of the plan is this word's */
};

static bool is_of(const struct reading *r, struct given given)
{
	return given.by == r->given.by && given.word == r->given.word;
}

__attribute__((format(printf, 2, 3))) static void say(struct reading *r, const char *fmt, ...);

static void say(struct reading *r, const char *fmt, ...)
{
	char text[PLAN_VALUE_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_add(&r->out, "%s%s", r->out.len ? "; " : "", text);
}

static bool names_secret(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if (span_starts(span_skip(key, i), "pass") ||
		    span_starts(span_skip(key, i), "secret"))
			return true;
	return false;
}

/* Never the secrets that people write there (open-iscsi's iscsi_password=), misspelt or not. */
static bool is_secret(struct span key)
{
	return names_secret(key) || names_secret(span_of(name_near(key)));
}

/* overlayroot=crypt:dev=...,pass=..., dracut's rd.overlay.crypt= */
static bool holds_secret(struct span value)
{
	while (value.p)
		if (span_starts(span_cut(&value, ','), "pass="))
			return true;
	return false;
}

static void add_word(const struct cmd_word *w, struct out *out)
{
	char key[WORD_TEXT_MAX], value[WORD_TEXT_MAX];
	const char *quote = span_find(w->value, ' ') < w->value.len ? "\"" : "";

	out_add(out, "%s", text_quote(key, sizeof(key), w->key));
	if (!w->has_value)
		return;
	if (is_secret(w->key) || holds_secret(w->value))
		out_add(out, "=***");
	else
		out_add(out, "=%s%s%s", quote, rootspec_quote(value, sizeof(value), w->value),
			quote);
}

static const char *in_memory(const struct plan *plan)
{
	const struct plan_root *root = plan_root_at(plan, 0);

	if (plan_has_image(plan))
		return "the image";
	return root && root->kind == ROOT_ISCSI ? "the LUN" : "the root, if it is a LUN,";
}

static void each_value(void *arg, const char *name, const char *value, struct given given)
{
	struct reading *r = arg;

	if (!is_of(r, given))
		return;
	/* it is a part of what the word does */
	if (!strcmp(name, "mode") && strchr(value, ' '))
		return;
	r->set = true;
	if (r->row->what && !strcmp(name, "toram"))
		say(r, "%s is copied into memory", in_memory(r->plan));
	if (r->row->what)
		return;
	if (!strcmp(name, "root_from_dhcp"))
		say(r, "the root, or what is missing of it, comes by DHCP");
	else if (span_ends(span_of(name), ".server"))
		say(r, "server %s", value);
	else if (span_ends(span_of(name), ".chap"))
		say(r, "%s CHAP", value);
	else if (!strcmp(name, "mode"))
		say(r, "mounted %s", value);
	else if (strcmp(name, "bootdev") != 0 && strcmp(name, "host_name") != 0)
		say(r, "%s", value);
}

/* The note without the word in front of it. */
static const char *note_text(const struct reading *r, const char *text)
{
	char q[PLAN_QUOTE_MAX], key[48];
	const char *origin = word_origin(r->given), *end;
	size_t len;

	(void)given_word(r->given, r->in, q);
	len = strlen(q);
	if (strncmp(text, q, len) != 0) {
		if (!strncmp(text, origin, strlen(origin)))
			text += strlen(origin);
		(void)text_quote(key, sizeof(key), r->word.key);
		len = strlen(key);
		if (strncmp(text, key, len) != 0)
			return text;
		/* a long value is cut elsewhere */
		if (!strncmp(text + len, "=\"", 2) && (end = strstr(text + len, "\": ")))
			len = (size_t)(end + 1 - text);
	}
	return !strncmp(text + len, ": ", 2) ? text + len + 2 : text;
}

/* True where one says that the word is not followed. */
static bool say_notes(struct reading *r)
{
	bool not_followed = false;

	for (uint8_t i = 0; i < r->plan->n_notes; i++) {
		const struct plan_note *note = &r->plan->notes[i];

		if (!is_of(r, note->about))
			continue;
		say(r, "%s", note_text(r, note->text));
		not_followed = not_followed || note->kind != NOTE_CHOICE ||
			       strstr(note->text, ": overridden by");
	}
	if (is_of(r, r->plan->no_root_given)) {
		say(r, "%s", note_text(r, r->plan->no_root.text));
		not_followed = true;
	}
	return not_followed;
}

/* The next word of that place whose row does the same. */
static bool say_overridden_by(struct reading *r, enum plan_source by)
{
	struct cmd_words words = plan_words_of(r->in, by);
	const struct given there = { .by = by };
	const struct word_row *row;
	char text[2 * WORD_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));
	struct cmd_word w;

	for (uint16_t n = 1; (by != FROM_CMDLINE || n < r->dashes) && cmd_next(&words, &w); n++) {
		if (by == r->given.by && n <= r->given.word)
			continue;
		row = word_row_of(w.key);
		if (!row || row->take != r->row->take || (by == FROM_FETCHED && row->forms & EARLY))
			continue;
		add_word(&w, &out);
		say(r, "overridden by the later %s%s", word_origin(there), text);
		return true;
	}
	return false;
}

static bool say_overridden(struct reading *r)
{
	if (r->row->forms & LIST)
		return false;
	for (enum plan_source by = r->given.by; by <= FROM_CMDLINE; by++)
		if (say_overridden_by(r, by))
			return true;
	return false;
}

static bool word_is(const struct reading *r, const char *key, const char *value)
{
	return span_eq(r->word.key, key) && span_eq(r->word.value, value);
}

/* Other entries may stand beside it: none of them overrides it. */
static bool say_ibft(struct reading *r)
{
	if (!word_is(r, "ip", "ibft"))
		return false;
	say(r, "NICs as firmware's iBFT says");
	return true;
}

/* netroot=iscsi */
static bool leaves_target_open(const struct reading *r)
{
	return (span_eq(r->word.key, "root") || span_eq(r->word.key, "netroot")) &&
	       rootspec_kind(r->word.value, IN_WORD) == ROOTSPEC_PARTS;
}

static bool names_root(struct span key)
{
	return span_eq(key, "root") || span_eq(key, "netroot") || span_eq(key, "nfsroot");
}

/* What a word does that no value of the plan is of. */
static bool say_effect(struct reading *r)
{
	const struct plan_root *root = plan_root_at(r->plan, 0);

	if (word_is(r, "ip6", "off") || word_is(r, "ip6", "none"))
		say(r, "IPv6 is off on all NICs");
	else if (word_is(r, "root", "/dev/nfs") && (!root || root->kind == ROOT_NFS))
		say(r, "an NFS root as nfsroot=, ip= and DHCP say");
	else if (span_eq(r->word.key, "nfsroot") && root && root->kind == ROOT_NFS)
		say(r, "an NFS root as ip= and DHCP say");
	else if (span_eq(r->word.key, "rw") && !plan_root_writable(r->plan))
		say(r, "the root is only read all the same");
	else if (r->plan->no_root_given.by && names_root(r->word.key))
		say(r, "no root, as another word rules it out");
	else if (leaves_target_open(r))
		say(r, "the target is as other words, or firmware's iBFT, say");
	else
		return false;
	return true;
}

static void read_ours(struct reading *r)
{
	size_t before;

	plan_each_field(r->plan, each_value, r);
	before = r->out.len;
	if (!say_notes(r) && !r->set && r->out.len == before && !say_ibft(r) &&
	    !say_overridden(r) && !say_effect(r))
		say(r, "%s", r->row->what ? r->row->what : "has no effect");
	else if (r->set && r->row->what && !r->out.len)
		say(r, "%s", r->row->what);
	if (r->given.by == FROM_CMDLINE && !r->word.has_value && name_is_kernel(r->word.key))
		say(r, "also the kernel's");
}

static void read_other(struct reading *r)
{
	const char *why = name_is_later(r->word.key), *near = name_near(r->word.key);
	bool bare = !r->word.has_value && span_find(r->word.key, '.') == r->word.key.len;

	if (name_is_live(r->word.key) && (say_notes(r) || r->out.len))
		return;
	if (why)
		say(r, "%s, ignored", why);
	else if (r->given.by != FROM_CMDLINE)
		say(r, "not known, ignored%s%s", near ? "; looks like " : "", near ? near : "");
	else if (!r->word.has_value && name_is_kernel(r->word.key))
		say(r, "the kernel's");
	else if (!bare && near)
		say(r, "not known; looks like %s", near);
	else if (!bare && (span_starts(r->word.key, "rd.") || span_starts(r->word.key, "netroot.")))
		say(r, "not known, ignored");
	else if (!bare)
		say(r, "not netroot's");
	else if (r->given.word < r->last_init)
		say(r, "dropped, as all that stands before init=");
	else
		say(r, "argument of init%s%s", near ? "; looks like " : "", near ? near : "");
}

static void read_word(struct reading *r)
{
	bool words_of_init = r->given.by == FROM_CMDLINE && r->given.word >= r->dashes;

	if (words_of_init && r->given.word == r->dashes)
		say(r, "what follows are arguments of init");
	else if (words_of_init)
		say(r, "argument of init");
	else if (r->row)
		read_ours(r);
	else
		read_other(r);
}

/* What the meaning of a word depends on besides itself. */
static void look_ahead(struct reading *r)
{
	struct cmd_words words = cmd_words_of(r->in->cmdline);
	struct cmd_word w;

	r->dashes = UINT16_MAX;
	for (uint16_t n = 1; n < UINT16_MAX && cmd_next(&words, &w); n++) {
		if (!w.has_value && span_eq(w.key, "--")) {
			r->dashes = n;
			return;
		}
		if (w.has_value && (cmd_key_is(w.key, "init") || cmd_key_is(w.key, "rdinit")))
			r->last_init = n;
	}
}

static void read_place(struct reading *r, enum plan_source by,
		       void (*emit)(void *arg, const char *line), void *arg)
{
	struct cmd_words words = plan_words_of(r->in, by);
	char reading[READING_MAX], line[READING_MAX + 2 * WORD_TEXT_MAX];

	r->given = (struct given){ .by = by };
	while (r->given.word < UINT16_MAX && cmd_next(&words, &r->word)) {
		struct out out = out_to(line, sizeof(line));

		r->given.word++;
		r->row = word_row_of(r->word.key);
		r->set = false;
		r->out = out_to(reading, sizeof(reading));
		read_word(r);
		out_add(&out, "%s", word_origin(r->given));
		add_word(&r->word, &out);
		out_add(&out, ": %s", reading);
		emit(arg, line);
	}
}

void plan_readings(const struct plan_input *in, void (*emit)(void *arg, const char *line),
		   void *arg)
{
	struct plan plan;
	struct reading r = { .plan = &plan, .in = in };

	plan_make(in, &plan);
	look_ahead(&r);
	read_place(&r, FROM_CMDLINE, emit, arg);
	read_place(&r, FROM_FETCHED, emit, arg);
	read_place(&r, FROM_CONF, emit, arg);
}
