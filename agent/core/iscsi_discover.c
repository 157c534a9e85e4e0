/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The discovery session. */
#include "core/iscsi_discover.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"
#include "core/iscsi_nl.h"

#define NS_PER_S 1000000000ull
#define TEXT_ITT 2 /* the login's is 1 */

static const char question[] = "SendTargets=All";

void iscsi_discover_init(struct iscsi_discover *d, const struct iscsi_config *config)
{
	struct iscsi_config c = *config;

	c.discovery = true;
	c.tune.header_digest = c.tune.data_digest = DIGEST_NONE;
	memset(d, 0, sizeof(*d));
	iscsi_init(&d->login, &c);
}

uint64_t iscsi_discover_deadline(const struct iscsi_discover *d)
{
	switch (d->state) {
	case ISCSI_DISCOVER_LOGIN:
	case ISCSI_DISCOVER_LOOKUP:
		return iscsi_deadline(&d->login);
	case ISCSI_DISCOVER_ASK:
		return d->deadline_ns;
	case ISCSI_DISCOVER_IDLE:
	case ISCSI_DISCOVER_DONE:
	case ISCSI_DISCOVER_FAILED:
		break;
	}
	return ISCSI_NO_DEADLINE;
}

/* ret->err is complete. */
static void fail(struct iscsi_discover *d, struct iscsi_discover_actions *ret)
{
	ret->len = 0;
	ret->failed = true;
	d->state = ISCSI_DISCOVER_FAILED;
}

/* ret->err is the cause: which portal it was goes in front. */
static void fail_here(struct iscsi_discover *d, struct iscsi_discover_actions *ret)
{
	(void)iscsi_err_wrap(&d->login, &ret->err);
	fail(d, ret);
}

static void send(struct iscsi_discover_actions *ret, const uint8_t header[static ISCSI_BHS_LEN],
		 const void *data, size_t len_data)
{
	struct writer w = writer_of(ret->bytes, sizeof(ret->bytes));

	write_bytes(&w, header, ISCSI_BHS_LEN);
	write_bytes(&w, data, len_data);
	write_zero(&w, (4 - len_data % 4) % 4);
	ret->len = writer_len(&w); /* fits: a PDU of ours is never longer than one of theirs */
}

static void ask(struct iscsi_discover *d, uint32_t ttt, struct iscsi_discover_actions *ret)
{
	bool first = ttt == ISCSI_TAG_NONE;
	struct iscsi_text_request req = { .itt = TEXT_ITT,
					  .ttt = ttt,
					  .exp_statsn = d->exp_statsn,
					  .len_data = first ? sizeof(question) : 0 };
	uint8_t header[ISCSI_BHS_LEN];

	iscsi_text_request_encode(&req, header);
	send(ret, header, question, req.len_data);
}

/* --- the login --- */

static void step_login(struct iscsi_discover *d, const struct iscsi_event *ev,
		       struct iscsi_discover_actions *ret)
{
	struct iscsi_actions act;

	iscsi_step(&d->login, ev, &act);
	if (act.failed) {
		ret->err = act.err;
		fail(d, ret);
	} else if (act.look_up) {
		ret->look_up = true;
		d->state = ISCSI_DISCOVER_LOOKUP;
	} else if (act.redirect || act.again) {
		ret->reconnect = true;
		d->state = ISCSI_DISCOVER_IDLE;
		d->len_rx = 0;
	} else if (act.send) {
		send(ret, act.header, act.data, act.len_data);
	} else if (act.logged_in) {
		d->state = ISCSI_DISCOVER_ASK;
		d->deadline_ns = ev->now_ns + ISCSI_DISCOVER_TEXT_LIMIT_S * NS_PER_S;
		d->exp_statsn = d->login.params.exp_statsn;
		ask(d, ISCSI_TAG_NONE, ret);
	}
}

/* --- the answer --- */

static void finish(struct iscsi_discover *d, struct iscsi_discover_actions *ret)
{
	uint8_t header[ISCSI_BHS_LEN];

	if (!iscsi_targets_end(&d->targets, &ret->err)) {
		fail_here(d, ret);
		return;
	}
	if (!d->targets.n) {
		(void)err_set(&ret->err, ENOENT,
			      "it tells of no target%s: admit on the target initiator %s",
			      d->targets.n_bad ? " with a valid name" : "",
			      d->login.config.initiator);
		fail_here(d, ret);
		return;
	}
	/* its response is not waited for */
	iscsi_logout_request_encode(header);
	send(ret, header, NULL, 0);
	ret->done = true;
	d->state = ISCSI_DISCOVER_DONE;
}

static bool take_text(struct iscsi_discover *d, const struct iscsi_text_response *r,
		      struct err *err)
{
	if (r->itt != TEXT_ITT) {
		(void)err_set(err, EPROTO, "text response with task tag 0x%08x, not 0x%08x", r->itt,
			      TEXT_ITT);
		return false;
	}
	if (d->n_texts++ == ISCSI_DISCOVER_TEXTS_MAX) {
		(void)err_set(err, EPROTO, "no end of its targets after %d responses",
			      ISCSI_DISCOVER_TEXTS_MAX);
		return false;
	}
	if (!r->final && r->ttt == ISCSI_TAG_NONE) {
		(void)err_set(err, EPROTO, "text response that neither ends nor says how to go on");
		return false;
	}
	d->exp_statsn = r->statsn + 1;
	return iscsi_targets_take(&d->targets, r->text, err);
}

static void on_text(struct iscsi_discover *d, size_t len, struct iscsi_discover_actions *ret)
{
	struct iscsi_text_response r;

	if (iscsi_text_response_decode(d->rx, len, &r, &ret->err) < 0 ||
	    !take_text(d, &r, &ret->err))
		fail_here(d, ret);
	else if (r.final)
		finish(d, ret);
	else
		ask(d, r.ttt, ret);
}

/* A whole PDU, in d->rx. */
static void on_pdu(struct iscsi_discover *d, size_t len, uint64_t now_ns,
		   struct iscsi_discover_actions *ret)
{
	struct iscsi_event ev = {
		.kind = ISCSI_EV_PDU, .now_ns = now_ns, .bytes = d->rx, .len = len
	};

	if (d->state == ISCSI_DISCOVER_LOGIN)
		step_login(d, &ev, ret);
	/* a ping within these few ms needs no answer */
	else if (iscsi_pdu_opcode(d->rx) != ISCSI_OP_NOP_IN)
		on_text(d, len, ret);
}

/* At most one PDU of what arrived. */
static void on_bytes(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
		     struct iscsi_discover_actions *ret)
{
	for (;;) {
		bool has_header = d->len_rx >= ISCSI_BHS_LEN;
		size_t want = has_header ? iscsi_pdu_len(d->rx) : ISCSI_BHS_LEN;
		size_t n = ev->len - ret->taken;

		if (!want) {
			(void)err_set(&ret->err, EPROTO,
				      "PDU that is longer than allowed, or no PDU: check that the "
				      "port is that of an iSCSI portal");
			fail_here(d, ret);
			return;
		}
		if (has_header && d->len_rx == want)
			break;
		if (!n)
			return;
		if (n > want - d->len_rx)
			n = want - d->len_rx;
		memcpy(d->rx + d->len_rx, ev->bytes + ret->taken, n);
		d->len_rx += n;
		ret->taken += n;
	}
	on_pdu(d, d->len_rx, ev->now_ns, ret);
	d->len_rx = 0;
}

/* --- events --- */

static void on_closed(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
		      struct iscsi_discover_actions *ret)
{
	struct iscsi_event closed = { .kind = ISCSI_EV_CONN_ERROR,
				      .now_ns = ev->now_ns,
				      .code = ISCSI_NL_ERR_TARGET_CLOSED };
	struct iscsi_actions act;

	if (d->state == ISCSI_DISCOVER_ASK) {
		(void)err_set(&ret->err, ECONNRESET,
			      "connection closed instead of an answer: see the target's log");
		fail_here(d, ret);
		return;
	}
	/* nothing can follow the end of a stream: what it means is said at once */
	iscsi_step(&d->login, &closed, &act);
	closed.kind = ISCSI_EV_DEADLINE;
	closed.now_ns = iscsi_deadline(&d->login);
	step_login(d, &closed, ret);
}

static void on_deadline(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
			struct iscsi_discover_actions *ret)
{
	struct iscsi_event late = { .kind = ISCSI_EV_DEADLINE, .now_ns = ev->now_ns };

	if (d->state != ISCSI_DISCOVER_ASK) {
		step_login(d, &late, ret);
	} else if (ev->now_ns >= d->deadline_ns) {
		(void)err_set(&ret->err, ETIMEDOUT,
			      "logged in, but no answer to SendTargets within %d s",
			      ISCSI_DISCOVER_TEXT_LIMIT_S);
		fail_here(d, ret);
	}
}

static void on_start(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
		     struct iscsi_discover_actions *ret)
{
	struct iscsi_event start = { .kind = ISCSI_EV_START,
				     .now_ns = ev->now_ns,
				     .random = ev->random };

	memcpy(start.isid, ev->isid, sizeof(start.isid));
	memset(&d->targets, 0, sizeof(d->targets));
	d->len_rx = 0;
	d->n_texts = 0;
	d->state = ISCSI_DISCOVER_LOGIN;
	step_login(d, &start, ret);
}

static void on_lookup(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
		      enum iscsi_event_kind kind, struct iscsi_discover_actions *ret)
{
	struct iscsi_event verdict = {
		.kind = kind, .now_ns = ev->now_ns, .ip = ev->ip, .why = ev->why
	};

	if (d->state == ISCSI_DISCOVER_LOOKUP)
		step_login(d, &verdict, ret);
}

void iscsi_discover_step(struct iscsi_discover *d, const struct iscsi_discover_event *ev,
			 struct iscsi_discover_actions *ret)
{
	bool connected = d->state == ISCSI_DISCOVER_LOGIN || d->state == ISCSI_DISCOVER_ASK;

	memset(ret, 0, sizeof(*ret));
	switch (ev->kind) {
	case ISCSI_DISCOVER_EV_START:
		if (d->state == ISCSI_DISCOVER_IDLE)
			on_start(d, ev, ret);
		break;
	case ISCSI_DISCOVER_EV_BYTES:
		if (connected)
			on_bytes(d, ev, ret);
		break;
	case ISCSI_DISCOVER_EV_CLOSED:
		if (connected)
			on_closed(d, ev, ret);
		break;
	case ISCSI_DISCOVER_EV_ADDRESS:
		on_lookup(d, ev, ISCSI_EV_ADDRESS, ret);
		break;
	case ISCSI_DISCOVER_EV_NO_ADDRESS:
		on_lookup(d, ev, ISCSI_EV_NO_ADDRESS, ret);
		break;
	case ISCSI_DISCOVER_EV_DEADLINE:
		if (connected || d->state == ISCSI_DISCOVER_LOOKUP)
			on_deadline(d, ev, ret);
		break;
	}
}
