/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of a writable layer over the root: our own, dracut's, those of cloud-initramfs-tools
 * (overlayroot), LTSP and systemd, and what they come to. */
#include "core/plan_wish.h"

#include <stdio.h>
#include <string.h>

#include "core/overlay.h"

static enum overlay_form form_of(struct span key)
{
	if (cmd_key_is(key, "netroot.overlay"))
		return OVERLAY_OURS;
	if (cmd_key_is(key, "overlayroot"))
		return OVERLAY_OVERLAYROOT;
	return cmd_key_is(key, "rd.live.overlay") ? OVERLAY_LIVE : OVERLAY_DRACUT;
}

/* The last word counts, whoever's it is. What stands in words of its own stays. */
static void set_overlay(struct word_build *b, const struct plan_overlay *made)
{
	struct plan_overlay *overlay = &b->plan->overlay, before = *overlay;

	*overlay = *made;
	overlay->given = b->by;
	overlay->frozen = before.frozen;
	overlay->frozen_given = before.frozen_given;
	overlay->reset = before.reset;
	overlay->reset_given = before.reset_given;
}

/* What encrypts has its password in the value, which is not shown. */
static void refuse_crypt(struct word_build *b, const struct cmd_word *w)
{
	char q[48];

	plan_note(b->plan, NOTE_REFUSED, b->by,
		  "%s%s: no encryption here, the layer is in memory instead", word_origin(b->by),
		  text_quote(q, sizeof(q), w->key));
}

static void take_overlay(struct word_build *b, const struct cmd_word *w)
{
	char choices[PLAN_QUOTE_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan_overlay made;
	struct err err;

	if (overlay_parse(form_of(w->key), w->value, &made, &out, &err) &&
	    !span_starts(w->value, "crypt"))
		word_refuse(b, w, "%s", err.text);
	else if (span_starts(w->value, "crypt"))
		refuse_crypt(b, w);
	word_choice(b, w, &out);
	set_overlay(b, &made);
}

/* That there is one, while another word may say which. */
static void take_wanted(struct word_build *b, const struct cmd_word *w)
{
	const struct plan_overlay none = { .kind = OVERLAY_NONE };
	const struct plan_overlay in_memory = { .kind = OVERLAY_TMPFS, .wait_s = OVERLAY_WAIT_S };

	if (!word_bool(w))
		set_overlay(b, &none);
	else if (b->plan->overlay.kind == OVERLAY_NONE)
		set_overlay(b, &in_memory);
}

/* systemd's in its initrd; "state" and "yes" keep less than the whole root, and of those "state" is
 * made in the booted system. */
static void take_volatile(struct word_build *b, const struct cmd_word *w)
{
	const struct plan_overlay in_memory = { .kind = OVERLAY_TMPFS, .wait_s = OVERLAY_WAIT_S };

	if (span_eq(w->value, "overlay"))
		set_overlay(b, &in_memory);
	else if (word_bool(w) && !span_eq(w->value, "state"))
		word_refuse(b, w, "not overlay, state or no, ignored");
}

static void take_crypt(struct word_build *b, const struct cmd_word *w)
{
	const struct plan_overlay in_memory = { .kind = OVERLAY_TMPFS, .wait_s = OVERLAY_WAIT_S };

	refuse_crypt(b, w);
	set_overlay(b, &in_memory);
}

static void take_reset(struct word_build *b, const struct cmd_word *w)
{
	b->plan->overlay.reset = word_bool(w);
	b->plan->overlay.reset_given = b->by;
}

static void take_readonly(struct word_build *b, const struct cmd_word *w)
{
	b->plan->overlay.frozen = word_bool(w);
	b->plan->overlay.frozen_given = b->by;
}

static void take_cfgdisk(struct word_build *b, const struct cmd_word *w)
{
	if (w->value.len && !span_eq(w->value, "disabled"))
		word_refuse(b, w, "no disk is asked for a configuration, ignored");
}

static const char layer[] = "a writable layer over the root";
static const char reset[] = "whether the layer on a disk begins empty";
static const char frozen[] = "whether the layer on a disk is only read, under one in memory";

static const struct word_row rows[] = {
	{ "netroot.overlay", BARE | VALUE, take_overlay, NULL },
	{ "rd.overlay", BARE | VALUE, take_overlay, NULL },
	{ "rd.live.overlay", VALUE, take_overlay, NULL },
	{ "overlayroot", VALUE, take_overlay, NULL },
	{ "rd.overlayfs", BARE | VALUE, take_wanted, layer },
	{ "rd.live.overlay.overlayfs", BARE | VALUE, take_wanted, layer },
	{ "ltsp.overlay", BARE | VALUE, take_wanted, layer },
	{ "systemd.volatile", BARE | VALUE, take_volatile, layer },
	{ "rd.overlay.crypt", VALUE, take_crypt, layer },
	{ "netroot.overlay.reset", BARE | VALUE, take_reset, reset },
	{ "rd.overlay.reset", BARE | VALUE, take_reset, reset },
	{ "rd.live.overlay.reset", BARE | VALUE, take_reset, reset },
	{ "rd.overlay.readonly", BARE | VALUE, take_readonly, frozen },
	{ "rd.live.overlay.readonly", BARE | VALUE, take_readonly, frozen },
	{ "overlayroot_cfgdisk", VALUE, take_cfgdisk, "no disk is asked for a configuration" },
};

const struct word_rows word_rows_overlay = { rows, sizeof(rows) / sizeof(rows[0]) };

/* --- what they come to --- */

/* Disks move between machines, and LUNs are seen by several: each has its own layer on it. */
static void set_dirs(const struct plan_input *in, struct plan_overlay *overlay)
{
	char machine[PLAN_MACHINE_MAX];
	struct out out = out_to(machine, sizeof(machine));

	if (!plan_machine(in, &out))
		out_add(&out, "machine");
	(void)snprintf(overlay->upper, sizeof(overlay->upper), "netroot/%s/upper", machine);
	(void)snprintf(overlay->work, sizeof(overlay->work), "netroot/%s/work", machine);
}

/* A word about a layer on a disk, where there is none. */
static void note_no_disk(const struct plan_input *in, struct plan *plan, bool wanted,
			 const struct given *given)
{
	char q[PLAN_QUOTE_MAX];

	if (wanted)
		plan_note(plan, NOTE_IGNORED, *given, "%s: no layer is on a disk, ignored",
			  given_word(*given, in, q));
}

void plan_overlay(const struct plan_input *in, struct plan *plan)
{
	struct plan_overlay *overlay = &plan->overlay;

	if (overlay->kind == OVERLAY_DISK && !overlay->upper[0])
		set_dirs(in, overlay);
	if (overlay->kind != OVERLAY_DISK) {
		note_no_disk(in, plan, overlay->reset, &overlay->reset_given);
		note_no_disk(in, plan, overlay->frozen, &overlay->frozen_given);
		overlay->reset = overlay->frozen = false;
	}
	if (overlay->kind != OVERLAY_NONE && plan->read_write)
		plan_note(plan, NOTE_CHOICE, plan->read_write_given,
			  "rw: under a writable layer the root itself is only read");
}
