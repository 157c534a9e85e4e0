/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDUs of login and logout, and the target's messages (RFC 7143 11.9, 11.12 to 11.15). */
#include "core/iscsi_pdu.h"

#include <errno.h>
#include <string.h>

#include "core/bytes.h"

#define OP_IMMEDIATE 0x40
#define OP_MASK 0x3f
#define FLAG_TRANSIT 0x80
#define FLAG_CONTINUE 0x40
#define FLAG_FINAL 0x80

void iscsi_login_request_encode(const struct iscsi_login_request *req,
				uint8_t dst[static ISCSI_BHS_LEN])
{
	struct writer w = writer_of(dst, ISCSI_BHS_LEN);
	unsigned int flags = (unsigned int)req->stage << 2;

	if (req->transit)
		flags |= FLAG_TRANSIT | (unsigned int)req->next_stage;
	if (req->more)
		flags |= FLAG_CONTINUE;
	write_u8(&w, OP_IMMEDIATE | ISCSI_OP_LOGIN_REQUEST);
	write_u8(&w, (uint8_t)flags);
	write_u8(&w, 0); /* Version-max, Version-min: 0 is the only one there is */
	write_u8(&w, 0);
	write_u8(&w, 0); /* no additional header segments */
	write_be24(&w, req->len_data);
	write_bytes(&w, req->isid, ISCSI_ISID_LEN);
	write_be16(&w, req->tsih);
	write_be32(&w, req->itt);
	write_be16(&w, 0); /* CID: one connection, number 0 */
	write_be16(&w, 0);
	write_be32(&w, 0); /* CmdSN: the kernel puts its own */
	write_be32(&w, req->exp_statsn);
	write_zero(&w, 16);
}

void iscsi_logout_request_encode(uint8_t dst[static ISCSI_BHS_LEN])
{
	struct writer w = writer_of(dst, ISCSI_BHS_LEN);

	write_u8(&w, OP_IMMEDIATE | ISCSI_OP_LOGOUT_REQUEST);
	write_u8(&w, FLAG_FINAL); /* reason 0: close the session */
	write_zero(&w, ISCSI_BHS_LEN - 2);
}

void iscsi_text_request_encode(const struct iscsi_text_request *req,
			       uint8_t dst[static ISCSI_BHS_LEN])
{
	struct writer w = writer_of(dst, ISCSI_BHS_LEN);

	write_u8(&w, OP_IMMEDIATE | ISCSI_OP_TEXT_REQUEST);
	write_u8(&w, FLAG_FINAL);
	write_zero(&w, 3);
	write_be24(&w, req->len_data);
	write_zero(&w, 8); /* LUN: of the response that it goes on from, which is no LUN's either */
	write_be32(&w, req->itt);
	write_be32(&w, req->ttt);
	write_be32(&w, 0); /* CmdSN: the login's, which an immediate request does not use up */
	write_be32(&w, req->exp_statsn);
	write_zero(&w, 16);
}

int iscsi_text_response_decode(const uint8_t *bytes, size_t len, struct iscsi_text_response *ret,
			       struct err *err)
{
	struct reader r = reader_of(bytes, len);
	struct iscsi_text_response v = { 0 };
	uint8_t opcode = read_u8(&r) & OP_MASK, flags = read_u8(&r);
	uint32_t len_data;
	const uint8_t *data;

	(void)read_bytes(&r, 3);
	len_data = read_be24(&r);
	(void)read_bytes(&r, 8);
	v.itt = read_be32(&r);
	v.ttt = read_be32(&r);
	v.statsn = read_be32(&r);
	(void)read_bytes(&r, 20);
	data = read_bytes(&r, len_data);
	if (r.bad)
		return err_set(err, EPROTO, "text response of %zu bytes is cut short", len);
	if (opcode != ISCSI_OP_TEXT_RESPONSE)
		return err_set(err, EPROTO, "PDU with opcode 0x%02x instead of a text response%s",
			       opcode, opcode == ISCSI_OP_REJECT ? " (reject)" : "");
	v.final = flags & FLAG_FINAL;
	if (v.final && flags & FLAG_CONTINUE)
		return err_set(err, EPROTO, "text response with both F and C set (flags 0x%02x)",
			       flags);
	v.text = (struct span){ (const char *)data, len_data };
	*ret = v;
	return 0;
}

size_t iscsi_pdu_len(const uint8_t header[static ISCSI_BHS_LEN])
{
	struct reader r = reader_of(header, ISCSI_BHS_LEN);
	uint8_t len_ahs;
	uint32_t len_data;

	(void)read_bytes(&r, 4);
	len_ahs = read_u8(&r);
	len_data = read_be24(&r);
	if (len_ahs || len_data > ISCSI_LOGIN_DATA_MAX)
		return 0;
	return ISCSI_BHS_LEN + ((len_data + 3) & ~3u);
}

enum iscsi_opcode iscsi_pdu_opcode(const uint8_t header[static ISCSI_BHS_LEN])
{
	return (enum iscsi_opcode)(header[0] & OP_MASK);
}

bool iscsi_async_decode(const uint8_t *bytes, size_t len, struct iscsi_async *ret)
{
	struct reader r = reader_of(bytes, len);
	uint8_t opcode = read_u8(&r) & OP_MASK;
	struct iscsi_async v;

	(void)read_bytes(&r, 35);
	v.event = read_u8(&r);
	(void)read_u8(&r); /* the vendor's code */
	v.param1 = read_be16(&r);
	v.param2 = read_be16(&r);
	v.param3 = read_be16(&r);
	(void)read_bytes(&r, 4);
	if (r.bad || opcode != ISCSI_OP_ASYNC)
		return false;
	*ret = v;
	return true;
}

bool iscsi_logout_response_decode(const uint8_t *bytes, size_t len, uint16_t *ret_time2wait_s)
{
	struct reader r = reader_of(bytes, len);
	uint8_t opcode = read_u8(&r) & OP_MASK;
	uint16_t time2wait_s;

	(void)read_bytes(&r, 39);
	time2wait_s = read_be16(&r);
	(void)read_bytes(&r, 6);
	if (r.bad || opcode != ISCSI_OP_LOGOUT_RESPONSE)
		return false;
	*ret_time2wait_s = time2wait_s;
	return true;
}

static bool stage_of(unsigned int bits, enum iscsi_stage *ret)
{
	if (bits == 2)
		return false;
	*ret = (enum iscsi_stage)bits;
	return true;
}

/* The fields that only mean something where the status is success. */
static int check_success(const struct iscsi_login_response *r, uint8_t flags, uint8_t version,
			 struct err *err)
{
	if (version)
		return err_set(err, EPROTO, "the target speaks iSCSI version %u, not 0", version);
	if (r->transit && r->more)
		return err_set(err, EPROTO, "login response with both T and C set (flags 0x%02x)",
			       flags);
	if (r->transit && r->next_stage <= r->stage)
		return err_set(err, EPROTO, "login response moves from stage %u to stage %u",
			       (unsigned int)r->stage, (unsigned int)r->next_stage);
	return 0;
}

int iscsi_login_response_decode(const uint8_t *bytes, size_t len, struct iscsi_login_response *ret,
				struct err *err)
{
	struct reader r = reader_of(bytes, len);
	struct iscsi_login_response v = { 0 };
	uint8_t opcode, flags, version, len_ahs;
	uint32_t len_data;
	bool stages;
	const uint8_t *data;

	opcode = read_u8(&r) & OP_MASK;
	flags = read_u8(&r);
	(void)read_u8(&r); /* Version-max: what it could speak */
	version = read_u8(&r);
	len_ahs = read_u8(&r);
	len_data = read_be24(&r);
	(void)read_bytes(&r, ISCSI_ISID_LEN);
	v.tsih = read_be16(&r);
	v.itt = read_be32(&r);
	(void)read_be32(&r);
	v.statsn = read_be32(&r);
	(void)read_be32(&r); /* ExpCmdSN, MaxCmdSN: the kernel keeps them */
	(void)read_be32(&r);
	v.status_class = read_u8(&r);
	v.status_detail = read_u8(&r);
	(void)read_bytes(&r, 10);
	if (r.bad)
		return err_set(err, EPROTO, "PDU of %zu bytes, shorter than a header", len);
	if (opcode != ISCSI_OP_LOGIN_RESPONSE)
		return err_set(err, EPROTO, "PDU with opcode 0x%02x instead of a login response%s",
			       opcode, opcode == ISCSI_OP_REJECT ? " (reject)" : "");
	/* The kernel hands over header and data; a header segment between them would be read as
	 * text. RFC 7143 11.13 knows none for a login. */
	if (len_ahs)
		return err_set(err, EPROTO, "login response with %u additional header words",
			       len_ahs);
	if (len_data > ISCSI_LOGIN_DATA_MAX)
		return err_set(err, EPROTO, "login response with %u bytes of text, more than %u",
			       len_data, ISCSI_LOGIN_DATA_MAX);
	data = read_bytes(&r, len_data);
	if (!data)
		return err_set(err, EPROTO,
			       "login response cut short: %zu of %u bytes of text arrived",
			       len - ISCSI_BHS_LEN, len_data);
	v.text = (struct span){ (const char *)data, len_data };
	if (!v.status_class) {
		v.transit = flags & FLAG_TRANSIT;
		v.more = flags & FLAG_CONTINUE;
		stages = stage_of(flags >> 2 & 3, &v.stage);
		if (v.transit)
			stages = stages && stage_of(flags & 3, &v.next_stage);
		if (!stages)
			return err_set(err, EPROTO,
				       "login response with a reserved stage (flags 0x%02x)",
				       flags);
		if (check_success(&v, flags, version, err))
			return -EPROTO;
	}
	*ret = v;
	return 0;
}

#define ANY_DETAIL 0xff /* the row for what the RFC does not list in that class */

/* RFC 7143 11.13.5. The remedy of a row with acl reads on to the initiator's name. */
static const struct iscsi_status statuses[] = {
	{ 0x00, 0x00, false, "accepted", "nothing to do" },
	{ 0x01, 0x01, false, "target moved temporarily", "check the array's virtual addresses" },
	{ 0x01, 0x02, false, "target moved for good", "update the root path to the new address" },
	{ 0x01, ANY_DETAIL, false, "target moved", "check the array's virtual addresses" },
	{ 0x02, 0x00, true, "target found an unspecified fault in the login",
	  "see the target's log for a key it cannot accept, or for initiator" },
	/* the remedy depends on how far CHAP came: iscsi_chap_remedy() */
	{ 0x02, 0x01, true, "authentication failed", "check the CHAP settings of initiator" },
	{ 0x02, 0x02, true, "initiator not authorised",
	  "set the initiator name it expects (DHCP option 203), or admit on the target initiator" },
	/* tgt answers this, not 0x0202, to an initiator that is not in its list. */
	{ 0x02, 0x03, true, "target not found",
	  "check the IQN, and that the target is on this portal and open to initiator" },
	{ 0x02, 0x04, false, "target removed", "restore the target, or change the root path" },
	{ 0x02, 0x05, false, "version not supported",
	  "check that the port is that of an iSCSI "
	  "target" },
	/* of this name and ISID: machines made of one image may have one name */
	{ 0x02, 0x06, true, "too many connections",
	  "wait for an old session to end, raise the target's limit, or see whether another machine "
	  "is initiator" },
	{ 0x02, 0x07, false, "target misses a parameter in the login",
	  "see the target's log for the key it wants" },
	{ 0x02, 0x08, false, "target cannot include the connection in a session",
	  "check the target's portal groups" },
	{ 0x02, 0x09, false, "session type not supported",
	  "the portal is for discovery only: use one that serves the target" },
	{ 0x02, 0x0a, false, "session does not exist", "the target lost the session: try again" },
	{ 0x02, 0x0b, false, "request invalid during login",
	  "see the target's log: one side breaks the protocol" },
	{ 0x02, ANY_DETAIL, true, "target refused the login",
	  "see the target's log for initiator" },
	{ 0x03, 0x00, false, "target hardware or software error", "see the target's log" },
	/* LIO answers this, not 0x0203, where the target exists but not on the portal asked. */
	{ 0x03, 0x01, false, "service unavailable",
	  "the target is starting, off, not on this portal, or still holds the last session" },
	{ 0x03, 0x02, false, "target out of resources",
	  "end sessions nobody uses, or raise the target's limit" },
	{ 0x03, ANY_DETAIL, false, "target cannot serve the login now", "see the target's log" },
};

const struct iscsi_status *iscsi_status_find(uint8_t class, uint8_t detail)
{
	static const struct iscsi_status unknown = { 0, 0, false,
						     "status that the protocol does not know",
						     "see the target's log" };

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		const struct iscsi_status *s = &statuses[i];

		if (s->class == class &&
		    (s->detail == detail || (s->detail == ANY_DETAIL && class)))
			return s;
	}
	return &unknown;
}
