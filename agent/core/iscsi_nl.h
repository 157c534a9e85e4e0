/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages of NETLINK_ISCSI as values: requests encoded, replies and events decoded (the kernel's
 * include/scsi/iscsi_if.h, the layout of 64-bit machines). Knows bytes, not sockets. */
#ifndef NETROOT_CORE_ISCSI_NL_H
#define NETROOT_CORE_ISCSI_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISCSI_NL_HEAD_LEN 16 /* struct nlmsghdr */
#define ISCSI_NL_EVENT_LEN 56 /* struct iscsi_uevent */
#define ISCSI_NL_PDU_MAX (48 + 8192)
#define ISCSI_NL_MESSAGE_MAX (ISCSI_NL_HEAD_LEN + ISCSI_NL_EVENT_LEN + ISCSI_NL_PDU_MAX)

enum iscsi_nl_code {
	ISCSI_NL_CREATE_SESSION = 11,
	ISCSI_NL_DESTROY_SESSION = 12,
	ISCSI_NL_CREATE_CONN = 13,
	ISCSI_NL_DESTROY_CONN = 14,
	ISCSI_NL_BIND_CONN = 15,
	ISCSI_NL_SET_PARAM = 16,
	ISCSI_NL_START_CONN = 17,
	ISCSI_NL_STOP_CONN = 18,
	ISCSI_NL_SEND_PDU = 19,
	ISCSI_NL_UNBIND_SESSION = 27 /* takes its disks off, later; SESSION_UNBOUND tells when */
};

enum iscsi_nl_stop { ISCSI_NL_STOP_TERM = 1, ISCSI_NL_STOP_RECOVER = 3 };

/* What the code uses; the rest is 0. The connection is always number 0. */
struct iscsi_nl_request {
	enum iscsi_nl_code code;
	uint32_t sid; /* all but CREATE_SESSION */
	uint32_t cmdsn; /* CREATE_SESSION */
	uint16_t cmds_max, queue_depth;
	uint64_t fd; /* BIND_CONN: a descriptor of the sender */
	enum iscsi_nl_stop stop; /* STOP_CONN */
	uint32_t param; /* SET_PARAM */
	const char *value;
	const uint8_t *pdu_header; /* SEND_PDU: 48 bytes */
	const uint8_t *pdu_data;
	size_t len_pdu_data;
};

/* The message and its length, or 0 where it does not fit. transport: the handle sysfs gives. */
size_t iscsi_nl_encode(const struct iscsi_nl_request *req, uint64_t transport, uint32_t seq,
		       uint8_t *dst, size_t size);
/* "create session" and the like, for messages. */
const char *iscsi_nl_code_name(enum iscsi_nl_code code);

enum iscsi_nl_kind {
	ISCSI_NL_REPLY,
	ISCSI_NL_RECV_PDU,
	ISCSI_NL_CONN_ERROR,
	ISCSI_NL_SESSION_GONE,
	ISCSI_NL_SESSION_UNBOUND,
	ISCSI_NL_OTHER /* an event that means nothing here */
};

struct iscsi_nl_message {
	enum iscsi_nl_kind kind;
	uint32_t code; /* REPLY: of the request */
	uint32_t error; /* REPLY: positive errno of a refusal, 0: done */
	uint64_t transport;
	uint32_t sid; /* CREATE_SESSION's reply, and all events but OTHER */
	uint32_t host_no; /* CREATE_SESSION's reply */
	uint32_t conn_error; /* CONN_ERROR: iscsi_err */
	const uint8_t *pdu; /* RECV_PDU: header and data, padding behind; within the bytes given */
	size_t len_pdu;
};

/* One datagram. False: not such a message. */
bool iscsi_nl_decode(const uint8_t *bytes, size_t len, struct iscsi_nl_message *ret);

#define ISCSI_NL_ERR_CONN_FAILED 1011
#define ISCSI_NL_ERR_TARGET_CLOSED 1020
/* What the kernel's iscsi_err means, in words. */
const char *iscsi_nl_conn_error_text(uint32_t code);

#endif
