/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The login machine (RFC 7143 6.3). Two stages, each a row that says what is sent on entering it
 * and what is made of a key the operational table does not know; an authentication method or a
 * digest is a further row or key, not a further path.
 */
#include "core/iscsi.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/iscsi_nl.h"
#include "core/iscsi_text.h"

#define NS_PER_S 1000000000ull
#define LOGIN_ITT 1 /* RFC 7143 11.12.5: one tag for all requests of a login */
/* A target that refuses sends the status and closes; the two may arrive in either order. */
#define STATUS_GRACE_NS 300000000ull
#define NAME_QUOTED_MAX (ISCSI_NAME_MAX + 16)
#define PORT_DEFAULT 3260

const char *iscsi_state_name(enum iscsi_state state)
{
	switch (state) {
	case ISCSI_IDLE:
		return "idle";
	case ISCSI_SECURITY:
		return "security stage";
	case ISCSI_OPERATIONAL:
		return "operational stage";
	case ISCSI_LOGGED_IN:
		return "logged in";
	case ISCSI_FAILED:
		return "failed";
	}
	return "?";
}

char *iscsi_portal_text(const struct ip_addr *ip, uint16_t port,
			char dst[static ISCSI_PORTAL_TEXT_MAX])
{
	char text[IP_TEXT_MAX];

	(void)snprintf(dst, ISCSI_PORTAL_TEXT_MAX, ip->family == IP_V6 ? "[%s]:%u" : "%s:%u",
		       ip_text(ip, text), port);
	return dst;
}

const char *iscsi_scope(const struct iscsi *m, const struct ip_addr *ip)
{
	/* RFC 4291 2.5.6 */
	if (ip->family != IP_V6 || ip->bytes[0] != 0xfe || (ip->bytes[1] & 0xc0) != 0x80)
		return "";
	return m->config.scope[0] ? m->config.scope : m->config.ifname;
}

/* Where this login goes: "10.0.0.5:3260", "[fe80::5%eth0]:3260", "nas (10.0.0.5:3260)". */
static void add_place(const struct iscsi *m, struct out *out)
{
	bool named = m->config.name[0] && ip_eq(&m->portal, &m->config.portal);
	const char *scope = iscsi_scope(m, &m->portal);
	char portal[ISCSI_PORTAL_TEXT_MAX], name[96];
	struct span rest = span_of(iscsi_portal_text(&m->portal, m->port, portal));
	struct span address = span_cut(&rest, ']');

	if (named)
		out_add(out, "%s (", text_quote(name, sizeof(name), span_of(m->config.name)));
	out_add(out, "%.*s", SPAN_ARG(address));
	if (rest.p)
		out_add(out, "%s%s]%.*s", scope[0] ? "%" : "", scope, SPAN_ARG(rest));
	if (named)
		out_add(out, ")");
}

int iscsi_err_wrap(const struct iscsi *m, struct err *err)
{
	char target[NAME_QUOTED_MAX], place[192];
	struct out out = out_to(place, sizeof(place));

	add_place(m, &out);
	return err_wrap(err, "target %s at %s",
			text_quote(target, sizeof(target), span_of(m->config.target)), place);
}

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

static void succeed(struct iscsi *m, struct iscsi_actions *ret, uint16_t tsih)
{
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
		if (iscsi_key_known(pair.key) || span_eq(pair.key, "AuthMethod"))
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
	iscsi_pair_write(w, span_of("InitiatorName"), m->config.initiator);
	iscsi_pair_write(w, span_of("TargetName"), m->config.target);
	iscsi_pair_write(w, span_of("SessionType"), "Normal");
	iscsi_pair_write(w, span_of("AuthMethod"), "None");
}

static void write_operational_keys(struct iscsi *m, struct writer *w)
{
	iscsi_keys_offer(&m->params, w);
}

/* A key of the stage that the table of operational keys does not know. False: ret->err is set. */
typedef bool stage_key_fn(const struct iscsi_pair *pair, struct err *err);

static bool security_key(const struct iscsi_pair *pair, struct err *err)
{
	bool chap = span_starts(pair->key, "CHAP_");

	if (span_eq(pair->key, "AuthMethod"))
		chap = !span_eq(pair->value, "None");
	if (chap)
		(void)err_set(err, EACCES,
			      "target demands CHAP, which this build cannot do yet: admit this "
			      "initiator without it");
	return !chap;
}

static bool operational_key(const struct iscsi_pair *pair, struct err *err)
{
	(void)pair;
	(void)err;
	return true;
}

static const struct stage {
	enum iscsi_stage number, next;
	void (*write_keys)(struct iscsi *m, struct writer *w);
	stage_key_fn *on_key;
} stages[] = {
	[ISCSI_SECURITY] = { ISCSI_STAGE_SECURITY, ISCSI_STAGE_OPERATIONAL, write_security_keys,
			     security_key },
	[ISCSI_OPERATIONAL] = { ISCSI_STAGE_OPERATIONAL, ISCSI_STAGE_FULL_FEATURE,
				write_operational_keys, operational_key },
};

/* The next request of the stage: its keys where they are still to be said, and T, unless the target
 * is in the middle of its text (RFC 7143 6.2: then an empty request without T). */
static void send_request(struct iscsi *m, struct iscsi_actions *ret, bool target_continues)
{
	const struct stage *stage = &stages[m->state];
	struct iscsi_login_request req = { .stage = stage->number,
					   .next_stage = stage->next,
					   .transit = !target_continues,
					   .itt = LOGIN_ITT,
					   .exp_statsn = m->exp_statsn };
	struct writer w = writer_of(ret->data, sizeof(ret->data));

	if (m->n_requests++ == ISCSI_REQUESTS_MAX) {
		(void)err_set(&ret->err, EPROTO, "no end after %u requests in the %s",
			      ISCSI_REQUESTS_MAX, iscsi_state_name(m->state));
		fail(m, ret);
		return;
	}
	if (!target_continues) {
		if (!m->keys_sent)
			stage->write_keys(m, &w);
		m->keys_sent = true;
		write_not_understood(m, &w);
		m->len_rx = 0;
	}
	if (w.full) {
		(void)err_set(&ret->err, EPROTO, "target asks for too many unknown keys");
		fail(m, ret);
		return;
	}
	ret->len_data = writer_len(&w);
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

/* host[:port][,portal-group-tag], the host a name, dotted IPv4 or [IPv6] (RFC 7143 13.8). */
static bool parse_address(struct span text, struct span *ret_host, uint16_t *ret_port)
{
	struct span host, port, tag = text;
	uint64_t v = PORT_DEFAULT, unused;

	text = span_cut(&tag, ',');
	if (tag.p && !parse_uint(tag, 10, 0, 65535, &unused))
		return false;
	port = text;
	if (span_starts(text, "[")) {
		host = span_skip(span_cut(&port, ']'), 1);
		if (!port.p || (port.len && port.p[0] != ':'))
			return false;
		port = port.len ? span_skip(port, 1) : (struct span){ NULL, 0 };
	} else {
		host = span_cut(&port, ':');
	}
	if (!host.len || (port.p && !parse_uint(port, 10, 1, 65535, &v)))
		return false;
	*ret_host = host;
	*ret_port = (uint16_t)v;
	return true;
}

static bool find_address(struct span text, struct span *ret)
{
	struct iscsi_pair pair;

	while (iscsi_pair_next(&text, &pair) == ISCSI_PAIR)
		if (span_eq(pair.key, "TargetAddress")) {
			*ret = pair.value;
			return true;
		}
	return false;
}

/* 0 and where to; else ret_err. */
static int redirect_to(struct span text, struct ip_addr *ret_ip, uint16_t *ret_port,
		       struct err *err)
{
	struct span address, host;
	struct ip_addr ip;
	uint16_t port;
	char quoted[128];

	if (!find_address(text, &address))
		return err_set(err, EPROTO, "redirected, but no TargetAddress says where to");
	(void)text_quote(quoted, sizeof(quoted), address);
	if (!parse_address(address, &host, &port))
		return err_set(err, EPROTO, "redirected to \"%s\", which is no address", quoted);
	if (!ip_parse(host, &ip))
		return err_set(err, EHOSTUNREACH,
			       "redirected to \"%s\": names cannot be looked up yet, let the "
			       "target give an address",
			       quoted);
	if (ip_is_unset(&ip))
		return err_set(err, EPROTO, "redirected to \"%s\", which is no host", quoted);
	*ret_ip = ip;
	*ret_port = port;
	return 0;
}

static void on_redirect(struct iscsi *m, const struct iscsi_login_response *r,
			struct iscsi_actions *ret)
{
	char portal[ISCSI_PORTAL_TEXT_MAX];
	bool permanent = r->status_detail == 0x02;
	bool from_home = ip_eq(&m->portal, &m->home) && m->port == m->home_port;
	struct ip_addr ip = { 0 };
	uint16_t port = 0;

	if (redirect_to(r->text, &ip, &port, &ret->err)) {
		(void)err_wrap(&ret->err, "%s (status 0x%02x%02x)",
			       iscsi_status_find(r->status_class, r->status_detail)->cause,
			       r->status_class, r->status_detail);
		fail(m, ret);
		return;
	}
	if (m->n_redirects++ == ISCSI_REDIRECTS_MAX) {
		(void)err_set(&ret->err, ELOOP,
			      "redirected more than %d times, now to %s (status 0x%02x%02x): check "
			      "the array's virtual addresses",
			      ISCSI_REDIRECTS_MAX, iscsi_portal_text(&ip, port, portal),
			      r->status_class, r->status_detail);
		fail(m, ret);
		return;
	}
	m->portal = ret->redirect_ip = ip;
	m->port = ret->redirect_port = port;
	/* What a temporarily chosen portal says for good is not said of the configured one. */
	if (permanent && from_home) {
		m->home = ip;
		m->home_port = port;
	}
	ret->redirect = true;
	ret->redirect_permanent = permanent;
	enter(m, ret, ISCSI_IDLE);
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

static void on_status(struct iscsi *m, const struct iscsi_login_response *r,
		      struct iscsi_actions *ret)
{
	const struct iscsi_status *s = iscsi_status_find(r->status_class, r->status_detail);
	char initiator[NAME_QUOTED_MAX] = "";

	if (r->status_class == 1) {
		on_redirect(m, r, ret);
		return;
	}
	if (s->acl)
		(void)text_quote(initiator, sizeof(initiator), span_of(m->config.initiator));
	(void)err_set(&ret->err, status_errno(r->status_class, r->status_detail),
		      "%s (status 0x%02x%02x): %s%s%s", s->cause, r->status_class, r->status_detail,
		      s->remedy, s->acl ? " " : "", initiator);
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
	return stages[m->state].on_key(pair, err);
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

static void on_pdu(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	struct iscsi_login_response r;

	if (iscsi_login_response_decode(ev->bytes, ev->len, &r, &ret->err)) {
		fail(m, ret);
		return;
	}
	if (r.status_class) {
		on_status(m, &r, ret);
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
	if (r.more)
		send_request(m, ret, true);
	else if (!take_text(m, ret))
		fail(m, ret);
	else if (!r.transit)
		send_request(m, ret, false);
	else if (r.next_stage == ISCSI_STAGE_FULL_FEATURE)
		succeed(m, ret, r.tsih);
	else
		enter_stage(m, ret, ISCSI_OPERATIONAL);
}

/* --- events --- */

static void on_start(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	memcpy(m->isid, ev->isid, sizeof(m->isid));
	m->exp_statsn = 0;
	m->tsih = 0;
	m->itt_seen = m->tpgt_seen = false;
	m->n_requests = 0;
	m->conn_error = 0;
	m->len_rx = 0;
	m->deadline_ns = ev->now_ns + login_limit_s(m) * NS_PER_S;
	memset(&m->params, 0, sizeof(m->params));
	iscsi_keys_default(&m->params);
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

static void lost_err(const struct iscsi *m, struct err *err)
{
	/* LIO closes without a status where it offers only CHAP and we only None. */
	bool chap = m->state == ISCSI_SECURITY && m->conn_error == ISCSI_NL_ERR_TARGET_CLOSED;

	(void)err_set(err, ECONNRESET,
		      "connection lost in the %s of the login: %s (kernel error %u): %ssee the "
		      "target's log",
		      iscsi_state_name(m->state), iscsi_nl_conn_error_text(m->conn_error),
		      m->conn_error,
		      chap ? "it may demand CHAP, which this build cannot do yet: " : "");
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
	fail(m, ret);
}

static void in_login(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
{
	switch (ev->kind) {
	case ISCSI_EV_START:
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
	case ISCSI_LOGGED_IN:
	case ISCSI_FAILED:
		ret->ignored = true;
		break;
	}
}
