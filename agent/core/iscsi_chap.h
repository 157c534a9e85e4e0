/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The security stage of a login: AuthMethod None or CHAP, one-way or mutual (RFC 7143 12.1.3,
 * RFC 1994), with the digests MD5, SHA-1, SHA-256 and SHA3-256. Knows text keys, not PDUs; what is
 * random about it comes in as data.
 */
#ifndef NETROOT_CORE_ISCSI_CHAP_H
#define NETROOT_CORE_ISCSI_CHAP_H

#include "core/chap_hash.h"
#include "core/iscsi_text.h"
#include "core/plan.h"

#define CHAP_CHALLENGE_MAX 1024 /* RFC 7143 12.1.3 */
#define CHAP_RANDOM_LEN (1 + CHAP_DIGEST_MAX) /* our identifier and challenge */
#define CHAP_SECRET_MIN 12 /* RFC 7143 12.1.3: 96 bits, where IPsec does not protect the login */

/* What makes a login with these names and secrets impossible, as words that name none of them;
 * NULL: nothing. */
const char *chap_problem(const struct plan_chap *chap);

enum chap_step {
	CHAP_METHOD, /* AuthMethod is offered */
	CHAP_OFFER, /* CHAP_A is */
	CHAP_ANSWER, /* the target's challenge is answered */
	CHAP_DONE /* nothing is left to say */
};

/* One login's way through the stage. Only wide_offer outlives it. */
struct iscsi_chap {
	const struct plan_chap *with;
	enum chap_step step;
	/* MD5 alone was refused at this portal: the others are offered */
	bool wide_offer;
	bool has_random;
	bool refused; /* by CHAP_A=Reject */
	uint8_t method; /* of the target's answer, enum in the source */
	unsigned int keys; /* of CHAP_ that the target has said */
	uint8_t algorithm, id;
	size_t len_challenge, len_response;
	uint8_t challenge[CHAP_CHALLENGE_MAX];
	uint8_t response[CHAP_DIGEST_MAX];
	bool name_is_right;
	uint8_t random[CHAP_RANDOM_LEN];
};

/* random: CHAP_RANDOM_LEN bytes that nobody can guess, or NULL where there are none. -EINVAL,
 * -EAGAIN and *err where the login cannot be begun. with is kept. */
int iscsi_chap_begin(struct iscsi_chap *c, const struct plan_chap *with, const uint8_t *random,
		     struct err *err);
/* The keys of the step. */
void iscsi_chap_write(const struct iscsi_chap *c, struct writer *w);
/* T may be set in a request of the step: the stage could end with its answer. */
bool iscsi_chap_may_end(const struct iscsi_chap *c);
bool iscsi_chap_key(struct span key);
/* A key of the target for which iscsi_chap_key() is true. False: *err says why it cannot be. */
bool iscsi_chap_take(struct iscsi_chap *c, const struct iscsi_pair *pair, struct err *err);
/* A response was taken whole; transit: it ends the stage. Goes on to the next step, whose keys are
 * to be written then. False: *err is set. */
bool iscsi_chap_turn(struct iscsi_chap *c, bool transit, struct err *err);
/* The login was by CHAP. */
bool iscsi_chap_used(const struct iscsi_chap *c);
/* The target has refused (by status, key, or closing): true where another login with another offer
 * is due; c is ready for that. */
bool iscsi_chap_retry(struct iscsi_chap *c);
/* What to look at where the target says that authentication failed; reads on to the initiator's
 * name. */
void iscsi_chap_remedy(const struct iscsi_chap *c, struct out *out);

#endif
