/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NETLINK_ISCSI messages. struct iscsi_uevent is 56 bytes:
 *   0 type, 4 iferror, 8 transport handle, 16 union u (request), 40 union r (result, event).
 */
#include "core/iscsi_nl.h"

#include <string.h>

#include "core/bytes.h"

#define NLM_F_REQUEST_HE 1
#define OFFSET_R 40
#define CONN 0u
#define LEADING 1u
#define KEVENT_RECV_PDU 101
#define KEVENT_CONN_ERROR 102
#define KEVENT_IF_ERROR 103
#define KEVENT_DESTROY_SESSION 104
#define KEVENT_UNBIND_SESSION 105
#define PDU_HEADER_LEN 48

const char *iscsi_nl_code_name(enum iscsi_nl_code code)
{
	switch (code) {
	case ISCSI_NL_CREATE_SESSION:
		return "create session";
	case ISCSI_NL_DESTROY_SESSION:
		return "destroy session";
	case ISCSI_NL_CREATE_CONN:
		return "create connection";
	case ISCSI_NL_DESTROY_CONN:
		return "destroy connection";
	case ISCSI_NL_BIND_CONN:
		return "bind connection";
	case ISCSI_NL_SET_PARAM:
		return "set parameter";
	case ISCSI_NL_START_CONN:
		return "start connection";
	case ISCSI_NL_STOP_CONN:
		return "stop connection";
	case ISCSI_NL_SEND_PDU:
		return "send PDU";
	case ISCSI_NL_UNBIND_SESSION:
		return "unbind session";
	}
	return "?";
}

/* Union u; what is not written stays 0. */
static void write_u(struct writer *w, const struct iscsi_nl_request *req)
{
	if (req->code == ISCSI_NL_CREATE_SESSION) {
		write_he32(w, req->cmdsn);
		write_he16(w, req->cmds_max);
		write_he16(w, req->queue_depth);
		return;
	}
	write_he32(w, req->sid);
	if (req->code == ISCSI_NL_DESTROY_SESSION || req->code == ISCSI_NL_UNBIND_SESSION)
		return;
	write_he32(w, CONN);
	switch (req->code) {
	case ISCSI_NL_BIND_CONN:
		write_he64(w, req->fd);
		write_he32(w, LEADING);
		break;
	case ISCSI_NL_SET_PARAM:
		write_he32(w, req->param);
		write_he32(w, (uint32_t)strlen(req->value) + 1);
		break;
	case ISCSI_NL_STOP_CONN:
		write_he64(w, 0); /* conn_handle: unused */
		write_he32(w, (uint32_t)req->stop);
		break;
	case ISCSI_NL_SEND_PDU:
		write_he32(w, PDU_HEADER_LEN);
		write_he32(w, (uint32_t)req->len_pdu_data);
		break;
	case ISCSI_NL_CREATE_SESSION:
	case ISCSI_NL_DESTROY_SESSION:
	case ISCSI_NL_CREATE_CONN:
	case ISCSI_NL_DESTROY_CONN:
	case ISCSI_NL_START_CONN:
	case ISCSI_NL_UNBIND_SESSION:
		break;
	}
}

static size_t payload_len(const struct iscsi_nl_request *req)
{
	if (req->code == ISCSI_NL_SET_PARAM)
		return strlen(req->value) + 1;
	return req->code == ISCSI_NL_SEND_PDU ? PDU_HEADER_LEN + req->len_pdu_data : 0;
}

size_t iscsi_nl_encode(const struct iscsi_nl_request *req, uint64_t transport, uint32_t seq,
		       uint8_t *dst, size_t size)
{
	struct writer w = writer_of(dst, size);
	size_t len = ISCSI_NL_HEAD_LEN + ISCSI_NL_EVENT_LEN + payload_len(req);

	write_he32(&w, (uint32_t)len);
	write_he16(&w, (uint16_t)req->code);
	write_he16(&w, NLM_F_REQUEST_HE);
	write_he32(&w, seq);
	write_he32(&w, 0); /* from: the kernel knows */
	write_he32(&w, (uint32_t)req->code);
	write_he32(&w, 0);
	write_he64(&w, transport);
	write_u(&w, req);
	if (!w.full)
		write_zero(&w, ISCSI_NL_HEAD_LEN + ISCSI_NL_EVENT_LEN - writer_len(&w));
	if (req->code == ISCSI_NL_SET_PARAM)
		write_bytes(&w, req->value, strlen(req->value) + 1);
	if (req->code == ISCSI_NL_SEND_PDU) {
		write_bytes(&w, req->pdu_header, PDU_HEADER_LEN);
		write_bytes(&w, req->pdu_data, req->len_pdu_data);
	}
	return w.full ? 0 : len;
}

/* Replies carry the request's code in the netlink header, events 0 there. A refusal has type
 * IF_ERROR and a negative errno; bind, start and send also answer in the result. */
static void read_reply(struct iscsi_nl_message *m, uint32_t type, uint32_t iferror,
		       struct reader *r)
{
	uint32_t result = read_he32(r);

	m->kind = ISCSI_NL_REPLY;
	if (type == KEVENT_IF_ERROR) {
		m->error = iferror ? 0u - iferror : 5 /* EIO */;
		return;
	}
	switch ((enum iscsi_nl_code)m->code) {
	case ISCSI_NL_CREATE_SESSION:
		m->sid = result;
		m->host_no = read_he32(r);
		break;
	case ISCSI_NL_BIND_CONN:
	case ISCSI_NL_SET_PARAM:
	case ISCSI_NL_START_CONN:
	case ISCSI_NL_STOP_CONN:
	case ISCSI_NL_SEND_PDU:
		m->error = (int32_t)result < 0 ? 0u - result : result;
		break;
	case ISCSI_NL_DESTROY_SESSION:
	case ISCSI_NL_CREATE_CONN:
	case ISCSI_NL_DESTROY_CONN:
	case ISCSI_NL_UNBIND_SESSION:
		break;
	}
}

static void read_event(struct iscsi_nl_message *m, uint32_t type, struct reader *r)
{
	m->kind = ISCSI_NL_OTHER;
	if (type == KEVENT_DESTROY_SESSION) {
		(void)read_he32(r); /* host: the order is reversed here */
		m->sid = read_he32(r);
		m->kind = ISCSI_NL_SESSION_GONE;
	} else if (type == KEVENT_UNBIND_SESSION) {
		m->sid = read_he32(r);
		m->kind = ISCSI_NL_SESSION_UNBOUND;
	} else if (type == KEVENT_CONN_ERROR) {
		m->sid = read_he32(r);
		(void)read_he32(r);
		m->conn_error = read_he32(r);
		m->kind = ISCSI_NL_CONN_ERROR;
	} else if (type == KEVENT_RECV_PDU) {
		m->sid = read_he32(r);
		m->kind = ISCSI_NL_RECV_PDU;
	}
}

bool iscsi_nl_decode(const uint8_t *bytes, size_t len, struct iscsi_nl_message *ret)
{
	struct reader head = reader_of(bytes, len), event, result;
	struct iscsi_nl_message m = { 0 };
	uint32_t len_message, type, iferror;

	len_message = read_he32(&head);
	if (head.bad || len_message > len || len_message < ISCSI_NL_HEAD_LEN + ISCSI_NL_EVENT_LEN)
		return false;
	m.code = read_he16(&head);
	(void)read_bytes(&head, 10);
	event = read_sub(&head, ISCSI_NL_EVENT_LEN);
	result = event;
	type = read_he32(&event);
	iferror = read_he32(&event);
	m.transport = read_he64(&event);
	(void)read_bytes(&result, OFFSET_R);
	if (m.code)
		read_reply(&m, type, iferror, &result);
	else
		read_event(&m, type, &result);
	if (m.kind == ISCSI_NL_RECV_PDU) {
		m.pdu = head.p;
		m.len_pdu = len_message - ISCSI_NL_HEAD_LEN - ISCSI_NL_EVENT_LEN;
	}
	*ret = m;
	return true;
}

/* enum iscsi_err of the kernel's iscsi_if.h */
const char *iscsi_nl_conn_error_text(uint32_t code)
{
	static const struct {
		uint32_t code;
		const char *text;
	} rows[] = {
		{ 1001, "data sequence number wrong" },
		{ 1002, "data offset wrong" },
		{ 1003, "command sequence window wrong" },
		{ 1004, "header segment wrong" },
		{ 1005, "PDU with a wrong opcode" },
		{ 1006, "PDU with a wrong data length" },
		{ 1007, "additional header too long" },
		{ 1008, "protocol broken by the target" },
		{ 1009, "logical unit wrong" },
		{ 1010, "PDU with a wrong task tag" },
		{ ISCSI_NL_ERR_CONN_FAILED, "connection failed" },
		{ 1012, "R2T sequence number wrong" },
		{ 1013, "session failed" },
		{ 1014, "header digest wrong" },
		{ 1015, "data digest wrong" },
		{ 1016, "parameter not found" },
		{ 1017, "no such command" },
		{ 1018, "SCSI host gone" },
		{ 1019, "sending failed" },
		{ ISCSI_NL_ERR_TARGET_CLOSED, "the target closed the connection" },
		{ 1021, "SCSI error recovery dropped the session" },
		{ 1022, "no answer to a ping" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].code == code)
			return rows[i].text;
	return "connection failed";
}
