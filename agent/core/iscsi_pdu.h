/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDUs as values: requests of login and logout written, responses and the target's own messages
 * read and checked as far as one PDU alone allows (RFC 7143 11.9, 11.12 to 11.15), and what a login
 * status means in words. */
#ifndef NETROOT_CORE_ISCSI_PDU_H
#define NETROOT_CORE_ISCSI_PDU_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

#define ISCSI_BHS_LEN 48
#define ISCSI_LOGIN_DATA_MAX 8192 /* RFC 7143 13.12: the default, which holds while logging in */
#define ISCSI_ISID_LEN 6

enum iscsi_opcode {
	ISCSI_OP_LOGIN_REQUEST = 0x03,
	ISCSI_OP_TEXT_REQUEST = 0x04,
	ISCSI_OP_LOGOUT_REQUEST = 0x06,
	ISCSI_OP_NOP_IN = 0x20,
	ISCSI_OP_LOGIN_RESPONSE = 0x23,
	ISCSI_OP_TEXT_RESPONSE = 0x24,
	ISCSI_OP_LOGOUT_RESPONSE = 0x26,
	ISCSI_OP_ASYNC = 0x32,
	ISCSI_OP_REJECT = 0x3f
};

/* CSG and NSG; 2 is reserved. */
enum iscsi_stage {
	ISCSI_STAGE_SECURITY = 0,
	ISCSI_STAGE_OPERATIONAL = 1,
	ISCSI_STAGE_FULL_FEATURE = 3
};

struct iscsi_login_request {
	bool transit; /* T: ready for next_stage */
	bool more; /* C: the text goes on in the next one; not with T */
	enum iscsi_stage stage, next_stage;
	uint8_t isid[ISCSI_ISID_LEN];
	uint16_t tsih; /* 0: a new session */
	uint32_t itt;
	uint32_t exp_statsn;
	uint32_t len_data;
};

void iscsi_login_request_encode(const struct iscsi_login_request *req,
				uint8_t dst[static ISCSI_BHS_LEN]);

struct iscsi_login_response {
	bool transit, more; /* T, C */
	enum iscsi_stage stage, next_stage; /* next_stage: only with transit */
	uint16_t tsih;
	uint32_t itt;
	uint32_t statsn;
	uint8_t status_class, status_detail;
	struct span text; /* the data segment, within the bytes given */
};

/*
 * bytes: header and data, padding allowed behind. With a status other than success only itt, the
 * status and the text are read: RFC 7143 11.13 leaves the rest undefined. Otherwise -EPROTO and
 * *err says what is wrong with the PDU.
 */
int iscsi_login_response_decode(const uint8_t *bytes, size_t len, struct iscsi_login_response *ret,
				struct err *err);

#define ISCSI_TAG_NONE 0xffffffffu

/* A request for text in full feature phase (RFC 7143 11.10), whole; immediate, so that no CmdSN is
 * used up. ttt: of the response that it goes on from, or ISCSI_TAG_NONE. */
struct iscsi_text_request {
	uint32_t itt, ttt;
	uint32_t exp_statsn;
	uint32_t len_data;
};

void iscsi_text_request_encode(const struct iscsi_text_request *req,
			       uint8_t dst[static ISCSI_BHS_LEN]);

struct iscsi_text_response {
	bool final; /* F; without it the text may go on in the next one */
	uint32_t itt, ttt;
	uint32_t statsn;
	struct span text; /* the data segment, within the bytes given */
};

/* bytes: one PDU, header and data. -EPROTO and *err say what is wrong with it. */
int iscsi_text_response_decode(const uint8_t *bytes, size_t len, struct iscsi_text_response *ret,
			       struct err *err);

/* How long a PDU is with its data and padding, by its header; 0: longer than what was declared
 * here, or with a header segment that nothing here asked for. */
size_t iscsi_pdu_len(const uint8_t header[static ISCSI_BHS_LEN]);
/* The opcode of a header. */
enum iscsi_opcode iscsi_pdu_opcode(const uint8_t header[static ISCSI_BHS_LEN]);

/* Closes the session (RFC 7143 11.14); the kernel fills in tag and sequence numbers. */
void iscsi_logout_request_encode(uint8_t dst[static ISCSI_BHS_LEN]);

/* RFC 7143 11.9.1 */
enum iscsi_async_event {
	ISCSI_ASYNC_SCSI = 0,
	ISCSI_ASYNC_LOGOUT = 1, /* log out within param3 seconds */
	ISCSI_ASYNC_DROP_CONN = 2, /* it will be: come back after param2 seconds */
	ISCSI_ASYNC_DROP_ALL = 3,
	ISCSI_ASYNC_NEGOTIATE = 4,
};

struct iscsi_async {
	uint8_t event;
	uint16_t param1, param2, param3;
};

/* False: not such a PDU. */
bool iscsi_async_decode(const uint8_t *bytes, size_t len, struct iscsi_async *ret);
/* ret: the seconds to wait before the next login. False: not such a PDU. */
bool iscsi_logout_response_decode(const uint8_t *bytes, size_t len, uint16_t *ret_time2wait_s);

struct iscsi_status {
	uint8_t class, detail;
	bool acl; /* an access list on the target can be the cause: say which name was used */
	const char *cause;
	const char *remedy;
};

/* Never NULL: a status that is not in the RFC reads as its class. */
const struct iscsi_status *iscsi_status_find(uint8_t class, uint8_t detail);

#endif
