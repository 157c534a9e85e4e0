/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The login machine (RFC 7143 6.3): events, responses and endings. Its stages are
 * core/iscsi_stage's, redirections core/iscsi_redirect's. */
#include <errno.h>
#include <string.h>

#include "core/iscsi_machine.h"
#include "core/iscsi_nl.h"

#define NS_PER_S 1000000000ull
/* A target that refuses sends the status and closes; the two may arrive in either order. */
#define STATUS_GRACE_NS 300000000ull
#define NAME_QUOTED_MAX (ISCSI_NAME_MAX + 16)

uint64_t iscsi_connect_limit_ns(const struct iscsi *m)
{
	uint32_t s = m->config.connect_limit_s;

	return (s ? s : ISCSI_CONNECT_LIMIT_S) * NS_PER_S;
}

static uint32_t login_limit_s(const struct iscsi *m)
{
	return m->config.login_limit_s ? m->config.login_limit_s : ISCSI_LOGIN_LIMIT_S;
}

void iscsi_isid(uint32_t sid, uint8_t ret[static ISCSI_ISID_LEN])
{
	struct writer w = writer_of(ret, ISCSI_ISID_LEN);

	write_u8(&w, 0x00); /* type OUI, 22 bits of it */
	write_be16(&w, 0x023d);
	write_be24(&w, sid & 0xffffff);
}

void iscsi_init(struct iscsi *m, const struct iscsi_config *config)
{
	memset(m, 0, sizeof(*m));
	m->config = *config;
	m->portal = m->home = config->portal;
	m->port = m->home_port = config->port;
	m->deadline_ns = ISCSI_NO_DEADLINE;
}

uint64_t iscsi_deadline(const struct iscsi *m)
{
	return m->deadline_ns;
}

/* --- endings --- */

void iscsi_enter(struct iscsi *m, struct iscsi_actions *ret, enum iscsi_state state)
{
	m->state = state;
	ret->to_state = state;
	if (state == ISCSI_IDLE || state == ISCSI_LOGGED_IN || state == ISCSI_FAILED)
		m->deadline_ns = ISCSI_NO_DEADLINE;
}

void iscsi_fail(struct iscsi *m, struct iscsi_actions *ret)
{
	(void)iscsi_err_wrap(m, &ret->err);
	ret->send = false;
	ret->failed = true;
	iscsi_enter(m, ret, ISCSI_FAILED);
}

/* Another login at the same portal. */
static void again(struct iscsi *m, struct iscsi_actions *ret)
{
	ret->again = true;
	iscsi_enter(m, ret, ISCSI_IDLE);
}

static void succeed(struct iscsi *m, struct iscsi_actions *ret, uint16_t tsih)
{
	if (!iscsi_keys_settled(&m->params, &ret->err)) {
		iscsi_fail(m, ret);
		return;
	}
	m->tsih = tsih;
	m->params.exp_statsn = m->exp_statsn;
	/* RFC 7143 13.14: FirstBurstLength must not exceed MaxBurstLength; the kernel's START_CONN
	 * refuses it with EINVAL. */
	if (m->params.first_burst > m->params.max_burst)
		m->params.first_burst = m->params.max_burst;
	ret->logged_in = true;
	iscsi_enter(m, ret, ISCSI_LOGGED_IN);
}

static void enter_stage(struct iscsi *m, struct iscsi_actions *ret, enum iscsi_state state)
{
	iscsi_enter(m, ret, state);
	m->keys_sent = false;
	iscsi_send_request(m, ret, false);
}

/* --- responses --- */

static int status_errno(uint8_t class, uint8_t detail)
{
	if (class == 2 && (detail == 1 || detail == 2))
		return EACCES;
	if (class == 2 && (detail == 3 || detail == 4))
		return ENOENT;
	return class == 3 ? EBUSY : EPROTO;
}

static bool is_auth_failure(const struct iscsi_login_response *r)
{
	return r->status_class == 0x02 && r->status_detail == 0x01;
}

static void on_status(struct iscsi *m, const struct iscsi_event *ev,
		      const struct iscsi_login_response *r, struct iscsi_actions *ret)
{
	const struct iscsi_status *s = iscsi_status_find(r->status_class, r->status_detail);
	char initiator[NAME_QUOTED_MAX] = "", remedy[192];
	struct out out = out_to(remedy, sizeof(remedy));

	if (r->status_class == 1) {
		iscsi_on_redirect(m, r, ev->now_ns, ret);
		return;
	}
	if (is_auth_failure(r)) {
		iscsi_chap_remedy(&m->chap, &out);
		if (m->state == ISCSI_SECURITY && iscsi_chap_retry(&m->chap)) {
			again(m, ret);
			return;
		}
	} else {
		out_add(&out, "%s", s->remedy);
	}
	if (s->acl)
		(void)text_quote(initiator, sizeof(initiator), span_of(m->config.initiator));
	(void)err_set(&ret->err, status_errno(r->status_class, r->status_detail),
		      "%s (status 0x%02x%02x): %s%s%s", s->cause, r->status_class, r->status_detail,
		      remedy, s->acl ? " " : "", initiator);
	iscsi_fail(m, ret);
}

/* What one response alone cannot show to be wrong. */
static int check_in_sequence(struct iscsi *m, const struct iscsi_login_response *r, struct err *err)
{
	/* The kernel writes a tag of its own over ours; the first answer shows which. */
	if (m->itt_seen && r->itt != m->itt)
		return err_set(err, EPROTO, "login response with task tag 0x%08x, not 0x%08x",
			       r->itt, m->itt);
	m->itt_seen = true;
	m->itt = r->itt;
	if (r->stage != iscsi_stage_number(m))
		return err_set(err, EPROTO, "login response for stage %u in the %s",
			       (unsigned int)r->stage, iscsi_state_name(m->state));
	if (r->text.len > sizeof(m->rx) - m->len_rx)
		return err_set(err, EPROTO, "login text of more than %zu bytes", sizeof(m->rx));
	return 0;
}

static bool take_pair(struct iscsi *m, const struct iscsi_pair *pair, struct err *err)
{
	if (span_eq(pair->key, "TargetPortalGroupTag"))
		m->tpgt_seen = true;
	switch (iscsi_keys_answer(&m->params, pair, err)) {
	case ISCSI_ANSWER_TAKEN:
		return true;
	case ISCSI_ANSWER_WRONG:
		return false;
	case ISCSI_ANSWER_UNKNOWN_KEY:
		break;
	}
	return iscsi_stage_key(m, pair, err);
}

/* The whole text of a response, its continuations included. False: ret->err is set. */
static bool take_text(struct iscsi *m, struct iscsi_actions *ret)
{
	struct span rest = { (const char *)m->rx, m->len_rx };
	struct iscsi_pair pair;

	for (;;) {
		switch (iscsi_pair_next(&rest, &pair)) {
		case ISCSI_PAIR_NONE:
			return true;
		case ISCSI_PAIR_BAD:
			(void)err_set(&ret->err, EPROTO,
				      "login text in the %s is not made of key=value",
				      iscsi_state_name(m->state));
			return false;
		case ISCSI_PAIR:
			if (!take_pair(m, &pair, &ret->err))
				return false;
			break;
		}
	}
}

/* A response of the login, whole, and what the login says to it. */
static void take_response(struct iscsi *m, const struct iscsi_login_response *r,
			  struct iscsi_actions *ret)
{
	if (r->more) {
		iscsi_send_request(m, ret, true);
	} else if (iscsi_in_mid_text(m) && !r->transit) {
		iscsi_send_request(m, ret, false);
	} else if (iscsi_in_mid_text(m)) {
		(void)err_set(&ret->err, EPROTO, "target goes on in the middle of a request");
		iscsi_fail(m, ret);
	} else if (!take_text(m, ret) || !iscsi_stage_turn(m, r->transit, &ret->err)) {
		if (m->state == ISCSI_SECURITY && m->chap.refused && iscsi_chap_retry(&m->chap))
			again(m, ret);
		else
			iscsi_fail(m, ret);
	} else if (!r->transit) {
		iscsi_send_request(m, ret, false);
	} else if (r->next_stage == ISCSI_STAGE_FULL_FEATURE) {
		succeed(m, ret, r->tsih);
	} else {
		enter_stage(m, ret, ISCSI_OPERATIONAL);
	}
}

static void on_pdu(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	struct iscsi_login_response r;

	if (iscsi_login_response_decode(ev->bytes, ev->len, &r, &ret->err)) {
		iscsi_fail(m, ret);
		return;
	}
	if (r.status_class) {
		on_status(m, ev, &r, ret);
		return;
	}
	if (m->conn_error) {
		/* There is no connection left to go on with. */
		ret->ignored = true;
		return;
	}
	if (check_in_sequence(m, &r, &ret->err)) {
		iscsi_fail(m, ret);
		return;
	}
	/* Taken as it comes: TCP keeps the order, and the kernel is told the last one. */
	m->exp_statsn = r.statsn + 1;
	memcpy(m->rx + m->len_rx, r.text.p, r.text.len);
	m->len_rx += r.text.len;
	take_response(m, &r, ret);
}

/* --- events --- */

static void on_start(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	memcpy(m->isid, ev->isid, sizeof(m->isid));
	m->exp_statsn = 0;
	m->tsih = 0;
	m->itt_seen = m->tpgt_seen = m->names_sent = false;
	m->n_requests = 0;
	m->conn_error = 0;
	m->len_rx = m->len_tx = m->at_tx = 0;
	m->deadline_ns = ev->now_ns + login_limit_s(m) * NS_PER_S;
	memset(&m->params, 0, sizeof(m->params));
	m->params.header_offer = m->config.tune.header_digest;
	m->params.data_offer = m->config.tune.data_digest;
	m->params.discovery = m->config.discovery;
	iscsi_keys_default(&m->params);
	if (iscsi_chap_begin(&m->chap, &m->config.chap, ev->random, &ret->err) < 0)
		iscsi_fail(m, ret);
	else
		enter_stage(m, ret, ISCSI_SECURITY);
}

static void on_conn_error(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	if (m->conn_error) {
		ret->ignored = true;
		return;
	}
	m->conn_error = ev->code ? ev->code : ISCSI_NL_ERR_CONN_FAILED;
	if (m->deadline_ns > ev->now_ns + STATUS_GRACE_NS)
		m->deadline_ns = ev->now_ns + STATUS_GRACE_NS;
}

/* LIO closes without a status where it offers only CHAP and we only None. */
static bool closed_in_security(const struct iscsi *m)
{
	return m->state == ISCSI_SECURITY && m->conn_error == ISCSI_NL_ERR_TARGET_CLOSED;
}

static void lost_err(const struct iscsi *m, struct err *err)
{
	char perhaps[192] = "", initiator[NAME_QUOTED_MAX] = "";
	struct out out = out_to(perhaps, sizeof(perhaps));

	if (closed_in_security(m)) {
		out_add(&out, "perhaps ");
		iscsi_chap_remedy(&m->chap, &out);
		(void)text_quote(initiator, sizeof(initiator), span_of(m->config.initiator));
	} else {
		out_add(&out, "see the target's log");
	}
	(void)err_set(err, ECONNRESET,
		      "connection lost in the %s of the login: %s (kernel error %u): %s%s%s",
		      iscsi_state_name(m->state), iscsi_nl_conn_error_text(m->conn_error),
		      m->conn_error, perhaps, initiator[0] ? " " : "", initiator);
}

static void on_deadline(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	if (ev->now_ns < m->deadline_ns) {
		ret->ignored = true;
		return;
	}
	if (m->conn_error)
		lost_err(m, &ret->err);
	else
		(void)err_set(&ret->err, ETIMEDOUT,
			      "connected, but no end of the login within %u s (in the %s): see the "
			      "target's log",
			      login_limit_s(m), iscsi_state_name(m->state));
	if (closed_in_security(m) && iscsi_chap_retry(&m->chap))
		again(m, ret);
	else
		iscsi_fail(m, ret);
}

static void in_login(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	switch (ev->kind) {
	case ISCSI_EV_START:
	case ISCSI_EV_ADDRESS:
	case ISCSI_EV_NO_ADDRESS:
		ret->ignored = true;
		break;
	case ISCSI_EV_PDU:
		on_pdu(m, ev, ret);
		break;
	case ISCSI_EV_CONN_ERROR:
		on_conn_error(m, ev, ret);
		break;
	case ISCSI_EV_DEADLINE:
		on_deadline(m, ev, ret);
		break;
	}
}

void iscsi_step(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->from_state = ret->to_state = m->state;
	switch (m->state) {
	case ISCSI_IDLE:
		if (ev->kind == ISCSI_EV_START)
			on_start(m, ev, ret);
		else
			ret->ignored = true;
		break;
	case ISCSI_SECURITY:
	case ISCSI_OPERATIONAL:
		in_login(m, ev, ret);
		break;
	case ISCSI_LOOKUP:
		iscsi_in_lookup(m, ev, ret);
		break;
	case ISCSI_LOGGED_IN:
	case ISCSI_FAILED:
		ret->ignored = true;
		break;
	}
}
