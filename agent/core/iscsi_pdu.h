/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Login PDUs as values: the request's header written, the response read and checked as far as one
 * PDU alone allows (RFC 7143 11.12, 11.13), and what a login status means in words. */
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
	ISCSI_OP_LOGIN_RESPONSE = 0x23,
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

struct iscsi_status {
	uint8_t class, detail;
	bool acl; /* an access list on the target can be the cause: say which name was used */
	const char *cause;
	const char *remedy;
};

/* Never NULL: a status that is not in the RFC reads as its class. */
const struct iscsi_status *iscsi_status_find(uint8_t class, uint8_t detail);

#endif
