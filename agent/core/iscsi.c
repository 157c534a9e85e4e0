/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The login machine (RFC 7143 6.3). Two stages, each a row that says what is sent, whether the
 * stage may end with it, what is made of a key the operational table does not know and of a
 * response as a whole; an authentication method or a digest is a further row or key, not a further
 * path.
 */
#include "core/iscsi.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/iscsi_address.h"
#include "core/iscsi_nl.h"
#include "core/iscsi_text.h"

#define NS_PER_S 1000000000ull
#define LOGIN_ITT 1 /* RFC 7143 11.12.5: one tag for all requests of a login */
/* A target that refuses sends the status and closes; the two may arrive in either order. */
#define STATUS_GRACE_NS 300000000ull
#define NAME_QUOTED_MAX (ISCSI_NAME_MAX + 16)
/* Whoever looks a name up has a limit of his own; this one is for a verdict that never comes. */
#define LOOKUP_LIMIT_NS (60 * NS_PER_S)

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

static void enter(struct iscsi *m, struct iscsi_actions *ret, enum iscsi_state state)
{
	m->state = state;
	ret->to_state = state;
	if (state == ISCSI_IDLE || state == ISCSI_LOGGED_IN || state == ISCSI_FAILED)
		m->deadline_ns = ISCSI_NO_DEADLINE;
}

/* ret->err holds the cause. */
static void fail(struct iscsi *m, struct iscsi_actions *ret)
{
	(void)iscsi_err_wrap(m, &ret->err);
	ret->send = false;
	ret->failed = true;
	enter(m, ret, ISCSI_FAILED);
}

/* Another login at the same portal. */
static void again(struct iscsi *m, struct iscsi_actions *ret)
{
	ret->again = true;
	enter(m, ret, ISCSI_IDLE);
}

static void succeed(struct iscsi *m, struct iscsi_actions *ret, uint16_t tsih)
{
	if (!iscsi_keys_settled(&m->params, &ret->err)) {
		fail(m, ret);
		return;
	}
	m->tsih = tsih;
	m->params.exp_statsn = m->exp_statsn;
	/* RFC 7143 13.14: FirstBurstLength must not exceed MaxBurstLength; the kernel's START_CONN
	 * refuses it with EINVAL. */
	if (m->params.first_burst > m->params.max_burst)
		m->params.first_burst = m->params.max_burst;
	ret->logged_in = true;
	enter(m, ret, ISCSI_LOGGED_IN);
}

/* --- requests --- */

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
		iscsi_pair_write(w, span_of("TargetName"), m->config.target);
		iscsi_pair_write(w, span_of("SessionType"), "Normal");
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

static bool in_mid_text(const struct iscsi *m)
{
	return m->at_tx < m->len_tx;
}

/*
 * The next request of the stage: what is left of its text, or new text, and T with the last part of
 * it; C with those before (RFC 7143 6.2, 11.12.3). An empty one without T where the target is in
 * the middle of its own.
 */
static void send_request(struct iscsi *m, struct iscsi_actions *ret, bool target_continues)
{
	const struct stage *stage = &stages[m->state];
	struct iscsi_login_request req = { .stage = stage->number,
					   .next_stage = stage->next,
					   .itt = LOGIN_ITT,
					   .exp_statsn = m->exp_statsn };

	if (m->n_requests++ == ISCSI_REQUESTS_MAX) {
		(void)err_set(&ret->err, EPROTO, "no end after %u requests in the %s",
			      ISCSI_REQUESTS_MAX, iscsi_state_name(m->state));
		fail(m, ret);
		return;
	}
	if (!target_continues) {
		if (!in_mid_text(m) && !gather_text(m)) {
			(void)err_set(&ret->err, EPROTO, "target asks for too many unknown keys");
			fail(m, ret);
			return;
		}
		ret->len_data = m->len_tx - m->at_tx;
		if (ret->len_data > sizeof(ret->data))
			ret->len_data = sizeof(ret->data);
		memcpy(ret->data, m->tx + m->at_tx, ret->len_data);
		m->at_tx += ret->len_data;
		req.more = in_mid_text(m);
		req.transit = !req.more && stage->may_end(m);
	}
	req.len_data = (uint32_t)ret->len_data;
	memcpy(req.isid, m->isid, sizeof(req.isid));
	iscsi_login_request_encode(&req, ret->header);
	ret->send = true;
}

static void enter_stage(struct iscsi *m, struct iscsi_actions *ret, enum iscsi_state state)
{
	enter(m, ret, state);
	m->keys_sent = false;
	send_request(m, ret, false);
}

/* --- redirection --- */

/* What the redirection of this status is about, in front of what is wrong with it. */
static void fail_redirect(struct iscsi *m, uint8_t detail, struct iscsi_actions *ret)
{
	(void)err_wrap(&ret->err, "%s (status 0x01%02x)", iscsi_status_find(1, detail)->cause,
		       detail);
	fail(m, ret);
}

static void go_to(struct iscsi *m, const struct ip_addr *ip, uint16_t port, uint8_t detail,
		  struct iscsi_actions *ret)
{
	bool permanent = detail == 0x02;
	bool from_home = ip_eq(&m->portal, &m->home) && m->port == m->home_port;

	m->portal = ret->redirect_ip = *ip;
	m->port = ret->redirect_port = port;
	/* What a temporarily chosen portal says for good is not said of the configured one. */
	if (permanent && from_home) {
		m->home = *ip;
		m->home_port = port;
	}
	m->chap.wide_offer = false;
	ret->redirect = true;
	ret->redirect_permanent = permanent;
	enter(m, ret, ISCSI_IDLE);
}

static void look_up(struct iscsi *m, uint16_t port, uint8_t detail, uint64_t now_ns,
		    struct iscsi_actions *ret)
{
	m->lookup_port = port;
	m->lookup_detail = detail;
	ret->look_up = true;
	enter(m, ret, ISCSI_LOOKUP);
	m->deadline_ns = now_ns + LOOKUP_LIMIT_NS;
}

/* False: the status says no more than that the target is elsewhere; ret->err is set. */
static bool find_where(struct iscsi *m, const struct iscsi_login_response *r,
		       struct iscsi_address *ret_where, char *quoted, size_t size, struct err *err)
{
	enum iscsi_address_kind kind;
	struct span text;

	if (!iscsi_address_find(r->text, &text)) {
		(void)err_set(err, EPROTO, "redirected, but no TargetAddress says where to");
		return false;
	}
	kind = iscsi_address_parse(text, ret_where);
	(void)text_quote(quoted, size, text);
	if (kind == ISCSI_ADDRESS_BAD ||
	    (kind == ISCSI_ADDRESS_NAME &&
	     !text_copy(m->lookup, sizeof(m->lookup), ret_where->name))) {
		(void)err_set(err, EPROTO, "redirected to \"%s\", which is no address", quoted);
		return false;
	}
	if (kind == ISCSI_ADDRESS_IP && ip_is_unset(&ret_where->ip)) {
		(void)err_set(err, EPROTO, "redirected to \"%s\", which is no host", quoted);
		return false;
	}
	return true;
}

static void on_redirect(struct iscsi *m, const struct iscsi_login_response *r, uint64_t now_ns,
			struct iscsi_actions *ret)
{
	struct iscsi_address where;
	char quoted[128];

	if (!find_where(m, r, &where, quoted, sizeof(quoted), &ret->err)) {
		fail_redirect(m, r->status_detail, ret);
		return;
	}
	if (m->n_redirects++ == ISCSI_REDIRECTS_MAX) {
		(void)err_set(&ret->err, ELOOP,
			      "redirected more than %d times, now to %s (status 0x%02x%02x): check "
			      "the array's virtual addresses",
			      ISCSI_REDIRECTS_MAX, quoted, r->status_class, r->status_detail);
		fail(m, ret);
		return;
	}
	if (where.ip.family != IP_NONE)
		go_to(m, &where.ip, where.port, r->status_detail, ret);
	else
		look_up(m, where.port, r->status_detail, now_ns, ret);
}

static void in_lookup(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	switch (ev->kind) {
	case ISCSI_EV_ADDRESS:
		go_to(m, &ev->ip, m->lookup_port, m->lookup_detail, ret);
		return;
	case ISCSI_EV_NO_ADDRESS:
		(void)err_set(&ret->err, EHOSTUNREACH, "redirected to %s: %s", m->lookup, ev->why);
		fail_redirect(m, m->lookup_detail, ret);
		return;
	case ISCSI_EV_DEADLINE:
		if (ev->now_ns < m->deadline_ns)
			break;
		(void)err_set(&ret->err, ETIMEDOUT,
			      "redirected to %s: no verdict of the look-up within %llu s",
			      m->lookup, LOOKUP_LIMIT_NS / NS_PER_S);
		fail_redirect(m, m->lookup_detail, ret);
		return;
	case ISCSI_EV_START:
	case ISCSI_EV_PDU:
	case ISCSI_EV_CONN_ERROR:
		break;
	}
	ret->ignored = true;
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
		on_redirect(m, r, ev->now_ns, ret);
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
	fail(m, ret);
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
	if (r->stage != stages[m->state].number)
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
	return stages[m->state].on_key(m, pair, err);
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
		send_request(m, ret, true);
	} else if (in_mid_text(m) && !r->transit) {
		send_request(m, ret, false);
	} else if (in_mid_text(m)) {
		(void)err_set(&ret->err, EPROTO, "target goes on in the middle of a request");
		fail(m, ret);
	} else if (!take_text(m, ret) || !stages[m->state].on_turn(m, r->transit, &ret->err)) {
		if (m->state == ISCSI_SECURITY && m->chap.refused && iscsi_chap_retry(&m->chap))
			again(m, ret);
		else
			fail(m, ret);
	} else if (!r->transit) {
		send_request(m, ret, false);
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
		fail(m, ret);
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
		fail(m, ret);
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
	m->params.header_offer = (uint8_t)m->config.header_digest;
	m->params.data_offer = (uint8_t)m->config.data_digest;
	iscsi_keys_default(&m->params);
	if (iscsi_chap_begin(&m->chap, &m->config.chap, ev->random, &ret->err) < 0)
		fail(m, ret);
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
		fail(m, ret);
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
		in_lookup(m, ev, ret);
		break;
	case ISCSI_LOGGED_IN:
	case ISCSI_FAILED:
		ret->ignored = true;
		break;
	}
}
