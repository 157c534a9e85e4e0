/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NETLINK_ISCSI messages against the kernel's layout. struct uevent below is that layout once more,
 * written as a C struct; the offsets asserted are those a 64-bit kernel was seen to use.
 */
#include "test.h"

#include "core/iscsi_nl.h"

struct uevent {
	uint32_t type, iferror;
	uint64_t transport_handle;
	union {
		struct {
			uint32_t initial_cmdsn;
			uint16_t cmds_max, queue_depth;
		} c_session;
		struct {
			uint32_t sid, cid;
			uint64_t transport_eph;
			uint32_t is_leading;
		} b_conn;
		struct {
			uint32_t sid, cid, param, len;
		} set_param;
		struct {
			uint32_t sid, cid;
			uint64_t conn_handle;
			uint32_t flag;
		} stop_conn;
		struct {
			uint32_t sid, cid, hdr_size, data_size;
		} send_pdu;
		uint64_t size[3];
	} u;
	union {
		struct {
			uint32_t sid, host_no;
		} c_session_ret;
		struct {
			uint32_t host_no, sid;
		} d_session;
		struct {
			uint32_t sid, host_no;
		} unbind_session;
		struct {
			uint32_t sid, cid, error;
		} connerror;
		int32_t retcode;
		uint64_t size[2];
	} r;
};

_Static_assert(sizeof(struct uevent) == 56, "size");
_Static_assert(offsetof(struct uevent, u) == 16, "u");
_Static_assert(offsetof(struct uevent, r) == 40, "r");
_Static_assert(offsetof(struct uevent, u.b_conn.transport_eph) == 24, "fd");
_Static_assert(offsetof(struct uevent, u.b_conn.is_leading) == 32, "leading");
_Static_assert(offsetof(struct uevent, u.stop_conn.flag) == 32, "flag");
_Static_assert(offsetof(struct uevent, r.connerror.error) == 48, "error");

#define TRANSPORT 0xffffffffc0a81234ull

struct message {
	uint32_t len;
	uint16_t type, flags;
	uint32_t seq, pid;
	struct uevent ev;
	uint8_t payload[256];
};

static struct message sent;

static size_t encode(const struct iscsi_nl_request *req)
{
	uint8_t b[sizeof(sent)];
	size_t len = iscsi_nl_encode(req, TRANSPORT, 9, b, sizeof(b));

	memset(&sent, 0xaa, sizeof(sent));
	memcpy(&sent, b, len);
	eq_int(sent.len, len);
	eq_int(sent.type, req->code);
	eq_int(sent.flags, 1);
	eq_int(sent.seq, 9);
	eq_int(sent.ev.type, req->code);
	ok(sent.ev.transport_handle == TRANSPORT);
	ok(!sent.ev.r.size[0] && !sent.ev.r.size[1]);
	return len;
}

static void requests_without_payload(void)
{
	eq_int(encode(&(struct iscsi_nl_request){
		       .code = ISCSI_NL_CREATE_SESSION, .cmds_max = 128, .queue_depth = 32 }),
	       72);
	eq_int(sent.type, 11);
	eq_int(sent.ev.u.c_session.initial_cmdsn, 0);
	eq_int(sent.ev.u.c_session.cmds_max, 128);
	eq_int(sent.ev.u.c_session.queue_depth, 32);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_CREATE_CONN, .sid = 5 }), 72);
	eq_int(sent.type, 13);
	eq_int(sent.ev.u.b_conn.sid, 5);
	eq_int(sent.ev.u.b_conn.cid, 0);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_BIND_CONN, .sid = 5, .fd = 17 }),
	       72);
	eq_int(sent.type, 15);
	eq_int(sent.ev.u.b_conn.sid, 5);
	eq_int(sent.ev.u.b_conn.transport_eph, 17);
	eq_int(sent.ev.u.b_conn.is_leading, 1);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_UNBIND_SESSION, .sid = 6 }), 72);
	eq_int(sent.type, 27);
	eq_int(sent.ev.u.b_conn.sid, 6);
	ok(!sent.ev.u.size[1] && !sent.ev.u.size[2]);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_START_CONN, .sid = 5 }), 72);
	eq_int(sent.type, 17);
	eq_int(encode(&(struct iscsi_nl_request){
		       .code = ISCSI_NL_STOP_CONN, .sid = 5, .stop = ISCSI_NL_STOP_RECOVER }),
	       72);
	eq_int(sent.type, 18);
	eq_int(sent.ev.u.stop_conn.conn_handle, 0);
	eq_int(sent.ev.u.stop_conn.flag, 3);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_DESTROY_CONN, .sid = 5 }), 72);
	eq_int(sent.type, 14);
	eq_int(encode(&(struct iscsi_nl_request){ .code = ISCSI_NL_DESTROY_SESSION, .sid = 5 }),
	       72);
	eq_int(sent.type, 12);
	eq_int(sent.ev.u.set_param.sid, 5);
	eq_int(sent.ev.u.set_param.cid, 0);
}

static void set_param(void)
{
	eq_int(encode(&(struct iscsi_nl_request){
		       .code = ISCSI_NL_SET_PARAM, .sid = 5, .param = 19, .value = "86400" }),
	       78);
	eq_int(sent.type, 16);
	eq_int(sent.ev.u.set_param.param, 19);
	eq_int(sent.ev.u.set_param.len, 6);
	eq_str((const char *)sent.payload, "86400");
}

static void send_pdu(void)
{
	uint8_t header[48], small[100];
	struct iscsi_nl_request req = { .code = ISCSI_NL_SEND_PDU,
					.sid = 5,
					.pdu_header = header,
					.pdu_data = (const uint8_t *)"A=B",
					.len_pdu_data = 4 };

	memset(header, 0x43, sizeof(header));
	eq_int(encode(&req), 72 + 48 + 4);
	eq_int(sent.type, 19);
	eq_int(sent.ev.u.send_pdu.hdr_size, 48);
	eq_int(sent.ev.u.send_pdu.data_size, 4);
	ok(!memcmp(sent.payload, header, 48) && !memcmp(sent.payload + 48, "A=B", 4));
	eq_int(iscsi_nl_encode(&req, TRANSPORT, 1, small, sizeof(small)), 0);
}

static struct message got;
static struct iscsi_nl_message out;

static bool decode(uint16_t type, uint32_t ev_type, uint32_t len)
{
	got.len = len;
	got.type = type;
	got.ev.type = ev_type;
	got.ev.transport_handle = TRANSPORT;
	return iscsi_nl_decode((const uint8_t *)&got, len, &out);
}

static void replies(void)
{
	memset(&got, 0, sizeof(got));
	got.ev.r.c_session_ret.sid = 3;
	got.ev.r.c_session_ret.host_no = 7;
	ok(decode(11, 11, 72));
	eq_int(out.kind, ISCSI_NL_REPLY);
	eq_int(out.code, 11);
	eq_int(out.error, 0);
	eq_int(out.sid, 3);
	eq_int(out.host_no, 7);
	ok(out.transport == TRANSPORT);
	/* a refusal: IF_ERROR and a negative errno */
	got.ev.iferror = (uint32_t)-12;
	ok(decode(13, 103, 72));
	eq_int(out.code, 13);
	eq_int(out.error, 12);
	got.ev.iferror = 0;
	ok(decode(13, 103, 72));
	eq_int(out.error, 5);
	/* bind and start also refuse by result */
	got.ev.r.retcode = -107;
	ok(decode(15, 15, 72));
	eq_int(out.error, 107);
	ok(decode(17, 17, 72));
	eq_int(out.error, 107);
	/* r holds sid and cid here */
	got.ev.r.c_session_ret.sid = 3;
	ok(decode(13, 13, 72));
	eq_int(out.error, 0);
}

static void events(void)
{
	memset(&got, 0, sizeof(got));
	got.ev.r.connerror.sid = 3;
	got.ev.r.connerror.cid = 0;
	got.ev.r.connerror.error = 1020;
	ok(decode(0, 102, 72));
	eq_int(out.kind, ISCSI_NL_CONN_ERROR);
	eq_int(out.sid, 3);
	eq_int(out.conn_error, 1020);
	got.ev.r.d_session.host_no = 8;
	got.ev.r.d_session.sid = 4;
	ok(decode(0, 104, 72));
	eq_int(out.kind, ISCSI_NL_SESSION_GONE);
	eq_int(out.sid, 4);
	got.ev.r.unbind_session.sid = 5;
	got.ev.r.unbind_session.host_no = 8;
	ok(decode(0, 105, 72));
	eq_int(out.kind, ISCSI_NL_SESSION_UNBOUND);
	eq_int(out.sid, 5);
	ok(decode(0, 106, 72));
	eq_int(out.kind, ISCSI_NL_OTHER);
	memset(&got.ev.r, 0, sizeof(got.ev.r));
	got.ev.r.connerror.sid = 3;
	memset(got.payload, 0x23, 48);
	ok(decode(0, 101, 72 + 48 + 8));
	eq_int(out.kind, ISCSI_NL_RECV_PDU);
	eq_int(out.sid, 3);
	eq_int(out.len_pdu, 56);
	ok(out.pdu == (const uint8_t *)&got + 72);
}

static void refuses_short(void)
{
	memset(&got, 0, sizeof(got));
	for (uint32_t n = 0; n < 72; n++)
		ok(!decode(0, 101, n));
	got.len = 200;
	ok(!iscsi_nl_decode((const uint8_t *)&got, 199, &out));
}

static void words(void)
{
	eq_str(iscsi_nl_conn_error_text(1020), "the target closed the connection");
	eq_str(iscsi_nl_conn_error_text(1022), "no answer to a ping");
	eq_str(iscsi_nl_conn_error_text(4711), "connection failed");
	for (int code = ISCSI_NL_CREATE_SESSION; code <= ISCSI_NL_SEND_PDU; code++)
		ok(strlen(iscsi_nl_code_name((enum iscsi_nl_code)code)) > 1);
	eq_str(iscsi_nl_code_name(ISCSI_NL_UNBIND_SESSION), "unbind session");
}

int main(void)
{
	RUN(requests_without_payload);
	RUN(set_param);
	RUN(send_pdu);
	RUN(replies);
	RUN(events);
	RUN(refuses_short);
	RUN(words);
	return test_end();
}
