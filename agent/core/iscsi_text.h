/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of login PDUs: key=value pairs, and the operational keys as a table of what is offered
 * and how the answer combines with it (RFC 7143 section 6 and 13). */
#ifndef NETROOT_CORE_ISCSI_TEXT_H
#define NETROOT_CORE_ISCSI_TEXT_H

#include "core/bytes.h"
#include "core/err.h"
#include "core/text.h"

struct iscsi_params;

struct iscsi_pair {
	struct span key, value;
};

enum iscsi_pair_result { ISCSI_PAIR_NONE, ISCSI_PAIR, ISCSI_PAIR_BAD };

/* Takes the next pair off *rest. BAD: no '=', or a key that is no key; *rest is used up then. */
enum iscsi_pair_result iscsi_pair_next(struct span *rest, struct iscsi_pair *ret);
/* "key=value" and the NUL. */
void iscsi_pair_write(struct writer *w, struct span key, const char *value);

/* The values that hold while nothing is negotiated. */
void iscsi_keys_default(struct iscsi_params *params);
/* Writes every offer, of digests that in *params, and notes there what holds where an offer stays
 * without an answer. */
void iscsi_keys_offer(struct iscsi_params *params, struct writer *w);

/* Whether it is a key that iscsi_keys_answer takes. */
bool iscsi_key_known(struct span key);

enum iscsi_answer { ISCSI_ANSWER_TAKEN, ISCSI_ANSWER_UNKNOWN_KEY, ISCSI_ANSWER_WRONG };

/* The stage ends: false, with *err, where what was insisted on is not agreed on. */
bool iscsi_keys_settled(const struct iscsi_params *params, struct err *err);

/* What the target said of one key. WRONG: *err names key, answer and what was allowed. */
enum iscsi_answer iscsi_keys_answer(struct iscsi_params *params, const struct iscsi_pair *pair,
				    struct err *err);

#endif
