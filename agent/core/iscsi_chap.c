/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CHAP as an initiator does it. */
#include "core/iscsi_chap.h"

#include <errno.h>
#include <nettle/memops.h>
#include <string.h>

/* --- what is configured --- */

const char *chap_problem(const struct plan_chap *chap)
{
	if (!chap->user[0] != !chap->secret[0])
		return chap->user[0] ? "a CHAP name without its secret: give both or none"
				     : "a CHAP secret without its name: give both or none";
	if (!chap->in_user[0] != !chap->in_secret[0])
		return chap->in_user[0] ? "a name of the target (mutual CHAP) without its secret: "
					  "give both or none"
					: "a secret of the target (mutual CHAP) without its name: "
					  "give both or none";
	if (chap->in_secret[0] && !chap->secret[0])
		return "the target's CHAP name and secret without the initiator's: mutual CHAP "
		       "needs both";
	/* RFC 7143 12.1.3: MUST NOT; the target could be answered with its own question */
	if (chap->secret[0] && !strcmp(chap->secret, chap->in_secret))
		return "the same CHAP secret in both directions, which proves nothing: give the "
		       "target another one";
	return NULL;
}

/* --- the stage --- */

enum method { METHOD_UNKNOWN, METHOD_NONE, METHOD_CHAP };

/* bits of iscsi_chap.keys */
enum chap_key { KEY_A = 1, KEY_I = 2, KEY_C = 4, KEY_N = 8, KEY_R = 16 };

/*
 * What is offered at first, and once that is refused. MD5 alone, as targets that know no other
 * (LIO before 3.15 and with it Synology) take a list for an error (open-iscsi issue 180). A target
 * that must not do MD5 (FIPS) refuses that, and is asked again with all the others.
 */
static const uint8_t plain_offer[] = { CHAP_MD5 };
static const uint8_t wide_offer[] = { CHAP_SHA3_256, CHAP_SHA256, CHAP_SHA1 };

static size_t offer_of(const struct iscsi_chap *c, const uint8_t **ret)
{
	*ret = c->with->algorithms;
	if (c->with->n_algorithms)
		return c->with->n_algorithms;
	*ret = c->wide_offer ? wide_offer : plain_offer;
	return c->wide_offer ? sizeof(wide_offer) : sizeof(plain_offer);
}

static void add_offer(const struct iscsi_chap *c, struct out *out)
{
	const uint8_t *offer;
	size_t n = offer_of(c, &offer);

	for (size_t i = 0; i < n; i++)
		out_add(out, "%s%u", i ? "," : "", offer[i]);
}

static bool is_offered(const struct iscsi_chap *c, uint64_t algorithm)
{
	const uint8_t *offer;
	size_t n = offer_of(c, &offer);

	for (size_t i = 0; i < n; i++)
		if (offer[i] == algorithm)
			return true;
	return false;
}

static bool has_chap(const struct iscsi_chap *c)
{
	return c->with->secret[0];
}

static bool is_mutual(const struct iscsi_chap *c)
{
	return c->with->in_secret[0];
}

int iscsi_chap_begin(struct iscsi_chap *c, const struct plan_chap *with, const uint8_t *random,
		     struct err *err)
{
	const char *problem = chap_problem(with);
	bool wide = c->wide_offer;

	memset(c, 0, sizeof(*c));
	c->with = with;
	c->wide_offer = wide;
	c->has_random = random;
	if (random)
		memcpy(c->random, random, sizeof(c->random));
	if (problem)
		return err_set(err, EINVAL, "%s", problem);
	if (is_mutual(c) && !random)
		return err_set(err, EAGAIN,
			       "the kernel has no random numbers yet to ask the target for its "
			       "CHAP secret with");
	return 0;
}

static void write_binary(struct writer *w, const char *key, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	write_bytes(w, key, strlen(key));
	write_bytes(w, "=0x", 3);
	for (size_t i = 0; i < len; i++) {
		write_u8(w, (uint8_t)digits[bytes[i] >> 4]);
		write_u8(w, (uint8_t)digits[bytes[i] & 15]);
	}
	write_u8(w, 0);
}

static const uint8_t *our_challenge(const struct iscsi_chap *c)
{
	return c->random + 1;
}

/* As long as the digest: more would not make guessing harder, and small targets take no more than
 * a few tens of bytes. */
static size_t len_our_challenge(const struct iscsi_chap *c)
{
	return chap_digest_len(c->algorithm);
}

static void write_method(const struct iscsi_chap *c, struct writer *w)
{
	/* Where the target is to prove who it is, going on without CHAP is not on offer. */
	iscsi_pair_write(w, span_of("AuthMethod"),
			 is_mutual(c)  ? "CHAP"
			 : has_chap(c) ? "CHAP,None"
				       : "None");
}

static void write_answer(const struct iscsi_chap *c, struct writer *w)
{
	uint8_t digest[CHAP_DIGEST_MAX];
	char id[8];
	struct out out = out_to(id, sizeof(id));
	size_t len = chap_digest(c->algorithm, c->id, span_of(c->with->secret), c->challenge,
				 c->len_challenge, digest);

	iscsi_pair_write(w, span_of("CHAP_N"), c->with->user);
	write_binary(w, "CHAP_R", digest, len);
	if (!is_mutual(c))
		return;
	out_add(&out, "%u", c->random[0]);
	iscsi_pair_write(w, span_of("CHAP_I"), id);
	write_binary(w, "CHAP_C", our_challenge(c), len_our_challenge(c));
}

void iscsi_chap_write(const struct iscsi_chap *c, struct writer *w)
{
	char list[32];
	struct out out = out_to(list, sizeof(list));

	switch (c->step) {
	case CHAP_METHOD:
		write_method(c, w);
		break;
	case CHAP_OFFER:
		add_offer(c, &out);
		iscsi_pair_write(w, span_of("CHAP_A"), list);
		break;
	case CHAP_ANSWER:
		write_answer(c, w);
		break;
	case CHAP_DONE:
		break;
	}
}

bool iscsi_chap_may_end(const struct iscsi_chap *c)
{
	switch (c->step) {
	case CHAP_METHOD:
		/* LIO fails a mutual login whose first requests have T (iPXE issue 1444) */
		return !has_chap(c);
	case CHAP_OFFER:
		return false;
	case CHAP_ANSWER:
	case CHAP_DONE:
		break;
	}
	return true;
}

/* --- what the target says --- */

static bool take_method(struct iscsi_chap *c, struct span value, struct err *err)
{
	char q[48];

	(void)text_quote(q, sizeof(q), value);
	if (span_eq(value, "None") && is_mutual(c)) {
		(void)err_set(err, EACCES,
			      "target answers AuthMethod=None, but is to prove who it is (mutual "
			      "CHAP): set its outgoing name and secret");
		return false;
	}
	/* KRB5 and SRP of RFC 7143 12.1, CHAP_RADIUS of some arrays' settings */
	if (!span_eq(value, "None") && !span_eq(value, "CHAP") && !span_eq(value, "Reject")) {
		(void)err_set(err, ENOTSUP,
			      "target wants AuthMethod=%s, which is not supported: have it accept "
			      "%s from this initiator",
			      q, has_chap(c) ? "CHAP" : "CHAP or None");
		return false;
	}
	if (!has_chap(c) && !span_eq(value, "None")) {
		(void)err_set(err, EACCES,
			      "target demands a login by CHAP (AuthMethod=%s): give "
			      "rd.iscsi.username= and rd.iscsi.password=, or admit this initiator "
			      "without",
			      q);
		return false;
	}
	if (!span_eq(value, "None") && !span_eq(value, "CHAP")) {
		(void)err_set(err, EACCES,
			      "target answers AuthMethod=%s to an offer of %s: see what its "
			      "settings allow",
			      q, is_mutual(c) ? "CHAP" : "CHAP,None");
		return false;
	}
	c->method = span_eq(value, "CHAP") ? METHOD_CHAP : METHOD_NONE;
	return true;
}

static bool take_algorithm(struct iscsi_chap *c, struct span value, struct err *err)
{
	char q[48], list[32];
	struct out out = out_to(list, sizeof(list));
	uint64_t v = 0;

	c->refused = span_eq(value, "Reject");
	if (!parse_uint(value, 10, 0, UINT8_MAX, &v) || !is_offered(c, v)) {
		add_offer(c, &out);
		(void)err_set(err, EACCES,
			      "target answers CHAP_A=%s to an offer of %s: choose what it knows by "
			      "netroot.iscsi.chap=",
			      text_quote(q, sizeof(q), value), list);
		return false;
	}
	c->algorithm = (uint8_t)v;
	return true;
}

/* A number of one byte, decimal or 0x (RFC 7143 6.1). */
static bool take_id(struct iscsi_chap *c, struct span value, struct err *err)
{
	bool hex = span_starts(value, "0x") || span_starts(value, "0X");
	char q[48];
	uint64_t v = 0;

	if (!parse_uint(span_skip(value, hex ? 2 : 0), hex ? 16 : 10, 0, UINT8_MAX, &v)) {
		(void)err_set(err, EPROTO, "target says CHAP_I=%s, which is no number up to 255",
			      text_quote(q, sizeof(q), value));
		return false;
	}
	c->id = (uint8_t)v;
	return true;
}

static bool take_challenge(struct iscsi_chap *c, struct span value, struct err *err)
{
	if (!chap_binary(value, c->challenge, sizeof(c->challenge), &c->len_challenge)) {
		(void)err_set(err, EPROTO,
			      "target says a CHAP_C that is not 1 to %d bytes in hexadecimal or "
			      "base64",
			      CHAP_CHALLENGE_MAX);
		return false;
	}
	return true;
}

static bool take_name(struct iscsi_chap *c, struct span value, struct err *err)
{
	(void)err;
	c->name_is_right = span_eq(value, c->with->in_user);
	return true;
}

static bool take_response(struct iscsi_chap *c, struct span value, struct err *err)
{
	size_t want = chap_digest_len(c->algorithm);

	if (!chap_binary(value, c->response, sizeof(c->response), &c->len_response) ||
	    c->len_response != want) {
		(void)err_set(err, EPROTO,
			      "target says a CHAP_R that is not %zu bytes in hexadecimal or base64",
			      want);
		return false;
	}
	return true;
}

/* key 0: AuthMethod. Each is said once, in the answer to the request of its step. */
static const struct row {
	const char *name;
	enum chap_key key;
	enum chap_step step;
	bool (*take)(struct iscsi_chap *c, struct span value, struct err *err);
} rows[] = {
	{ "CHAP_A", KEY_A, CHAP_OFFER, take_algorithm },
	{ "CHAP_I", KEY_I, CHAP_OFFER, take_id },
	{ "CHAP_C", KEY_C, CHAP_OFFER, take_challenge },
	{ "CHAP_N", KEY_N, CHAP_ANSWER, take_name },
	{ "CHAP_R", KEY_R, CHAP_ANSWER, take_response },
};

#define N_ROWS (sizeof(rows) / sizeof(*rows))

static const struct row *row_of(struct span key)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (span_eq(key, rows[i].name))
			return &rows[i];
	return NULL;
}

bool iscsi_chap_key(struct span key)
{
	return span_eq(key, "AuthMethod") || row_of(key);
}

bool iscsi_chap_take(struct iscsi_chap *c, const struct iscsi_pair *pair, struct err *err)
{
	const struct row *row = row_of(pair->key);

	if (!row) {
		if (c->step == CHAP_METHOD && !c->method)
			return take_method(c, pair->value, err);
	} else if (c->step == row->step && !(c->keys & row->key)) {
		c->keys |= row->key;
		return row->take(c, pair->value, err);
	}
	(void)err_set(err, EPROTO, "target says %.*s where the login has no place for it%s",
		      SPAN_ARG(pair->key),
		      has_chap(c) ? ""
				  : ": if it demands CHAP, give rd.iscsi.username= and "
				    "rd.iscsi.password=");
	return false;
}

/* --- from step to step --- */

static bool ends_early(bool transit, const char *what, struct err *err)
{
	if (transit)
		(void)err_set(err, EACCES, "target ends the security stage %s", what);
	return transit;
}

static bool turn_method(struct iscsi_chap *c, bool transit, struct err *err)
{
	if (c->method == METHOD_CHAP) {
		c->step = CHAP_OFFER;
		return !ends_early(transit, "after AuthMethod=CHAP, without a challenge", err);
	}
	if (is_mutual(c))
		return !ends_early(transit, "without proving who it is (mutual CHAP)", err);
	if (c->method == METHOD_NONE)
		c->step = CHAP_DONE;
	return true;
}

static const char *first_missing(const struct iscsi_chap *c, enum chap_step step)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].step == step && !(c->keys & rows[i].key))
			return rows[i].name;
	return NULL;
}

/* All keys of the step, or none yet: RFC 7143 12.1.3 wants them in one response. */
static bool all_said(const struct iscsi_chap *c, unsigned int any, bool *ret, struct err *err)
{
	const char *missing = first_missing(c, c->step);

	*ret = !missing;
	if (!missing || !(c->keys & any))
		return true;
	(void)err_set(err, EPROTO, "target leaves %s out", missing);
	return false;
}

static bool turn_offer(struct iscsi_chap *c, bool transit, struct err *err)
{
	size_t len = len_our_challenge(c);
	bool all;

	if (!all_said(c, KEY_A | KEY_I | KEY_C, &all, err))
		return false;
	if (ends_early(transit, "with its CHAP challenge unanswered", err))
		return false;
	if (!all)
		return true;
	/* RFC 7143 12.1.3, 9.2.1: a challenge that comes back would let the target have its own
	 * answered */
	if (c->has_random && c->len_challenge == len &&
	    !memcmp(c->challenge, our_challenge(c), len)) {
		(void)err_set(err, EACCES,
			      "target sends the initiator's own CHAP challenge back (reflection): "
			      "this may be an attack");
		return false;
	}
	c->step = CHAP_ANSWER;
	return true;
}

static bool answers_with(const struct iscsi_chap *c, const char *secret)
{
	uint8_t want[CHAP_DIGEST_MAX];
	size_t len = chap_digest(c->algorithm, c->random[0], span_of(secret), our_challenge(c),
				 len_our_challenge(c), want);

	return len == c->len_response && nettle_memeql_sec(want, c->response, len);
}

static bool verify(const struct iscsi_chap *c, struct err *err)
{
	if (answers_with(c, c->with->in_secret)) {
		if (c->name_is_right)
			return true;
		(void)err_set(err, EACCES,
			      "target has the right secret but says another CHAP_N than "
			      "rd.iscsi.in.username=: correct one of the two");
	} else if (answers_with(c, c->with->secret)) {
		(void)err_set(err, EACCES,
			      "target proves itself with the initiator's own CHAP secret: give it "
			      "another outgoing secret");
	} else {
		(void)err_set(err, EACCES,
			      "target does not prove who it is (mutual CHAP): its outgoing secret "
			      "is not that of rd.iscsi.in.password=, or it is another target");
	}
	return false;
}

static bool turn_answer(struct iscsi_chap *c, bool transit, struct err *err)
{
	bool all;

	if (!is_mutual(c)) {
		c->step = transit ? CHAP_DONE : c->step;
		return true;
	}
	if (!all_said(c, KEY_N | KEY_R, &all, err))
		return false;
	if (!all)
		return !ends_early(transit, "without proving who it is (mutual CHAP)", err);
	c->step = CHAP_DONE;
	return verify(c, err);
}

bool iscsi_chap_turn(struct iscsi_chap *c, bool transit, struct err *err)
{
	switch (c->step) {
	case CHAP_METHOD:
		return turn_method(c, transit, err);
	case CHAP_OFFER:
		return turn_offer(c, transit, err);
	case CHAP_ANSWER:
		return turn_answer(c, transit, err);
	case CHAP_DONE:
		break;
	}
	return true;
}

bool iscsi_chap_used(const struct iscsi_chap *c)
{
	return c->method == METHOD_CHAP;
}

/* --- refusals --- */

bool iscsi_chap_retry(struct iscsi_chap *c)
{
	bool unanswered = c->step == CHAP_OFFER && (!c->keys || c->refused);
	bool due = unanswered && !c->with->n_algorithms && !c->wide_offer;

	c->wide_offer |= due;
	return due;
}

void iscsi_chap_remedy(const struct iscsi_chap *c, struct out *out)
{
	if (!has_chap(c)) {
		out_add(out, "the target demands CHAP (rd.iscsi.username= and rd.iscsi.password= "
			     "give it), or refuses initiator");
		return;
	}
	switch (c->step) {
	case CHAP_OFFER:
		out_add(out, "the target takes none of the CHAP algorithms offered (");
		add_offer(c, out);
		out_add(out, "; netroot.iscsi.chap= chooses others), or refuses initiator");
		break;
	case CHAP_ANSWER:
		out_add(out, "the CHAP name or secret is not what the target has for initiator");
		break;
	case CHAP_METHOD:
	case CHAP_DONE:
		out_add(out, "check the CHAP settings of the target for initiator");
		break;
	}
}
