/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Login PDUs: the header written byte for byte, responses captured from tgt 1.0.85, every way a
 * response can be wrong, every status. */
#include "test.h"

#include "core/iscsi_pdu.h"

static void hex_to(const char *hex, uint8_t *dst, size_t *ret_len)
{
	unsigned int v;

	for (*ret_len = 0; sscanf(hex, "%2x", &v) == 1; hex += 2)
		dst[(*ret_len)++] = (uint8_t)v;
}

static void encodes_request(void)
{
	struct iscsi_login_request req = { .transit = true,
					   .stage = ISCSI_STAGE_OPERATIONAL,
					   .next_stage = ISCSI_STAGE_FULL_FEATURE,
					   .isid = { 0, 2, 0x3d, 0, 0, 7 },
					   .itt = 0x01020304,
					   .exp_statsn = 0x0a0b0c0d,
					   .len_data = 0x123 };
	uint8_t got[48], want[64];
	size_t len;

	hex_to("43870000"
	       "00000123"
	       "00023d000007"
	       "0000"
	       "01020304"
	       "00000000"
	       "00000000"
	       "0a0b0c0d"
	       "00000000000000000000000000000000",
	       want, &len);
	iscsi_login_request_encode(&req, got);
	eq_int(len, 48);
	ok(!memcmp(got, want, 48));
	req.transit = false;
	req.stage = ISCSI_STAGE_SECURITY;
	iscsi_login_request_encode(&req, got);
	eq_int(got[1], 0x00);
	req.transit = true;
	req.next_stage = ISCSI_STAGE_OPERATIONAL;
	iscsi_login_request_encode(&req, got);
	eq_int(got[1], 0x81);
}

/* header of tgt's first and second answer; the text follows it padded */
#define TGT_SECURITY                                                                   \
	"238100000000002700023d000001000000000001000000000000000000000000000000010000" \
	"00000000000000000000"
#define TGT_OPERATIONAL                                                                \
	"238700000000011500023d000001010000000001000000000000000100000000000000010000" \
	"00000000000000000000"
#define TGT_NOT_FOUND                                                                  \
	"2300000000000000000000000000000000000001000000000000000000000000000000000203" \
	"00000000000000000000"
#define TGT_REDIRECT                                                                   \
	"230000000000001c000000000000000000000001000000000000000000000000000000000101" \
	"00000000000000000000"

static void decodes_tgt(void)
{
	static const char text[] = "TargetPortalGroupTag=1\0AuthMethod=None\0";
	struct iscsi_login_response r;
	struct err err;
	uint8_t b[400];
	size_t len;

	hex_to(TGT_SECURITY, b, &len);
	eq_int(len, 48);
	memcpy(b + 48, text, 40);
	eq_int(iscsi_login_response_decode(b, 88, &r, &err), 0);
	ok(r.transit && !r.more);
	eq_int(r.stage, 0);
	eq_int(r.next_stage, 1);
	eq_int(r.itt, 1);
	eq_int(r.statsn, 0);
	eq_int(r.tsih, 0);
	eq_int(r.text.len, 39);
	ok(!memcmp(r.text.p, text, 39));

	hex_to(TGT_OPERATIONAL, b, &len);
	memset(b + 48, 'x', 0x118);
	eq_int(iscsi_login_response_decode(b, 48 + 0x118, &r, &err), 0);
	eq_int(r.stage, 1);
	eq_int(r.next_stage, 3);
	eq_int(r.tsih, 0x0100);
	eq_int(r.statsn, 1);
	eq_int(r.text.len, 0x115);

	hex_to(TGT_NOT_FOUND, b, &len);
	eq_int(iscsi_login_response_decode(b, 48, &r, &err), 0);
	eq_int(r.status_class, 2);
	eq_int(r.status_detail, 3);
	ok(!r.transit);

	hex_to(TGT_REDIRECT, b, &len);
	memcpy(b + 48, "TargetAddress=10.0.0.6:3261", 28);
	eq_int(iscsi_login_response_decode(b, 76, &r, &err), 0);
	eq_int(r.status_class, 1);
	eq_int(r.status_detail, 1);
	eq_int(r.text.len, 28);
}

static void refuses_broken(void)
{
	static const struct {
		int at;
		uint8_t value;
		const char *text;
	} rows[] = {
		{ 0, 0x3f, "PDU with opcode 0x3f instead of a login response (reject)" },
		{ 0, 0x20, "PDU with opcode 0x20 instead of a login response" },
		{ 1, 0xc1, "login response with both T and C set (flags 0xc1)" },
		{ 1, 0x80, "login response moves from stage 0 to stage 0" },
		{ 1, 0x85, "login response moves from stage 1 to stage 1" },
		{ 1, 0x84, "login response moves from stage 1 to stage 0" },
		{ 1, 0x82, "login response with a reserved stage (flags 0x82)" },
		{ 1, 0x08, "login response with a reserved stage (flags 0x08)" },
		{ 3, 0x01, "the target speaks iSCSI version 1, not 0" },
		{ 4, 0x01, "login response with 1 additional header words" },
		{ 5, 0x01, "login response with 65575 bytes of text, more than 8192" },
		{ 7, 0x29, "login response cut short: 40 of 41 bytes of text arrived" },
	};
	struct iscsi_login_response r;
	struct err err;
	uint8_t good[88] = { 0 }, b[88];
	size_t len;

	hex_to(TGT_SECURITY, good, &len);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		memset(&r, 0xee, sizeof(r));
		memcpy(b, good, sizeof(b));
		b[rows[i].at] = rows[i].value;
		ok(iscsi_login_response_decode(b, sizeof(b), &r, &err) < 0);
		eq_str(err.text, rows[i].text);
		eq_int(r.status_class, 0xee);
	}
	/* A set immediate bit and Version-max mean nothing in a response. */
	memcpy(b, good, sizeof(b));
	b[0] |= 0x40;
	b[2] = 9;
	eq_int(iscsi_login_response_decode(b, sizeof(b), &r, &err), 0);
	/* NSG without T means nothing. */
	b[1] = 0x02;
	eq_int(iscsi_login_response_decode(b, sizeof(b), &r, &err), 0);
	eq_int(r.next_stage, 0);
	for (size_t n = 0; n < 87; n++) {
		uint8_t exact[88];

		/* text of 39 bytes: 87 is the first length that is whole */
		memcpy(exact, good, n);
		ok(iscsi_login_response_decode(exact, n, &r, &err) < 0);
	}
	eq_int(iscsi_login_response_decode(good, 87, &r, &err), 0);
}

/* With a refusal the rest may be anything: tgt sends CSG 0 and no ISID. */
static void status_beats_fields(void)
{
	struct iscsi_login_response r;
	struct err err;
	uint8_t b[48];
	size_t len;

	hex_to(TGT_NOT_FOUND, b, &len);
	b[1] = 0xca;
	b[3] = 7;
	eq_int(iscsi_login_response_decode(b, 48, &r, &err), 0);
	eq_int(r.status_detail, 3);
	ok(!r.transit && !r.more);
}

static void knows_statuses(void)
{
	static const struct {
		uint8_t class, detail;
		bool acl;
		const char *cause;
	} rows[] = {
		{ 0, 0, false, "accepted" },
		{ 1, 0, false, "target moved" },
		{ 1, 1, false, "target moved temporarily" },
		{ 1, 2, false, "target moved for good" },
		{ 2, 0, true, "target found an unspecified fault in the login" },
		{ 2, 1, true, "authentication failed" },
		{ 2, 2, true, "initiator not authorised" },
		{ 2, 3, true, "target not found" },
		{ 2, 4, false, "target removed" },
		{ 2, 5, false, "version not supported" },
		{ 2, 6, true, "too many connections" },
		{ 2, 7, false, "target misses a parameter in the login" },
		{ 2, 8, false, "target cannot include the connection in a session" },
		{ 2, 9, false, "session type not supported" },
		{ 2, 10, false, "session does not exist" },
		{ 2, 11, false, "request invalid during login" },
		{ 2, 12, true, "target refused the login" },
		{ 3, 0, false, "target hardware or software error" },
		{ 3, 1, false, "service unavailable" },
		{ 3, 2, false, "target out of resources" },
		{ 3, 0xff, false, "target cannot serve the login now" },
		{ 4, 0, false, "status that the protocol does not know" },
		{ 0, 1, false, "status that the protocol does not know" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct iscsi_status *s = iscsi_status_find(rows[i].class, rows[i].detail);

		eq_str(s->cause, rows[i].cause);
		eq_int(s->acl, rows[i].acl);
	}
	for (unsigned int v = 0; v <= 0xffff; v++) {
		const struct iscsi_status *s = iscsi_status_find((uint8_t)(v >> 8), (uint8_t)v);

		ok(s && *s->cause && *s->remedy);
	}
}

int main(void)
{
	RUN(encodes_request);
	RUN(decodes_tgt);
	RUN(refuses_broken);
	RUN(status_beats_fields);
	RUN(knows_statuses);
	return test_end();
}
