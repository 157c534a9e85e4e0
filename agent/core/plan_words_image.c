/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of an image file in the root: our own, LTSP's, those of live-boot and casper, and what they
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

static void take_live_path(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "live-media-path", &b->wish->live_path);
}

/* live-boot's and casper's: how they get at the file. */
static void take_netboot(struct word_build *b, const struct cmd_word *w)
{
	if (w->value.len && !span_eq(w->value, "nfs"))
		word_refuse(b, w, "not nfs, ignored");
}

/* copytoram=n is archiso's way to say no. */
static void take_to_ram(struct word_build *b, const struct cmd_word *w)
{
	b->plan->to_ram = word_bool(w) && !span_eq(w->value, "n");
	b->plan->to_ram_given = b->by;
	b->wish->to_ram = w->value;
}

static const char to_ram[] = "whether an image is copied into memory";

static const struct word_row rows[] = {
	{ "netroot.image", VALUE, take_image, "a file in the root is the root" },
	{ "ltsp.image", VALUE, take_ltsp, "a file in the root is the root" },
	{ "live-media-path", VALUE, take_live_path, "where a live system's file is" },
	{ "netroot.image.toram", BARE | VALUE, take_to_ram, to_ram },
	{ "toram", BARE | VALUE, take_to_ram, to_ram },
	{ "copytoram", BARE | VALUE, take_to_ram, to_ram },
	{ "rd.live.ram", BARE | VALUE, take_to_ram, to_ram },
	{ "ltsp.image_to_ram", BARE | VALUE, take_to_ram, to_ram },
	{ "netboot", BARE | VALUE, take_netboot, "has no effect, root= or nfsroot= says it" },
};

const struct word_rows word_rows_image = { rows, sizeof(rows) / sizeof(rows[0]) };

/* Both stack all files of that directory; live-build and Ubuntu make the one. */
static void take_live(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	const struct wish_word *dir = wish->live_path.given.by ? &wish->live_path : &wish->live;
	char path[PLAN_PATH_MAX], q[PLAN_QUOTE_MAX], shown[64];
	struct out out = out_to(path, sizeof(path)), unused = out_to(shown, sizeof(shown));
	struct err err;

	out_add(&out, "/%.*s/filesystem.squashfs", SPAN_ARG(dir->value));
	if (out.cut)
		(void)err_set(&err, ENAMETOOLONG, "too long, the root is mounted as it is");
	if (out.cut || image_parse(IMAGE_OURS, span_of(path), &plan->image, &unused, &err)) {
		plan_note(plan, NOTE_REFUSED, dir->given, "%s: %s", given_word(dir->given, in, q),
			  err.text);
		return;
	}
	plan->image.given = wish->live.given;
	plan->image.layered = true;
	plan_note(plan, NOTE_CHOICE, wish->live.given, "%s: the root is the file %s in it",
		  given_word(wish->live.given, in, q),
		  text_quote(shown, sizeof(shown), span_of(plan->image.path)));
}

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

static void set_to_ram(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (!plan->to_ram)
		return;
	if (!plan_has_image(plan))
		plan_note(plan, NOTE_IGNORED, plan->to_ram_given,
			  "%s: the root is no image, nothing is copied into memory, ignored",
			  given_word(plan->to_ram_given, in, q));
	else if (names_other(wish->to_ram, plan->image.path))
		plan_note(plan, NOTE_CHOICE, plan->to_ram_given,
			  "%s: it is the image of the root that is copied into memory",
			  given_word(plan->to_ram_given, in, q));
	plan->to_ram = plan_has_image(plan);
}

void plan_image(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (wish->live.given.by && !plan_has_image(plan))
		take_live(in, wish, plan);
	set_to_ram(in, wish, plan);
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
