/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two stages of a login, each a row that says what is sent, whether the stage may end with it,
 * what is made of a key the operational table does not know and of a response as a whole; an
 * authentication method or a digest is a further row or key, not a further path.
 */
#include <errno.h>
#include <string.h>

#include "core/iscsi_machine.h"

#define LOGIN_ITT 1 /* RFC 7143 11.12.5: one tag for all requests of a login */

/* Answers to keys of the target that mean nothing here; they are in m->rx until the next PDU. */
static void write_not_understood(struct iscsi *m, struct writer *w)
{
	struct span rest = { (const char *)m->rx, m->len_rx };
	struct iscsi_pair pair;

	while (iscsi_pair_next(&rest, &pair) == ISCSI_PAIR) {
		if (iscsi_key_known(pair.key) || iscsi_chap_key(pair.key))
			continue;
		/* These are answers, not questions. */
		if (span_eq(pair.value, "NotUnderstood") || span_eq(pair.value, "Irrelevant") ||
		    span_eq(pair.value, "Reject"))
			continue;
		iscsi_pair_write(w, pair.key, "NotUnderstood");
	}
}

static void write_security_keys(struct iscsi *m, struct writer *w)
{
	if (!m->names_sent) {
		iscsi_pair_write(w, span_of("InitiatorName"), m->config.initiator);
		if (!m->config.discovery)
			iscsi_pair_write(w, span_of("TargetName"), m->config.target);
		iscsi_pair_write(w, span_of("SessionType"),
				 m->config.discovery ? "Discovery" : "Normal");
		m->names_sent = true;
	}
	iscsi_chap_write(&m->chap, w);
}

static bool security_may_end(const struct iscsi *m)
{
	return iscsi_chap_may_end(&m->chap);
}

static bool security_key(struct iscsi *m, const struct iscsi_pair *pair, struct err *err)
{
	return !iscsi_chap_key(pair->key) || iscsi_chap_take(&m->chap, pair, err);
}

/* Each further step has keys of its own. */
static bool security_turn(struct iscsi *m, bool transit, struct err *err)
{
	enum chap_step step = m->chap.step;
	bool good = iscsi_chap_turn(&m->chap, transit, err);

	if (m->chap.step != step)
		m->keys_sent = false;
	return good;
}

static void write_operational_keys(struct iscsi *m, struct writer *w)
{
	iscsi_keys_offer(&m->params, w);
}

static bool operational_may_end(const struct iscsi *m)
{
	(void)m;
	return true;
}

static bool operational_key(struct iscsi *m, const struct iscsi_pair *pair, struct err *err)
{
	(void)m;
	(void)pair;
	(void)err;
	return true;
}

static bool operational_turn(struct iscsi *m, bool transit, struct err *err)
{
	(void)m;
	(void)transit;
	(void)err;
	return true;
}

static const struct stage {
	enum iscsi_stage number, next;
	/* The keys that are still to be said. */
	void (*write_keys)(struct iscsi *m, struct writer *w);
	/* T may be set with them. */
	bool (*may_end)(const struct iscsi *m);
	/* A key that the table of operational keys does not know. False: *err is set. */
	bool (*on_key)(struct iscsi *m, const struct iscsi_pair *pair, struct err *err);
	/* All keys of a response are taken; transit: it ends the stage. False: *err is set. */
	bool (*on_turn)(struct iscsi *m, bool transit, struct err *err);
} stages[] = {
	[ISCSI_SECURITY] = { ISCSI_STAGE_SECURITY, ISCSI_STAGE_OPERATIONAL, write_security_keys,
			     security_may_end, security_key, security_turn },
	[ISCSI_OPERATIONAL] = { ISCSI_STAGE_OPERATIONAL, ISCSI_STAGE_FULL_FEATURE,
				write_operational_keys, operational_may_end, operational_key,
				operational_turn },
};

enum iscsi_stage iscsi_stage_number(const struct iscsi *m)
{
	return stages[m->state].number;
}

bool iscsi_stage_key(struct iscsi *m, const struct iscsi_pair *pair, struct err *err)
{
	return stages[m->state].on_key(m, pair, err);
}

bool iscsi_stage_turn(struct iscsi *m, bool transit, struct err *err)
{
	return stages[m->state].on_turn(m, transit, err);
}

/* All that is to be said now, into m->tx. False: it does not fit. */
static bool gather_text(struct iscsi *m)
{
	struct writer w = writer_of(m->tx, sizeof(m->tx));

	if (!m->keys_sent)
		stages[m->state].write_keys(m, &w);
	m->keys_sent = true;
	write_not_understood(m, &w);
	m->len_rx = 0;
	m->at_tx = 0;
	m->len_tx = writer_len(&w);
	return !w.full;
}

bool iscsi_in_mid_text(const struct iscsi *m)
{
	return m->at_tx < m->len_tx;
}

void iscsi_send_request(struct iscsi *m, struct iscsi_actions *ret, bool target_continues)
{
	const struct stage *stage = &stages[m->state];
	struct iscsi_login_request req = { .stage = stage->number,
					   .next_stage = stage->next,
					   .itt = LOGIN_ITT,
					   .exp_statsn = m->exp_statsn };

	if (m->n_requests++ == ISCSI_REQUESTS_MAX) {
		(void)err_set(&ret->err, EPROTO, "no end after %u requests in the %s",
			      ISCSI_REQUESTS_MAX, iscsi_state_name(m->state));
		iscsi_fail(m, ret);
		return;
	}
	if (!target_continues) {
		if (!iscsi_in_mid_text(m) && !gather_text(m)) {
			(void)err_set(&ret->err, EPROTO, "target asks for too many unknown keys");
			iscsi_fail(m, ret);
			return;
		}
		ret->len_data = m->len_tx - m->at_tx;
		if (ret->len_data > sizeof(ret->data))
			ret->len_data = sizeof(ret->data);
		memcpy(ret->data, m->tx + m->at_tx, ret->len_data);
		m->at_tx += ret->len_data;
		req.more = iscsi_in_mid_text(m);
		req.transit = !req.more && stage->may_end(m);
	}
	req.len_data = (uint32_t)ret->len_data;
	memcpy(req.isid, m->isid, sizeof(req.isid));
	iscsi_login_request_encode(&req, ret->header);
	ret->send = true;
}
