/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of plan.c and its parts: what the words ask for before leases are looked at. */
#ifndef NETROOT_CORE_PLAN_WISH_H
#define NETROOT_CORE_PLAN_WISH_H

#include "core/plan.h"
#include "core/rootspec.h"

#define PLAN_QUOTE_MAX 128

/* A word whose meaning depends on leases or on other words. by FROM_NOWHERE: not given. */
struct wish_word {
	struct given given;
	const char *name; /* "root", "netroot", ... */
	struct span value;
	enum rootspec_kind kind;
};

struct wishes {
	struct wish_word root; /* the last root= that names no block device */
	struct wish_word block; /* the last one that does */
	struct wish_word netroot[PLAN_ROOTS_MAX];
	uint8_t n_netroot;
	struct wish_word nfsroot;
	struct wish_word initiator;
	bool no_bootif;
	int shell; /* rd.shell: -1 not given, 0, 1 */
	struct given shell_given;
	enum end_action emergency; /* END_NEVER: not given */
	struct given emergency_given;
	struct given panic_given;
	struct given retry_given;
};

/* A note of a kind; the same text is noted once, and the last place says that there were more. */
__attribute__((format(printf, 3, 4))) void plan_note(struct plan *plan, enum note_kind kind,
						     const char *fmt, ...);
/* "root="x"", "netroot.conf: root="x"": how messages name a word. Returns dst. */
char *wish_text(const struct wish_word *word, char dst[static PLAN_QUOTE_MAX]);

/* Words of netroot.conf (FROM_CONF) or the command line into *plan and *wish. */
void plan_words(const char *text, enum plan_source by, struct plan *plan, struct wishes *wish);
/* roots, root_from_dhcp, no_root, block. */
void plan_roots(const struct plan_input *in, const struct wishes *wish, struct plan *plan);
/* Initiator name. */
void plan_initiator(const struct plan_input *in, const struct wishes *wish, struct plan *plan);

#endif
