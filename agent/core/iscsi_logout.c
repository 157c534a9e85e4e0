/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logout Request and Response: RFC 7143 11.14, 11.15. */
#include "core/iscsi_logout.h"

#include <errno.h>

#include "core/bytes.h"

#define OP_LOGOUT_REQUEST 0x46 /* immediate: no CmdSN of its own */
#define OP_LOGOUT_RESPONSE 0x26
#define OP_MASK 0x3f
#define FLAG_FINAL 0x80
#define REASON_CLOSE_SESSION 0
#define NS_PER_MS 1000000ull

/* The kernel puts the task tag, CmdSN and ExpStatSN. */
static void logout_request(uint8_t dst[static ISCSI_LOGOUT_HEADER_LEN])
{
	struct writer w = writer_of(dst, ISCSI_LOGOUT_HEADER_LEN);

	write_u8(&w, OP_LOGOUT_REQUEST);
	write_u8(&w, FLAG_FINAL | REASON_CLOSE_SESSION);
	write_zero(&w, ISCSI_LOGOUT_HEADER_LEN - 2);
}

static void over(struct iscsi_logout *m, struct iscsi_logout_actions *act)
{
	m->state = ISCSI_LOGOUT_DONE;
	m->deadline_ns = UINT64_MAX;
	act->take_down = true;
}

static void ask(struct iscsi_logout *m, uint64_t now_ns, struct iscsi_logout_actions *act)
{
	m->state = ISCSI_LOGOUT_ASKED;
	m->deadline_ns = now_ns + ISCSI_LOGOUT_LIMIT_MS * NS_PER_MS;
	logout_request(act->header);
	act->send = true;
}

static void on_start(struct iscsi_logout *m, const struct iscsi_logout_event *ev,
		     struct iscsi_logout_actions *act)
{
	if (!ev->logged_in) {
		(void)err_set(&act->err, ENOTCONN, "the connection was down");
		over(m, act);
		return;
	}
	m->state = ISCSI_LOGOUT_UNBINDING;
	m->deadline_ns = ev->now_ns + ISCSI_UNBIND_LIMIT_MS * NS_PER_MS;
	act->unbind = true;
}

static void on_pdu(struct iscsi_logout *m, const struct iscsi_logout_event *ev,
		   struct iscsi_logout_actions *act)
{
	struct reader r = reader_of(ev->bytes, ev->len);
	uint8_t opcode = read_u8(&r) & OP_MASK, response;

	(void)read_u8(&r);
	response = read_u8(&r);
	(void)read_bytes(&r, ISCSI_LOGOUT_HEADER_LEN - 3);
	if (r.bad || opcode != OP_LOGOUT_RESPONSE)
		return; /* a ping, an asynchronous message: nothing matters any more but the answer
			 */
	act->clean = response == 0;
	if (!act->clean)
		(void)err_set(&act->err, EPROTO, "the target refuses the logout (response %u)",
			      response);
	over(m, act);
}

static void on_deadline(struct iscsi_logout *m, const struct iscsi_logout_event *ev,
			struct iscsi_logout_actions *act)
{
	if (ev->now_ns < m->deadline_ns)
		return;
	if (m->state == ISCSI_LOGOUT_UNBINDING)
		(void)err_set(&act->err, ETIMEDOUT, "its disks could not be flushed within %u ms",
			      ISCSI_UNBIND_LIMIT_MS);
	else
		(void)err_set(&act->err, ETIMEDOUT,
			      "the target did not answer the logout within %u ms",
			      ISCSI_LOGOUT_LIMIT_MS);
	over(m, act);
}

void iscsi_logout_step(struct iscsi_logout *m, const struct iscsi_logout_event *ev,
		       struct iscsi_logout_actions *ret)
{
	*ret = (struct iscsi_logout_actions){ 0 };
	if (m->state == ISCSI_LOGOUT_DONE ||
	    (m->state == ISCSI_LOGOUT_IDLE) != (ev->kind == ISCSI_LOGOUT_EV_START))
		return;
	switch (ev->kind) {
	case ISCSI_LOGOUT_EV_START:
		on_start(m, ev, ret);
		break;
	case ISCSI_LOGOUT_EV_UNBOUND:
		if (m->state == ISCSI_LOGOUT_UNBINDING)
			ask(m, ev->now_ns, ret);
		break;
	case ISCSI_LOGOUT_EV_PDU:
		if (m->state == ISCSI_LOGOUT_ASKED)
			on_pdu(m, ev, ret);
		break;
	case ISCSI_LOGOUT_EV_CONN_ERROR:
		(void)err_set(&ret->err, ECONNRESET, "%s", ev->text);
		over(m, ret);
		break;
	case ISCSI_LOGOUT_EV_REFUSED:
		/* disks that cannot be taken off beforehand go with the session */
		if (m->state == ISCSI_LOGOUT_UNBINDING) {
			ask(m, ev->now_ns, ret);
			break;
		}
		(void)err_set(&ret->err, EIO, "%s", ev->text);
		over(m, ret);
		break;
	case ISCSI_LOGOUT_EV_DEADLINE:
		on_deadline(m, ev, ret);
		break;
	}
}
