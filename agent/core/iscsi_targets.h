/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a portal tells on SendTargets: targets, and the portals of each (RFC 7143 appendix C). Taken
 * in as it comes, cut anywhere. */
#ifndef NETROOT_CORE_ISCSI_TARGETS_H
#define NETROOT_CORE_ISCSI_TARGETS_H

#include "core/addr.h"
#include "core/err.h"
#include "core/plan.h"

/* Of a portal that tells more, the first ones count, and the first of the others is named. */
#define ISCSI_TARGETS_MAX 16
#define ISCSI_TARGET_PORTALS_MAX 32
#define ISCSI_PORTAL_NAME_MAX 128
/* RFC 7143 6.1: values of at most 255 bytes; a key has 63. */
#define ISCSI_TARGETS_PAIR_MAX 512

struct iscsi_target_portal {
	uint8_t target; /* index into names */
	uint16_t port, tag; /* of the portal group; 0: none said */
	struct ip_addr ip; /* IP_NONE: only the name is known */
	char name[ISCSI_PORTAL_NAME_MAX]; /* "": told as an address */
};

struct iscsi_targets {
	char names[ISCSI_TARGETS_MAX][ISCSI_NAME_MAX]; /* in the order they were told */
	struct iscsi_target_portal portals[ISCSI_TARGET_PORTALS_MAX];
	uint8_t n, n_portals;
	uint16_t n_more, n_portals_more; /* for which there is no room */
	char more[ISCSI_NAME_MAX]; /* the first such target */
	struct iscsi_target_portal portal_more; /* and portal */
	uint16_t n_bad; /* names and addresses that are none */
	/* what is being read */
	bool in_target; /* an address belongs to names[at] */
	uint8_t at;
	size_t len_pair;
	char pair[ISCSI_TARGETS_PAIR_MAX];
};

/* The next bytes of the text; *targets was zeroed before the first. False: it is no such text, and
 * *err says why. */
bool iscsi_targets_take(struct iscsi_targets *targets, struct span text, struct err *err);
/* That was all. */
bool iscsi_targets_end(struct iscsi_targets *targets, struct err *err);
/* "iqn.2026-01.lab:a, iqn.2026-01.lab:b and 3 more", printable. */
void iscsi_targets_text(const struct iscsi_targets *targets, struct out *out);
/* What of it was not taken, printable; nothing where all was. */
void iscsi_targets_left_out(const struct iscsi_targets *targets, struct out *out);

#endif
