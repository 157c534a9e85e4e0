/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of an image file in the root: our own and LTSP's, and what they and those of live systems
 * come to. */
#include "core/plan_wish.h"

#include <errno.h>
#include <string.h>

#include "core/image.h"
#include "core/overlay.h"

/* The last word counts, whoever's it is. */
static void take(struct word_build *b, const struct cmd_word *w, enum image_form form)
{
	char choices[PLAN_QUOTE_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_image made;
	struct plan_image none = { .given = { .by = FROM_NOWHERE } };

	b->plan->image = none;
	b->wish->no_image = b->by;
	if (image_parse(form, w->value, &made, &out, &b->wish->why_no_image))
		return;
	b->wish->no_image = none.given;
	made.given = b->by;
	made.layered = form == IMAGE_LTSP;
	made.word = "netroot.image=";
	b->plan->image = made;
	word_choice(b, w, &out);
}

static void take_image(struct word_build *b, const struct cmd_word *w)
{
	take(b, w, IMAGE_OURS);
}

static void take_ltsp(struct word_build *b, const struct cmd_word *w)
{
	take(b, w, IMAGE_LTSP);
}

/* copytoram=n is archiso's way to say no. */
static void take_to_ram(struct word_build *b, const struct cmd_word *w)
{
	b->plan->to_ram = word_bool(w) && !span_eq(w->value, "n");
	b->plan->to_ram_given = b->by;
	b->wish->to_ram = w->value;
}

static void take_live_image(struct word_build *b, const struct cmd_word *w)
{
	(void)b;
	(void)w;
}

static const char to_ram[] = "nothing is copied into memory";

static const struct word_row rows[] = {
	{ "netroot.image", BARE | VALUE, take_image, "a file in the root is the root" },
	{ "ltsp.image", BARE | VALUE, take_ltsp, "a file in the root is the root" },
	{ "netroot.image.toram", BARE | VALUE, take_to_ram, to_ram },
	{ "toram", BARE | VALUE, take_to_ram, to_ram },
	{ "copytoram", BARE | VALUE, take_to_ram, to_ram },
	{ "rd.live.image", BARE | VALUE, take_live_image, "has no effect, root= says it" },
	{ "rd.live.ram", BARE | VALUE, take_to_ram, to_ram },
	{ "ltsp.image_to_ram", BARE | VALUE, take_to_ram, to_ram },
};

const struct word_rows word_rows_image = { rows, sizeof(rows) / sizeof(rows[0]) };

/* live-boot's toram=FILE is for one of several files beside each other. */
static bool names_other(struct span value, const char *path)
{
	static const char *const yes[] = { "", "1", "yes", "y", "on", "true", "auto" };
	struct span rest = span_of(path), name = rest;

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (span_eq(value, yes[i]))
			return false;
	while (rest.p)
		name = span_cut(&rest, '/');
	return value.len != name.len || memcmp(value.p, name.p, name.len) != 0;
}

/* Of an export that would be file by file, and what is called memory here is one file. A root that
 * is not known yet may be a LUN. */
static bool only_exports(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_roots; i++)
		if (plan->roots[i].kind == ROOT_ISCSI)
			return false;
	return plan->n_roots;
}

static void set_to_ram(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (!plan->to_ram)
		return;
	plan->to_ram = plan_has_image(plan) || !only_exports(plan);
	if (!plan->to_ram)
		plan_note(plan, NOTE_IGNORED, plan->to_ram_given,
			  "%s: an NFS export is not copied into memory, only an image in it "
			  "(netroot.image=) or a LUN, ignored",
			  given_word(plan->to_ram_given, in, q));
	else if (!plan_has_image(plan) && plan->overlay.kind == OVERLAY_NONE)
		plan_note(plan, NOTE_CHOICE, plan->to_ram_given,
			  "%s: a root in memory is only read, nothing can be written: "
			  "netroot.overlay gives it a writable layer",
			  given_word(plan->to_ram_given, in, q));
	else if (plan_has_image(plan) && names_other(wish->to_ram, plan->image.path))
		plan_note(plan, NOTE_CHOICE, plan->to_ram_given,
			  "%s: it is the image of the root that is copied into memory",
			  given_word(plan->to_ram_given, in, q));
}

void plan_no_image(const struct plan_input *in, struct given word, const char *why,
		   struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	plan_drop_roots(plan, word);
	(void)err_set(&plan->no_root, EINVAL, "%s: %s; the root is not taken without its image",
		      given_word(word, in, q), why);
}

void plan_image(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (wish->no_image.by) {
		plan_no_image(in, wish->no_image, wish->why_no_image.text, plan);
		return;
	}
	if (!plan_has_image(plan))
		live_set_image(in, wish, plan);
	set_to_ram(in, wish, plan);
	if (!plan_has_image(plan))
		return;
	if (plan->image.layered && plan->overlay.given.by == FROM_NOWHERE) {
		plan->overlay = (struct plan_overlay){ .given = plan->image.given,
						       .kind = OVERLAY_TMPFS,
						       .wait_s = OVERLAY_WAIT_S,
						       .frozen = plan->overlay.frozen,
						       .frozen_given = plan->overlay.frozen_given,
						       .reset = plan->overlay.reset,
						       .reset_given = plan->overlay.reset_given };
		live_set_size(in, wish, plan);
	}
	if (plan->overlay.kind == OVERLAY_NONE)
		plan_note(plan, NOTE_CHOICE, plan->image.given,
			  "%s: an image is only read, nothing can be written: "
			  "netroot.overlay gives it a writable layer",
			  given_word(plan->image.given, in, q));
}
