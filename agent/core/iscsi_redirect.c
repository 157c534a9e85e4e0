/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a target that has moved sends a login (RFC 7143 11.13.5, class 1). */
#include <errno.h>

#include "core/iscsi_address.h"
#include "core/iscsi_machine.h"

#define NS_PER_S 1000000000ull
/* Whoever looks a name up has a limit of his own; this one is for a verdict that never comes. */
#define LOOKUP_LIMIT_NS (60 * NS_PER_S)

/* What the redirection of this status is about, in front of what is wrong with it. */
static void fail_redirect(struct iscsi *m, uint8_t detail, struct iscsi_actions *ret)
{
	(void)err_wrap(&ret->err, "%s (status 0x01%02x)", iscsi_status_find(1, detail)->cause,
		       detail);
	iscsi_fail(m, ret);
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
	iscsi_enter(m, ret, ISCSI_IDLE);
}

static void look_up(struct iscsi *m, uint16_t port, uint8_t detail, uint64_t now_ns,
		    struct iscsi_actions *ret)
{
	m->lookup_port = port;
	m->lookup_detail = detail;
	ret->look_up = true;
	iscsi_enter(m, ret, ISCSI_LOOKUP);
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

void iscsi_on_redirect(struct iscsi *m, const struct iscsi_login_response *r, uint64_t now_ns,
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
		iscsi_fail(m, ret);
		return;
	}
	if (where.ip.family != IP_NONE)
		go_to(m, &where.ip, where.port, r->status_detail, ret);
	else
		look_up(m, where.port, r->status_detail, now_ns, ret);
}

void iscsi_in_lookup(struct iscsi *m, const struct iscsi_event *ev, struct iscsi_actions *ret)
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
