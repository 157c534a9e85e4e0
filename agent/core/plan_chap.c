/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names and secrets of CHAP: from the text of a root, for that root; otherwise from words, else
 * from the lease that names the root, else from any lease. One source gives all of them: half from
 * here and half from there would fit no target. What they are is printed nowhere, not even where it
 * is refused.
 */
#include "core/plan_wish.h"

#include <string.h>

#include "core/iscsi_chap.h"

void plan_take_chap(struct word_build *b, const struct cmd_word *w, enum wish_chap part)
{
	struct wish_word *chap = b->wish->chap;

	if (!w->value.len)
		return;
	if (w->value.len >= PLAN_NAME_MAX) {
		plan_note(b->plan, NOTE_REFUSED, b->by, "%s%.*s: longer than %d bytes, ignored",
			  word_origin(b->by), SPAN_ARG(w->key), PLAN_NAME_MAX - 1);
		return;
	}
	/* the command line's replace all of netroot.conf's */
	for (int i = 0; i < N_WISH_CHAP; i++)
		if (word_replaces(b, chap[i].given))
			chap[i] = (struct wish_word){ .value = { NULL, 0 } };
	chap[part] = (struct wish_word){ .given = b->by, .name = "chap", .value = w->value };
}

static bool from_words(const struct wishes *wish, struct plan_chap *chap)
{
	char *const dst[N_WISH_CHAP] = { chap->user, chap->secret, chap->in_user, chap->in_secret };

	for (int i = 0; i < N_WISH_CHAP; i++) {
		if (!wish->chap[i].given.by)
			continue;
		(void)text_copy(dst[i], PLAN_NAME_MAX, wish->chap[i].value); /* fits: checked */
		if (!chap->given.by)
			chap->given = wish->chap[i].given;
	}
	return chap->given.by != FROM_NOWHERE;
}

static bool from_lease(const struct plan_input *in, struct plan *plan, uint8_t i)
{
	struct plan_chap *chap = &plan->chap;
	const struct lease *l = &in->leases[i];

	if (!l->chap_user[0] && !l->chap_secret[0] && !l->chap_in_user[0] && !l->chap_in_secret[0])
		return false;
	/* a lease's names are no longer than a plan's */
	(void)text_copy(chap->user, sizeof(chap->user), span_of(l->chap_user));
	(void)text_copy(chap->secret, sizeof(chap->secret), span_of(l->chap_secret));
	(void)text_copy(chap->in_user, sizeof(chap->in_user), span_of(l->chap_in_user));
	(void)text_copy(chap->in_secret, sizeof(chap->in_secret), span_of(l->chap_in_secret));
	chap->given = (struct given){ .by = FROM_DHCP, .lease = i };
	return true;
}

static bool is_said(const struct plan_chap *chap)
{
	return chap->user[0] || chap->secret[0] || chap->in_user[0] || chap->in_secret[0];
}

void plan_own_chap(struct plan_root *root)
{
	if (is_said(&root->chap))
		root->chap.given = root->given;
}

static void note_problem(struct plan *plan, const struct plan_chap *chap, const char *what)
{
	const char *problem = chap->given.by ? chap_problem(chap) : NULL;

	if (problem)
		plan_note(plan, NOTE_REFUSED, chap->given, "CHAP: %s: %s", problem, what);
}

/* A root that has names and secrets of its own is logged in to with these. */
static void for_root(struct plan *plan, struct plan_root *root)
{
	if (root->kind != ROOT_ISCSI)
		return;
	if (!root->chap.given.by) {
		root->chap = plan->chap;
		return;
	}
	memcpy(root->chap.algorithms, plan->chap.algorithms, sizeof(root->chap.algorithms));
	root->chap.n_algorithms = plan->chap.n_algorithms;
	note_problem(plan, &root->chap, "the root that comes with it cannot be logged in to");
	if (plan->chap.given.by)
		plan_note(plan, NOTE_CHOICE, plan->chap.given,
			  "CHAP: a root has a name and secret of its own, which are used for it "
			  "instead: %s",
			  root->text);
}

/* What comes of names and secrets of no root in particular that cannot work. */
static const char *whom_it_concerns(const struct plan *plan)
{
	uint8_t n = 0, n_own = 0;

	for (uint8_t i = 0; i < plan->n_roots; i++) {
		n = (uint8_t)(n + (plan->roots[i].kind == ROOT_ISCSI));
		n_own = (uint8_t)(n_own + (plan->roots[i].chap.given.by != FROM_NOWHERE));
	}
	if (!n_own)
		return "no target can be logged in to";
	return n_own == n ? "not used, as every root has its own"
			  : "roots without a name and secret of their own cannot be logged in to";
}

void plan_chap_make(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	if (!from_words(wish, &plan->chap))
		(void)plan_try_leases(in, plan, from_lease);
	note_problem(plan, &plan->chap, whom_it_concerns(plan));
	for (uint8_t i = 0; i < plan->n_roots; i++)
		for_root(plan, &plan->roots[i]);
}
