/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Login text (RFC 7143 6.1, 6.2) and the operational keys (13). */
#include "core/iscsi_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/iscsi.h"

#define KEY_LEN_MAX 63 /* RFC 7143 6.1 */
#define QUOTED_MAX 96

/* --- pairs --- */

static bool key_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '+' || c == '@' || c == '_' || c == '#';
}

static bool key_valid(struct span key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!key_char(key.p[i]))
			return false;
	return key.len && key.len <= KEY_LEN_MAX;
}

/* Lenient, as open-iscsi is, in two things that cost nothing: a last pair without its NUL, and
 * NULs between pairs (padding that a target counted as text). */
enum iscsi_pair_result iscsi_pair_next(struct span *rest, struct iscsi_pair *ret)
{
	struct span item = { NULL, 0 };
	struct iscsi_pair pair;

	while (rest->len && !item.len)
		item = span_cut(rest, '\0');
	if (!item.len)
		return ISCSI_PAIR_NONE;
	pair.value = item;
	pair.key = span_cut(&pair.value, '=');
	if (!pair.value.p || !key_valid(pair.key)) {
		*rest = (struct span){ NULL, 0 };
		return ISCSI_PAIR_BAD;
	}
	*ret = pair;
	return ISCSI_PAIR;
}

void iscsi_pair_write(struct writer *w, struct span key, const char *value)
{
	write_bytes(w, key.p, key.len);
	write_u8(w, '=');
	write_bytes(w, value, strlen(value) + 1);
}

/* --- operational keys --- */

enum rule {
	RULE_AND, /* Yes where both say Yes */
	RULE_OR, /* Yes where one says Yes */
	RULE_MIN,
	RULE_MAX,
	RULE_DECLARE, /* each side states its own; neither is an answer to the other */
	RULE_DIGEST, /* the first of a list that both know; the list is params' own */
	RULE_THEIRS /* only the target says it */
};

enum field_kind { FIELD_NONE, FIELD_BOOL, FIELD_U8, FIELD_U16, FIELD_U32 };

struct field {
	enum field_kind kind;
	uint32_t offset; /* in struct iscsi_params */
};

#define FIELD(kind, name)                                 \
	{                                                 \
		kind, offsetof(struct iscsi_params, name) \
	}
#define NO_FIELD              \
	{                     \
		FIELD_NONE, 0 \
	}

struct key {
	const char *name;
	enum rule rule;
	uint32_t offer, standard; /* ours; the RFC's default. Yes is 1, CRC32C is 1 */
	uint32_t min, max;
	struct field field; /* the result; DECLARE: the target's */
	struct field ours; /* DECLARE; DIGEST: the enum plan_digest that is offered */
	bool may_reject; /* nothing is lost where the target rejects the offer */
	bool no_discovery; /* has no meaning in a discovery session (RFC 7143 13) */
};

#define LEN24 0xffffff

/*
 * In the order they are sent. Every key is sent even where the offer is the default: iPXE's notes
 * name OpenSolaris, QNAP and LIO versions that misbehave otherwise. Sizes are open-iscsi's, which
 * targets have met most. Digests are off where no word asks for them: TCP's checksum and the link's
 * hold on a LAN. The marker keys are gone from RFC 7143 and may be rejected.
 */
static const struct key keys[] = {
	{ "HeaderDigest", RULE_DIGEST, 0, 0, 0, 1, FIELD(FIELD_BOOL, header_digest),
	  FIELD(FIELD_U8, header_offer), false, false },
	{ "DataDigest", RULE_DIGEST, 0, 0, 0, 1, FIELD(FIELD_BOOL, data_digest),
	  FIELD(FIELD_U8, data_offer), false, false },
	{ "DefaultTime2Wait", RULE_MAX, 2, 2, 0, 3600, FIELD(FIELD_U16, time2wait), NO_FIELD, false,
	  false },
	{ "DefaultTime2Retain", RULE_MIN, 0, 20, 0, 3600, FIELD(FIELD_U16, time2retain), NO_FIELD,
	  false, false },
	{ "IFMarker", RULE_AND, 0, 0, 0, 1, NO_FIELD, NO_FIELD, true, false },
	{ "OFMarker", RULE_AND, 0, 0, 0, 1, NO_FIELD, NO_FIELD, true, false },
	{ "ErrorRecoveryLevel", RULE_MIN, 0, 0, 0, 2, FIELD(FIELD_U8, erl), NO_FIELD, false,
	  false },
	{ "InitialR2T", RULE_OR, 0, 1, 0, 1, FIELD(FIELD_BOOL, initial_r2t), NO_FIELD, false,
	  true },
	{ "ImmediateData", RULE_AND, 1, 1, 0, 1, FIELD(FIELD_BOOL, immediate_data), NO_FIELD, false,
	  true },
	{ "MaxBurstLength", RULE_MIN, 16776192, 262144, 512, LEN24, FIELD(FIELD_U32, max_burst),
	  NO_FIELD, false, true },
	{ "FirstBurstLength", RULE_MIN, 262144, 65536, 512, LEN24, FIELD(FIELD_U32, first_burst),
	  NO_FIELD, false, true },
	{ "MaxOutstandingR2T", RULE_MIN, 1, 1, 1, 65535, FIELD(FIELD_U32, max_r2t), NO_FIELD, false,
	  true },
	{ "MaxConnections", RULE_MIN, 1, 1, 1, 65535, NO_FIELD, NO_FIELD, false, true },
	{ "DataPDUInOrder", RULE_OR, 1, 1, 0, 1, FIELD(FIELD_BOOL, pdu_in_order), NO_FIELD, false,
	  true },
	{ "DataSequenceInOrder", RULE_OR, 1, 1, 0, 1, FIELD(FIELD_BOOL, seq_in_order), NO_FIELD,
	  false, true },
	{ "MaxRecvDataSegmentLength", RULE_DECLARE, 262144, 8192, 512, LEN24,
	  FIELD(FIELD_U32, max_xmit), FIELD(FIELD_U32, max_recv), false, false },
	{ "TargetPortalGroupTag", RULE_THEIRS, 0, 1, 0, 65535, FIELD(FIELD_U16, tpgt), NO_FIELD,
	  false, false },
};

#define N_KEYS (sizeof(keys) / sizeof(*keys))

static void field_set(struct iscsi_params *params, struct field field, uint32_t v)
{
	uint8_t *at = (uint8_t *)params + field.offset;
	bool b = v;
	uint8_t u8 = (uint8_t)v;
	uint16_t u16 = (uint16_t)v;

	switch (field.kind) {
	case FIELD_NONE:
		break;
	case FIELD_BOOL:
		memcpy(at, &b, sizeof(b));
		break;
	case FIELD_U8:
		memcpy(at, &u8, sizeof(u8));
		break;
	case FIELD_U16:
		memcpy(at, &u16, sizeof(u16));
		break;
	case FIELD_U32:
		memcpy(at, &v, sizeof(v));
		break;
	}
}

static uint32_t combine(const struct key *key, uint32_t theirs)
{
	uint32_t ours = key->offer;

	switch (key->rule) {
	case RULE_AND:
		return ours && theirs;
	case RULE_OR:
		return ours || theirs;
	case RULE_MIN:
		return ours < theirs ? ours : theirs;
	case RULE_MAX:
		return ours > theirs ? ours : theirs;
	case RULE_DECLARE:
	case RULE_DIGEST:
	case RULE_THEIRS:
		break;
	}
	return theirs;
}

static const struct digest_offer {
	const char *text, *wanted;
	bool crc32c, none;
} digest_offers[] = {
	[DIGEST_NONE] = { "None", "None", false, true },
	[DIGEST_CRC32C] = { "CRC32C", "CRC32C", true, false },
	[DIGEST_CRC32C_OR_NONE] = { "CRC32C,None", "CRC32C or None", true, true },
	[DIGEST_NONE_OR_CRC32C] = { "None,CRC32C", "CRC32C or None", true, true },
};

static const struct digest_offer *digest_offer(const struct iscsi_params *params,
					       const struct key *key)
{
	return &digest_offers[((const uint8_t *)params)[key->ours.offset] & 3];
}

/* How the key's values are written; false: not one of them. */
static bool value_parse(const struct iscsi_params *params, const struct key *key, struct span text,
			uint32_t *ret)
{
	bool hex = span_starts(text, "0x") || span_starts(text, "0X");
	uint64_t v;

	switch (key->rule) {
	case RULE_AND:
	case RULE_OR:
		*ret = span_eq(text, "Yes");
		return *ret || span_eq(text, "No");
	case RULE_DIGEST:
		/* One that was not offered is no answer: nobody would check it. */
		*ret = span_eq(text, "CRC32C");
		return *ret ? digest_offer(params, key)->crc32c
			    : span_eq(text, "None") && digest_offer(params, key)->none;
	case RULE_MIN:
	case RULE_MAX:
	case RULE_DECLARE:
	case RULE_THEIRS:
		break;
	}
	if (!parse_uint(hex ? span_skip(text, 2) : text, hex ? 16 : 10, key->min, key->max, &v))
		return false;
	*ret = (uint32_t)v;
	return true;
}

static uint32_t offer_of(const struct iscsi_params *params, const struct key *key)
{
	/* What asks for targets reads PDUs as small as they are while logging in. */
	return params->discovery && key->rule == RULE_DECLARE ? key->standard : key->offer;
}

/* Our offer. */
static void value_text(const struct iscsi_params *params, const struct key *key, char *dst,
		       size_t size)
{
	struct out out = out_to(dst, size);
	uint32_t v = offer_of(params, key);

	switch (key->rule) {
	case RULE_AND:
	case RULE_OR:
		out_add(&out, "%s", v ? "Yes" : "No");
		return;
	case RULE_DIGEST:
		out_add(&out, "%s", digest_offer(params, key)->text);
		return;
	case RULE_MIN:
	case RULE_MAX:
	case RULE_DECLARE:
	case RULE_THEIRS:
		break;
	}
	out_add(&out, "%u", v);
}

void iscsi_keys_default(struct iscsi_params *params)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		field_set(params, keys[i].field, keys[i].standard);
		if (keys[i].rule == RULE_DECLARE)
			field_set(params, keys[i].ours, keys[i].standard);
	}
}

void iscsi_keys_offer(struct iscsi_params *params, struct writer *w)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct key *key = &keys[i];
		char text[16];

		if (key->rule == RULE_THEIRS || (params->discovery && key->no_discovery))
			continue;
		/* What the target declared before this offer stays. */
		if (key->rule == RULE_DECLARE)
			field_set(params, key->ours, offer_of(params, key));
		else
			field_set(params, key->field, combine(key, key->standard));
		value_text(params, key, text, sizeof(text));
		iscsi_pair_write(w, span_of(key->name), text);
	}
}

static const char *wanted_text(const struct iscsi_params *params, const struct key *key, char *dst,
			       size_t size)
{
	struct out out = out_to(dst, size);

	switch (key->rule) {
	case RULE_AND:
	case RULE_OR:
		return "Yes or No";
	case RULE_DIGEST:
		return digest_offer(params, key)->wanted;
	case RULE_MIN:
	case RULE_MAX:
	case RULE_DECLARE:
	case RULE_THEIRS:
		break;
	}
	out_add(&out, "a number from %u to %u", key->min, key->max);
	return dst;
}

static enum iscsi_answer key_answer(struct iscsi_params *params, const struct key *key,
				    struct span value, struct err *err)
{
	char quoted[QUOTED_MAX], wanted[48];
	uint32_t theirs;

	/* The RFC's default then holds, as noted when the offer went out. */
	if (span_eq(value, "Irrelevant") || span_eq(value, "NotUnderstood"))
		return ISCSI_ANSWER_TAKEN;
	if (span_eq(value, "Reject")) {
		if (key->may_reject)
			return ISCSI_ANSWER_TAKEN;
		value_text(params, key, wanted, sizeof(wanted));
		(void)err_set(err, EPROTO, "target rejects %s=%s: see what its settings allow",
			      key->name, wanted);
		return ISCSI_ANSWER_WRONG;
	}
	if (!value_parse(params, key, value, &theirs)) {
		(void)err_set(err, EPROTO, "target answers %s=%s, not %s%s", key->name,
			      text_quote(quoted, sizeof(quoted), value),
			      wanted_text(params, key, wanted, sizeof(wanted)),
			      key->rule == RULE_DIGEST && span_eq(value, "None")
				      ? ": allow it there, or offer None beside it"
				      : "");
		return ISCSI_ANSWER_WRONG;
	}
	field_set(params, key->field, combine(key, theirs));
	return ISCSI_ANSWER_TAKEN;
}

bool iscsi_keys_settled(const struct iscsi_params *params, struct err *err)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		const struct key *key = &keys[i];

		if (key->rule != RULE_DIGEST || digest_offer(params, key)->none ||
		    ((const uint8_t *)params)[key->field.offset])
			continue;
		(void)err_set(err, EPROTO,
			      "target leaves %s=%s unanswered: see what its settings allow, or "
			      "offer None beside it",
			      key->name, digest_offer(params, key)->text);
		return false;
	}
	return true;
}

static const struct key *key_find(struct span name)
{
	for (size_t i = 0; i < N_KEYS; i++)
		if (span_eq(name, keys[i].name))
			return &keys[i];
	return NULL;
}

/* Keys that a target may say although nothing here depends on them. */
static bool told_for_nothing(struct span key)
{
	static const char *const names[] = { "TargetAddress", "TargetName", "InitiatorName",
					     "InitiatorAlias", "SessionType" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (span_eq(key, names[i]))
			return true;
	return false;
}

bool iscsi_key_known(struct span key)
{
	return key_find(key) || span_eq(key, "TargetAlias") || told_for_nothing(key);
}

enum iscsi_answer iscsi_keys_answer(struct iscsi_params *params, const struct iscsi_pair *pair,
				    struct err *err)
{
	const struct key *key = key_find(pair->key);

	if (key)
		return key_answer(params, key, pair->value, err);
	if (span_eq(pair->key, "TargetAlias"))
		(void)text_quote(params->target_alias, sizeof(params->target_alias), pair->value);
	return iscsi_key_known(pair->key) ? ISCSI_ANSWER_TAKEN : ISCSI_ANSWER_UNKNOWN_KEY;
}
