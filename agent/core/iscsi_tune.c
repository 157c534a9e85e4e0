/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A timer is a row, a digest is, and what is left out with its reason. */
#include "core/iscsi_tune.h"

/* The kernel multiplies by HZ in an int. */
#define SECONDS_MAX 2000000
#define HEADER_DIGEST "node.conn[0].iscsi.HeaderDigest"
#define DATA_DIGEST "node.conn[0].iscsi.DataDigest"

/* enum iscsi_param of the kernel's iscsi_if.h */
enum {
	PARAM_SESS_RECOVERY_TMO = 19,
	PARAM_ABORT_TMO = 27,
	PARAM_LU_RESET_TMO = 28,
	PARAM_PING_TMO = 30,
	PARAM_RECV_TMO = 31,
	PARAM_TGT_RESET_TMO = 35
};

static const struct {
	const char *section, *name;
	uint32_t param, seconds;
} rows[ISCSI_N_TIMERS] = {
	/*
	 * A root waits: an I/O error ends in a read-only or unreadable root that no later login
	 * heals. Not "for ever" (-1): the kernel makes a positive value 0 at shutdown, and a
	 * negative one hangs a reboot whose network went first.
	 */
	[ISCSI_TIMER_REPLACEMENT] = { "node.session.timeo.", "replacement_timeout",
				      PARAM_SESS_RECOVERY_TMO, 86400 },
	/*
	 * A silent connection is asked for a sign of life after 15 s and given up after 30 s more.
	 * Pings at all, because without them a peer that vanished shows only when commands time
	 * out, and the kernel would then abort commands that a slow target still works on. Lenient
	 * (iscsid: 5 and 5), because a root has one path, and a false alarm under load costs it.
	 */
	[ISCSI_TIMER_PING_INTERVAL] = { "node.conn[0].timeo.", "noop_out_interval", PARAM_RECV_TMO,
					15 },
	[ISCSI_TIMER_PING_LIMIT] = { "node.conn[0].timeo.", "noop_out_timeout", PARAM_PING_TMO,
				     30 },
	/* iscsid's values */
	[ISCSI_TIMER_ABORT] = { "node.session.err_timeo.", "abort_timeout", PARAM_ABORT_TMO, 15 },
	[ISCSI_TIMER_LUN_RESET] = { "node.session.err_timeo.", "lu_reset_timeout",
				    PARAM_LU_RESET_TMO, 30 },
	[ISCSI_TIMER_TARGET_RESET] = { "node.session.err_timeo.", "tgt_reset_timeout",
				       PARAM_TGT_RESET_TMO, 30 },
};

uint32_t iscsi_tune_max(void)
{
	return SECONDS_MAX;
}

uint32_t iscsi_tune_param(enum iscsi_timer timer)
{
	return rows[timer].param;
}

uint32_t iscsi_tune_seconds(const struct iscsi_tune *tune, enum iscsi_timer timer)
{
	return tune->given >> timer & 1 ? tune->seconds[timer] : rows[timer].seconds;
}

void iscsi_tune_multipath(struct iscsi_tune *tune)
{
	/* open-iscsi's README 8.1: what waits on this path goes to another one after so long */
	static const uint32_t seconds[ISCSI_N_TIMERS] = { [ISCSI_TIMER_REPLACEMENT] = 5,
							  [ISCSI_TIMER_PING_INTERVAL] = 5,
							  [ISCSI_TIMER_PING_LIMIT] = 5 };

	for (size_t i = 0; i < ISCSI_N_TIMERS; i++) {
		if (!seconds[i] || tune->given >> i & 1)
			continue;
		tune->seconds[i] = seconds[i];
		tune->given |= (uint8_t)(1u << i);
	}
}

static bool key_is(struct span key, size_t i)
{
	struct span section = span_of(rows[i].section);

	return span_starts(key, rows[i].section) &&
	       span_eq(span_skip(key, section.len), rows[i].name);
}

static const char *const digest_names[] = { [DIGEST_NONE] = "None",
					    [DIGEST_CRC32C] = "CRC32C",
					    [DIGEST_CRC32C_OR_NONE] = "CRC32C,None",
					    [DIGEST_NONE_OR_CRC32C] = "None,CRC32C" };

static bool digest_of(struct span text, uint8_t *ret)
{
	for (size_t i = 0; i < sizeof(digest_names) / sizeof(digest_names[0]); i++)
		if (span_eq_nocase(text, digest_names[i])) {
			*ret = (uint8_t)i;
			return true;
		}
	return false;
}

bool iscsi_tune_digests(struct iscsi_tune *tune, struct span text)
{
	if (!digest_of(text, &tune->header_digest))
		return false;
	tune->data_digest = tune->header_digest;
	return true;
}

/* A name that ends in '.' stands for all that begin so. */
static const struct {
	const char *name, *why;
} ignored[] = {
	{ "node.session.iscsi.", "settled with the target at login" },
	{ "node.conn[0].iscsi.", "settled with the target at login" },
	{ "node.session.auth.authmethod", "CHAP is used where a name and secret are given" },
	{ "node.conn[0].timeo.", "a login has limits of its own and is tried again" },
	{ "node.session.initial_login_retry_max", "a login is tried again for ever" },
	{ "node.session.reopen_max", "a session is logged in again for ever" },
	{ "node.session.nr_sessions", "one session to each portal" },
	{ "node.session.timeo.", "no timer of the kernel's" },
	{ "node.session.err_timeo.", "no timer of the kernel's" },
	{ "node.session.", "the kernel's own value is kept" },
	{ "node.conn[0].", "the kernel's own value is kept" },
	{ "node.", "there is no record of the node" },
	{ "iface.", "there is no record of the interface" },
	{ "discovery.", "there is no record of the discovery" },
};

const char *iscsi_tune_ignored(struct span text)
{
	struct span key = span_cut(&text, '=');

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		const char *name = ignored[i].name;
		bool family = span_starts(key, name) &&
			      span_of(name).p[span_of(name).len - 1] == '.';

		if (family || span_eq(key, name))
			return ignored[i].why;
	}
	return NULL;
}

enum iscsi_tune_result iscsi_tune_take(struct iscsi_tune *tune, struct span text)
{
	struct span key = span_cut(&text, '=');
	uint64_t v;

	if (span_eq(key, HEADER_DIGEST))
		return digest_of(text, &tune->header_digest) ? ISCSI_TUNE_TAKEN
							     : ISCSI_TUNE_BAD_DIGEST;
	if (span_eq(key, DATA_DIGEST))
		return digest_of(text, &tune->data_digest) ? ISCSI_TUNE_TAKEN
							   : ISCSI_TUNE_BAD_DIGEST;

	for (size_t i = 0; i < ISCSI_N_TIMERS; i++) {
		if (!key_is(key, i))
			continue;
		if (i == ISCSI_TIMER_REPLACEMENT && span_starts(text, "-") &&
		    parse_uint(span_skip(text, 1), 10, 1, SECONDS_MAX, &v)) {
			tune->given &= (uint8_t) ~(1u << i);
			return ISCSI_TUNE_FOR_EVER;
		}
		if (!parse_uint(text, 10, 0, SECONDS_MAX, &v))
			return ISCSI_TUNE_BAD;
		tune->seconds[i] = (uint32_t)v;
		tune->given |= (uint8_t)(1u << i);
		return ISCSI_TUNE_TAKEN;
	}
	return ISCSI_TUNE_UNKNOWN;
}

void iscsi_tune_print(const struct iscsi_tune *tune, struct out *out)
{
	const char *between = "";

	for (size_t i = 0; i < ISCSI_N_TIMERS; i++) {
		if (!(tune->given >> i & 1))
			continue;
		out_add(out, "%s%s %u s", between, rows[i].name, tune->seconds[i]);
		between = ", ";
	}
	if (tune->header_digest) {
		out_add(out, "%sHeaderDigest %s", between, digest_names[tune->header_digest]);
		between = ", ";
	}
	if (tune->data_digest)
		out_add(out, "%sDataDigest %s", between, digest_names[tune->data_digest]);
}
