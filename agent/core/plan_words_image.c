/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of an image file in the root: our own and LTSP's, and what they come to. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/image.h"
#include "core/overlay.h"

/* The last word counts, whoever's it is. */
static void take(struct word_build *b, const struct cmd_word *w, enum image_form form)
{
	char choices[PLAN_QUOTE_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_image made;
	struct err err;

	if (!w->value.len)
		return;
	if (image_parse(form, w->value, &made, &out, &err)) {
		word_refuse(b, w, "%s", err.text);
		return;
	}
	made.given = b->by;
	made.layered = form == IMAGE_LTSP;
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

static const struct word_row rows[] = {
	{ "netroot.image", VALUE, take_image, "a file in the root is the root" },
	{ "ltsp.image", VALUE, take_ltsp, "a file in the root is the root" },
};

const struct word_rows word_rows_image = { rows, sizeof(rows) / sizeof(rows[0]) };

void plan_image(const struct plan_input *in, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (!plan_has_image(plan))
		return;
	if (plan->image.layered && plan->overlay.given.by == FROM_NOWHERE)
		plan->overlay = (struct plan_overlay){ .given = plan->image.given,
						       .kind = OVERLAY_TMPFS,
						       .wait_s = OVERLAY_WAIT_S,
						       .frozen = plan->overlay.frozen,
						       .frozen_given = plan->overlay.frozen_given,
						       .reset = plan->overlay.reset,
						       .reset_given = plan->overlay.reset_given };
	if (plan->overlay.kind == OVERLAY_NONE)
		plan_note(plan, NOTE_CHOICE, plan->image.given,
			  "%s: an image is only read, nothing can be written: "
			  "netroot.overlay gives it a writable layer",
			  given_word(plan->image.given, in, q));
}
