/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a root that the kernel verifies: our own, those of systemd's veritysetup-generator and
 * of live-boot, and what they come to. Once there is such a word the root is verified or there is
 * none: what is wrong with one is no reason to go on without. */
#include "core/plan_wish.h"

#include <errno.h>
#include <string.h>

#include "core/verity.h"

#define MAPPED "/dev/mapper/" VERITY_NAME

/* The first reason counts. */
static void set_unusable(const struct plan_input *in, struct plan *plan, struct given by,
			 const char *why)
{
	char q[PLAN_QUOTE_MAX];

	if (plan->verity.unusable.text[0])
		return;
	(void)err_set(&plan->verity.unusable, EINVAL, "%s: %s; nothing is mounted unverified",
		      given_word(by, in, q), why);
	plan_note(plan, NOTE_REFUSED, by, "%s", plan->verity.unusable.text);
}

/* What is fetched over the network may be anybody's, and must not loosen what the initrd holds, nor
 * what the command line does, whose words are read behind it: counts(). */
static bool is_fixed(struct word_build *b, const struct cmd_word *w)
{
	if (b->by.by != FROM_FETCHED || b->plan->verity.given.by != FROM_CONF)
		return false;
	word_refuse(b, w, "netroot.conf of the initrd has the root hash, ignored");
	return true;
}

/* Likewise of how it is verified; before is what has said so. */
static bool is_said(struct word_build *b, const struct cmd_word *w, struct given before)
{
	if (is_fixed(b, w))
		return true;
	if (b->by.by != FROM_FETCHED || before.by != FROM_CONF)
		return false;
	word_refuse(b, w, "netroot.conf of the initrd says it, ignored");
	return true;
}

/* The last word counts, whoever's it is. */
static void take(struct word_build *b, const struct cmd_word *w, enum verity_form form)
{
	struct plan_verity *verity = &b->plan->verity;
	struct span file = { NULL, 0 };
	struct err err;

	if (is_fixed(b, w))
		return;
	if (form == VERITY_OURS && w->has_value && !word_bool(w) && w->value.len) {
		*verity = (struct plan_verity){ .by_parts = false };
		return;
	}
	if (verity_parse(form, w->value, verity, &file, &err))
		set_unusable(b->in, b->plan, b->by, err.text);
	verity->given = b->by;
	b->wish->verity_file = file;
}

static void take_verity(struct word_build *b, const struct cmd_word *w)
{
	take(b, w, VERITY_OURS);
}

static void take_roothash(struct word_build *b, const struct cmd_word *w)
{
	take(b, w, VERITY_SYSTEMD);
}

static void take_live(struct word_build *b, const struct cmd_word *w)
{
	take(b, w, VERITY_LIVE);
}

static void take_data(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "systemd.verity_root_data", &b->wish->verity_data);
}

static void take_tree(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "systemd.verity_root_hash", &b->wish->verity_tree);
}

static void take_how(struct word_build *b, const struct cmd_word *w)
{
	if (!is_said(b, w, b->wish->verity_options.given))
		word_wish(b, w, "systemd.verity_root_options", &b->wish->verity_options);
}

static void take_oncorruption(struct word_build *b, const struct cmd_word *w)
{
	if (!is_said(b, w, b->wish->verity_corruption.given))
		word_wish(b, w, "dm-verity-oncorruption", &b->wish->verity_corruption);
}

static void take_switch(struct word_build *b, const struct cmd_word *w)
{
	static const struct given nowhere = { .by = FROM_NOWHERE };

	if (!is_fixed(b, w))
		b->wish->no_verity = word_bool(w) ? nowhere : b->by;
}

static const char data[] = "the device of a root that is verified";
static const char tree[] = "the device of its tree of hashes";
static const char how[] = "how the root is verified";
static const char whether[] = "whether roothash= counts";

static const struct word_row rows[] = {
	{ "netroot.verity", BARE | VALUE, take_verity, NULL },
	{ "roothash", BARE | VALUE, take_roothash, NULL },
	{ "dm-verity-root-hash", BARE | VALUE, take_live, NULL },
	{ "systemd.verity_root_data", VALUE, take_data, data },
	{ "systemd.verity_root_hash", VALUE, take_tree, tree },
	{ "systemd.verity_root_options", VALUE, take_how, how },
	{ "dm-verity-oncorruption", VALUE, take_oncorruption, how },
	{ "systemd.verity", BARE | VALUE, take_switch, whether },
	{ "rd.systemd.verity", BARE | VALUE, take_switch, whether },
};

const struct word_rows word_rows_verity = { rows, sizeof(rows) / sizeof(rows[0]) };

/* --- what they come to --- */

static void note_unused(const struct plan_input *in, const struct wish_word *word,
			struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (word->given.by)
		plan_note(plan, NOTE_IGNORED, word->given, "%s: no word has a root hash, ignored",
			  given_word(word->given, in, q));
}

/* Whether a word about how it is verified is there, and of a place that may say so. */
static bool counts(const struct plan_input *in, struct given word, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (word.by != FROM_FETCHED || plan->verity.given.by == FROM_FETCHED)
		return word.by != FROM_NOWHERE;
	plan_note(plan, NOTE_REFUSED, word, "%s: the root hash is not fetched with it, ignored",
		  given_word(word, in, q));
	return false;
}

static bool take_block(const struct plan_input *in, const struct wish_word *word, struct plan *plan,
		       struct plan_block *ret)
{
	struct err err;

	if (!word->given.by)
		return false;
	if (rootspec_kind(word->value, IN_WORD) != ROOTSPEC_BLOCK)
		set_unusable(in, plan, word->given, "names no device");
	else if (rootspec_block(word->value, ret, &err))
		set_unusable(in, plan, word->given, err.text);
	else
		return true;
	return false;
}

/* As systemd has it, what is wrong or unknown is left out: without it the kernel refuses more. */
static void take_options(const struct plan_input *in, const struct wish_word *word,
			 struct plan *plan)
{
	struct span rest = word->value;
	char q[PLAN_QUOTE_MAX];
	struct err err;

	if (!counts(in, word->given, plan))
		return;
	while (rest.p) {
		struct span option = span_cut(&rest, ',');

		if (option.len && verity_option(option, &plan->verity, &err))
			plan_note(plan, NOTE_IGNORED, word->given, "%s: %s, ignored",
				  given_word(word->given, in, q), err.text);
	}
}

static bool is_mapped(const struct plan_block *block)
{
	return block->key == BLOCK_DEV && !strcmp(block->value, MAPPED);
}

/* Where the root is, in an image or on a LUN: the one place of both. */
static struct plan_block *root_part(struct plan *plan)
{
	return plan_has_image(plan) ? &plan->image.part : &plan->block;
}

static void take_parts(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct plan_verity *verity = &plan->verity;
	struct plan_block block = { .key = BLOCK_ANY };

	if (take_block(in, &wish->verity_tree, plan, &verity->tree))
		verity->place = VERITY_DEVICE;
	take_options(in, &wish->verity_options, plan);
	if (take_block(in, &wish->verity_data, plan, &block)) {
		block.given = wish->verity_data.given;
		*root_part(plan) = block;
	} else if (verity->place == VERITY_UNSAID && !verity->offset && !plan_has_image(plan) &&
		   plan->block.key == BLOCK_ANY && verity_part(verity, false, &block)) {
		block.given = verity->given;
		plan->block = block;
	}
}

/* live-boot's hash is of the file that it names. */
static void check_file(const struct plan_input *in, struct span file, struct plan *plan)
{
	const char *name = strrchr(plan->image.path, '/');

	if (file.p && name && !span_eq(file, name + 1))
		set_unusable(in, plan, plan->verity.given, "the root is another file");
}

void plan_verity(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct plan_verity *verity = &plan->verity;
	char q[PLAN_QUOTE_MAX];

	if (verity->by_parts && counts(in, wish->no_verity, plan)) {
		plan_note(plan, NOTE_CHOICE, verity->given,
			  "%s: not verified, as systemd.verity= says",
			  given_word(verity->given, in, q));
		*verity = (struct plan_verity){ .by_parts = false };
		return;
	}
	if (wish->signature.by && plan_has_verity(plan)) {
		plan_note(plan, NOTE_CHOICE, wish->signature,
			  "%s: the image is verified by its root hash instead",
			  given_word(wish->signature, in, q));
	} else if (wish->signature.by) {
		verity->given = wish->signature;
		set_unusable(in, plan, wish->signature,
			     "no signature of an image is checked here: netroot.verity=HASH "
			     "(initramfs/mkverity) verifies every block of it, or leave the word "
			     "out");
		return;
	}
	if (!plan_has_verity(plan)) {
		note_unused(in, &wish->verity_data, plan);
		note_unused(in, &wish->verity_tree, plan);
		note_unused(in, &wish->verity_options, plan);
		note_unused(in, &wish->verity_corruption, plan);
		return;
	}
	/* the map's name: which disk it is on other words say, or nobody need */
	if (is_mapped(&plan->block))
		plan->block = (struct plan_block){ .key = BLOCK_ANY };
	if (verity->by_parts)
		take_parts(in, wish, plan);
	if (counts(in, wish->verity_corruption.given, plan) &&
	    !verity_on_corruption(wish->verity_corruption.value, verity))
		plan_note(plan, NOTE_REFUSED, wish->verity_corruption.given,
			  "%s: not ignore, restart or panic, ignored",
			  given_word(wish->verity_corruption.given, in, q));
	if (plan->image.beside == IMAGE_CHAIN)
		set_unusable(in, plan, verity->given, "of images over each other none is verified");
	/* of what else lies in the directory nothing is taken, then */
	plan->image.beside = IMAGE_ALONE;
	check_file(in, wish->verity_file, plan);
	if (verity->place == VERITY_FILE && !plan_has_image(plan))
		set_unusable(in, plan, verity->given,
			     "only the tree of an image is a file, and netroot.image= names none");
	if (!plan_has_image(plan) && plan->overlay.kind == OVERLAY_NONE &&
	    !verity->unusable.text[0])
		plan_note(plan, NOTE_CHOICE, verity->given,
			  "%s: a verified root is only read, nothing can be written: "
			  "netroot.overlay gives it a writable layer",
			  given_word(verity->given, in, q));
}
