/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole logins against a scripted target: what goes out, what comes of every answer, and what the
 * user reads. Texts of the good login are those of tgt 1.0.85. */
#include "test.h"

#include <errno.h>

#include "core/iscsi.h"
#include "core/iscsi_param.h"

#define S 1000000000ull
#define TARGET "iqn.2026-01.lab:disk0"
#define INITIATOR "iqn.2026-01.lab:client"
#define AT "target " TARGET " at 10.0.0.5:3260: "

static struct iscsi m;
static struct iscsi_actions act;
static uint64_t now;

/* --- the script's words --- */

static void begin(void)
{
	struct iscsi_config config = { .port = 3260, .initiator = INITIATOR, .target = TARGET };

	config.portal = ip4_from_he(0x0a000005);
	now = 100 * S;
	iscsi_init(&m, &config);
}

static void step(struct iscsi_event ev)
{
	ev.now_ns = now;
	iscsi_step(&m, &ev, &act);
}

static void start(void)
{
	step((struct iscsi_event){ .kind = ISCSI_EV_START, .isid = { 0, 2, 0x3d, 0, 0, 1 } });
}

static struct {
	uint8_t flags, class, detail;
	uint32_t statsn, itt;
	uint16_t tsih;
} head;

static void answer_bytes(const void *text, size_t len)
{
	uint8_t b[48 + ISCSI_LOGIN_DATA_MAX + 4] = { 0x23, head.flags };

	b[6] = (uint8_t)(len >> 8);
	b[7] = (uint8_t)len;
	b[14] = (uint8_t)(head.tsih >> 8);
	b[15] = (uint8_t)head.tsih;
	for (int i = 0; i < 4; i++) {
		b[16 + i] = (uint8_t)(head.itt >> (24 - 8 * i));
		b[24 + i] = (uint8_t)(head.statsn >> (24 - 8 * i));
	}
	b[36] = head.class;
	b[37] = head.detail;
	memcpy(b + 48, text, len);
	step((struct iscsi_event){
		.kind = ISCSI_EV_PDU, .bytes = b, .len = 48 + ((len + 3) & ~(size_t)3) });
	head.statsn++;
}

#define answer(f, literal)                                  \
	do {                                                \
		head.flags = (f);                           \
		answer_bytes(literal, sizeof(literal) - 1); \
	} while (0)

static void status(uint8_t class, uint8_t detail, const char *text)
{
	begin();
	start();
	memset(&head, 0, sizeof(head));
	head.class = class;
	head.detail = detail;
	answer_bytes(text, strlen(text) + 1);
}

#define SECURITY "TargetPortalGroupTag=1\0AuthMethod=None\0"
#define OPERATIONAL                                                                              \
	"HeaderDigest=None\0DataDigest=None\0DefaultTime2Wait=2\0DefaultTime2Retain=0\0"         \
	"IFMarker=No\0OFMarker=No\0ErrorRecoveryLevel=0\0InitialR2T=Yes\0ImmediateData=Yes\0"    \
	"MaxBurstLength=262144\0FirstBurstLength=65536\0MaxOutstandingR2T=1\0MaxConnections=1\0" \
	"DataPDUInOrder=Yes\0DataSequenceInOrder=Yes\0"

static void begin_login(void)
{
	begin();
	memset(&head, 0, sizeof(head));
	head.statsn = 0x1000;
	head.itt = 0xf0000007;
	start();
}

static void to_operational(void)
{
	begin_login();
	answer(0x81, SECURITY);
	eq_int(m.state, ISCSI_OPERATIONAL);
}

static bool sent_text(const char *text, size_t len)
{
	return act.send && act.len_data == len && !memcmp(act.data, text, len);
}

#define SENT(literal) ok(sent_text(literal, sizeof(literal) - 1))

static bool sent_contains(const char *text, size_t len)
{
	return act.send && memmem(act.data, act.len_data, text, len);
}

static uint32_t sent_be32(int at)
{
	return (uint32_t)act.header[at] << 24 | (uint32_t)act.header[at + 1] << 16 |
	       (uint32_t)act.header[at + 2] << 8 | act.header[at + 3];
}

static void failed_with(const char *text)
{
	ok(act.failed && !act.send && !act.logged_in && !act.redirect);
	eq_str(act.err.text, text);
	eq_int(act.to_state, ISCSI_FAILED);
	ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
}

/* --- good logins --- */

static void first_request(void)
{
	begin_login();
	SENT("InitiatorName=" INITIATOR "\0TargetName=" TARGET "\0SessionType=Normal\0"
	     "AuthMethod=None\0");
	eq_int(act.header[0], 0x43);
	eq_int(act.header[1], 0x81);
	eq_int(act.header[7], (int64_t)act.len_data);
	ok(!memcmp(act.header + 8, "\x00\x02\x3d\x00\x00\x01", 6));
	eq_int(sent_be32(28), 0);
	eq_int(act.from_state, ISCSI_IDLE);
	eq_int(act.to_state, ISCSI_SECURITY);
	ok(iscsi_deadline(&m) == now + 15 * S);
}

static void logs_in_by_three(void)
{
	to_operational();
	eq_int(act.header[1], 0x87);
	eq_int(sent_be32(28), 0x1001);
	ok(sent_contains("InitialR2T=No", sizeof("InitialR2T=No")));
	head.tsih = 0x0100;
	answer(0x87, OPERATIONAL);
	ok(act.logged_in && !act.send && !act.failed);
	eq_int(m.state, ISCSI_LOGGED_IN);
	eq_int(m.params.exp_statsn, 0x1002);
	eq_int(m.tsih, 0x0100);
	ok(m.tpgt_seen);
	eq_int(m.params.tpgt, 1);
	ok(m.params.initial_r2t && m.params.immediate_data);
	eq_int(m.params.max_burst, 262144);
	eq_int(m.params.first_burst, 65536);
	eq_int(m.params.max_recv, 262144);
	eq_int(m.params.max_xmit, 8192);
	ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
}

/* The target ends each stage only when asked a second time. */
static void logs_in_by_five(void)
{
	begin_login();
	answer(0x00, "AuthMethod=None\0TargetPortalGroupTag=7\0");
	SENT("");
	eq_int(act.header[1], 0x81);
	eq_int(sent_be32(28), 0x1001);
	answer(0x81, "");
	ok(sent_contains("MaxBurstLength=16776192", sizeof("MaxBurstLength=16776192")));
	answer(0x04, "MaxRecvDataSegmentLength=65536\0InitialR2T=No\0MaxBurstLength=1024\0");
	SENT("");
	eq_int(act.header[1], 0x87);
	answer(0x87, "FirstBurstLength=262144\0");
	ok(act.logged_in);
	eq_int(m.params.tpgt, 7);
	eq_int(m.params.max_xmit, 65536);
	ok(!m.params.initial_r2t);
	/* never above the burst: START_CONN would refuse */
	eq_int(m.params.max_burst, 1024);
	eq_int(m.params.first_burst, 1024);
}

/* Straight to full feature: nothing was negotiated, the defaults hold on both sides. */
static void logs_in_by_one(void)
{
	begin_login();
	answer(0x83, "AuthMethod=None\0");
	ok(act.logged_in);
	eq_int(m.params.max_recv, 8192);
	eq_int(m.params.max_burst, 262144);
	ok(m.params.initial_r2t);
	eq_int(m.params.tpgt, 1);
	ok(!m.tpgt_seen);
}

static void split_text_at_every_byte(void)
{
	static const char text[] = OPERATIONAL "MaxRecvDataSegmentLength=4096";

	for (size_t at = 0; at <= sizeof(text); at++) {
		to_operational();
		head.flags = 0x44;
		answer_bytes(text, at);
		SENT("");
		eq_int(act.header[1], 0x04);
		head.flags = 0x87;
		answer_bytes(text + at, sizeof(text) - at);
		ok(act.logged_in);
		eq_int(m.params.max_xmit, 4096);
		eq_int(m.params.max_burst, 262144);
		eq_int(m.params.exp_statsn, 0x1003);
	}
}

static void split_text_in_single_bytes(void)
{
	static const char text[] = "TargetPortalGroupTag=258";

	begin_login();
	for (size_t i = 0; i + 10 < sizeof(text); i++) {
		head.flags = 0x40;
		answer_bytes(text + i, 1);
		eq_int(act.header[1], 0x00);
		SENT("");
	}
	head.flags = 0x81;
	answer_bytes(text + sizeof(text) - 10, 10);
	eq_int(m.state, ISCSI_OPERATIONAL);
	eq_int(m.params.tpgt, 258);
}

static void answers_unknown_keys(void)
{
	begin_login();
	answer(0x00, "AuthMethod=None\0X-lab.colour=red\0TargetAlias=a\0iSCSIProtocolLevel=2\0"
		     "X-lab.size=NotUnderstood\0");
	SENT("X-lab.colour=NotUnderstood\0iSCSIProtocolLevel=NotUnderstood\0");
	eq_int(act.header[1], 0x81);
	/* said in the answer that ends a stage: taken along into the next */
	answer(0x81, "X-lab.late=1\0");
	ok(sent_contains("X-lab.late=NotUnderstood", sizeof("X-lab.late=NotUnderstood")));
	ok(sent_contains("MaxConnections=1", sizeof("MaxConnections=1")));
	ok(!sent_contains("colour", 6));
	answer(0x87, OPERATIONAL);
	ok(act.logged_in);
	eq_str(m.params.target_alias, "a");
}

static void too_many_unknown_keys(void)
{
	static char text[8000];

	begin_login();
	for (size_t i = 0; i + 4 < sizeof(text); i += 4)
		memcpy(text + i, "k=1", 4);
	head.flags = 0x00;
	answer_bytes(text, sizeof(text));
	failed_with(AT "target asks for too many unknown keys");
}

/* --- refusals --- */

static void every_status(void)
{
	static const struct {
		uint8_t class, detail;
		int code;
		const char *text;
	} rows[] = {
		{ 2, 0, EPROTO,
		  "target found an unspecified fault in the login (status 0x0200): see the "
		  "target's log for a key it cannot accept" },
		{ 2, 1, EACCES,
		  "authentication failed (status 0x0201): the target demands CHAP, which this "
		  "build cannot do yet, or refuses initiator " INITIATOR },
		{ 2, 2, EACCES,
		  "initiator not authorised (status 0x0202): set the initiator name it expects "
		  "(DHCP option 203), or admit on the target initiator " INITIATOR },
		{ 2, 3, ENOENT,
		  "target not found (status 0x0203): check the IQN, and that the target is on this "
		  "portal and open to initiator " INITIATOR },
		{ 2, 4, ENOENT,
		  "target removed (status 0x0204): restore the target, or change the root path" },
		{ 2, 5, EPROTO,
		  "version not supported (status 0x0205): check that the port is that of an iSCSI "
		  "target" },
		{ 2, 6, EPROTO,
		  "too many connections (status 0x0206): an old session of this initiator is still "
		  "alive: wait, or raise the target's limit" },
		{ 2, 7, EPROTO,
		  "target misses a parameter in the login (status 0x0207): see the target's log "
		  "for the key it wants" },
		{ 2, 8, EPROTO,
		  "target cannot include the connection in a session (status 0x0208): check the "
		  "target's portal groups" },
		{ 2, 9, EPROTO,
		  "session type not supported (status 0x0209): the portal is for discovery only: "
		  "use one that serves the target" },
		{ 2, 10, EPROTO,
		  "session does not exist (status 0x020a): the target lost the session: try "
		  "again" },
		{ 2, 11, EPROTO,
		  "request invalid during login (status 0x020b): see the target's log: one side "
		  "breaks the protocol" },
		{ 3, 0, EBUSY,
		  "target hardware or software error (status 0x0300): see the target's log" },
		{ 3, 1, EBUSY,
		  "service unavailable (status 0x0301): the target is starting, off, not on this "
		  "portal, or still holds the last session" },
		{ 3, 2, EBUSY,
		  "target out of resources (status 0x0302): end sessions nobody uses, or raise the "
		  "target's limit" },
		{ 9, 9, EPROTO,
		  "status that the protocol does not know (status 0x0909): see the target's log" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		status(rows[i].class, rows[i].detail, "TargetPortalGroupTag=1");
		(void)snprintf(want, sizeof(want), "%s%s", AT, rows[i].text);
		failed_with(want);
		eq_int(act.err.code, rows[i].code);
	}
}

static void status_in_second_stage(void)
{
	to_operational();
	head.class = 2;
	head.detail = 0;
	answer(0x00, "");
	failed_with(AT "target found an unspecified fault in the login (status 0x0200): see the "
		       "target's log for a key it cannot accept");
}

static void demands_chap(void)
{
	static const char want[] = AT "target demands CHAP, which this build cannot do yet: admit "
				      "this initiator without it";

	begin_login();
	answer(0x00, "AuthMethod=CHAP\0");
	failed_with(want);
	begin_login();
	answer(0x00, "AuthMethod=Reject\0");
	failed_with(want);
	begin_login();
	answer(0x00, "CHAP_A=5\0");
	failed_with(want);
}

static void names_rejected_key(void)
{
	to_operational();
	answer(0x87, "HeaderDigest=Reject\0");
	failed_with(AT "target rejects HeaderDigest=None: see what its settings allow");
	to_operational();
	answer(0x87, "IFMarker=Reject\0OFMarker=Reject\0");
	ok(act.logged_in);
}

static void broken_answers(void)
{
	static const struct {
		uint8_t flags;
		uint32_t itt;
		const char *text, *want;
	} rows[] = {
		{ 0x81, 0xf0000007, "", "login response for stage 0 in the operational stage" },
		{ 0x8f, 0xf0000007, "", "login response moves from stage 3 to stage 3" },
		{ 0x0c, 0xf0000007, "", "login response for stage 3 in the operational stage" },
		{ 0x87, 0xf0000008, "", "login response with task tag 0xf0000008, not 0xf0000007" },
		{ 0xc7, 0xf0000007, "", "login response with both T and C set (flags 0xc7)" },
		{ 0x87, 0xf0000007, "nonsense",
		  "login text in the operational stage is not made of key=value" },
		{ 0x87, 0xf0000007, "MaxOutstandingR2T=0",
		  "target answers MaxOutstandingR2T=0, not a number from 1 to 65535" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		to_operational();
		head.flags = rows[i].flags;
		head.itt = rows[i].itt;
		answer_bytes(rows[i].text, strlen(rows[i].text));
		(void)snprintf(want, sizeof(want), "%s%s", AT, rows[i].want);
		failed_with(want);
	}
	begin_login();
	step((struct iscsi_event){
		.kind = ISCSI_EV_PDU, .bytes = (const uint8_t *)"\x3f", .len = 1 });
	failed_with(AT "PDU of 1 bytes, shorter than a header");
}

static void endless_targets(void)
{
	static char text[4096];
	int n = 0;

	begin_login();
	while (!act.failed && n++ < 100)
		answer(0x00, "");
	eq_int(n, 32);
	failed_with(AT "no end after 32 requests in the security stage");
	begin_login();
	memset(text, 'a', sizeof(text));
	for (n = 0; !act.failed && n < 100; n++) {
		head.flags = 0x40;
		answer_bytes(text, sizeof(text));
	}
	eq_int(n, 3);
	failed_with(AT "login text of more than 8192 bytes");
}

/* --- redirection --- */

static void redirects(void)
{
	static const struct {
		const char *address;
		const char *ip;
		uint16_t port;
	} rows[] = {
		{ "TargetAddress=10.0.0.6:3261,1", "10.0.0.6", 3261 },
		{ "TargetAddress=10.0.0.6:3261", "10.0.0.6", 3261 },
		{ "TargetAddress=10.0.0.6", "10.0.0.6", 3260 },
		{ "TargetAddress=10.0.0.6,2", "10.0.0.6", 3260 },
		{ "TargetAddress=[fd00::6]:3261,1", "fd00::6", 3261 },
		{ "TargetAddress=[fd00::6]", "fd00::6", 3260 },
		{ "TargetAddress=[fd00::6],1", "fd00::6", 3260 },
	};
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (uint8_t detail = 0; detail <= 2; detail++) {
			status(1, detail, rows[i].address);
			ok(act.redirect && !act.failed && !act.send);
			eq_int(act.redirect_permanent, detail == 2);
			eq_str(ip_text(&act.redirect_ip, text), rows[i].ip);
			eq_int(act.redirect_port, rows[i].port);
			eq_str(ip_text(&m.portal, text), rows[i].ip);
			eq_int(m.port, rows[i].port);
			eq_str(ip_text(&m.home, text), detail == 2 ? rows[i].ip : "10.0.0.5");
			eq_int(m.home_port, detail == 2 ? rows[i].port : 3260);
			eq_int(m.state, ISCSI_IDLE);
			ok(iscsi_deadline(&m) == ISCSI_NO_DEADLINE);
		}
}

static void redirects_nowhere(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "redirected, but no TargetAddress says where to" },
		{ "TargetAddress=", "redirected to \"\", which is no address" },
		{ "TargetAddress=[fd00::6", "redirected to \"[fd00::6\", which is no address" },
		{ "TargetAddress=[fd00::6]3260",
		  "redirected to \"[fd00::6]3260\", which is no address" },
		{ "TargetAddress=10.0.0.6:", "redirected to \"10.0.0.6:\", which is no address" },
		{ "TargetAddress=10.0.0.6:0", "redirected to \"10.0.0.6:0\", which is no address" },
		{ "TargetAddress=10.0.0.6:3260,x",
		  "redirected to \"10.0.0.6:3260,x\", which is no address" },
		{ "TargetAddress=0.0.0.0", "redirected to \"0.0.0.0\", which is no host" },
		{ "TargetAddress=san.lab:3260,1",
		  "redirected to \"san.lab:3260,1\": names cannot be looked up yet, let the target "
		  "give an address" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		status(1, 1, rows[i].text);
		(void)snprintf(want, sizeof(want), "%starget moved temporarily (status 0x0101): %s",
			       AT, rows[i].want);
		failed_with(want);
	}
}

static void redirect_then_login(void)
{
	char text[IP_TEXT_MAX];

	status(1, 1, "TargetAddress=[fd00::6]:3261,1");
	now += S;
	start();
	ok(iscsi_deadline(&m) == now + 15 * S);
	SENT("InitiatorName=" INITIATOR "\0TargetName=" TARGET "\0SessionType=Normal\0"
	     "AuthMethod=None\0");
	eq_int(sent_be32(28), 0);
	/* what the temporary portal says for good is not said of the configured one */
	head.class = 1;
	head.detail = 2;
	answer_bytes("TargetAddress=10.0.0.7", sizeof("TargetAddress=10.0.0.7"));
	ok(act.redirect);
	eq_str(ip_text(&m.home, text), "10.0.0.5");
	start();
	memset(&head, 0, sizeof(head));
	answer(0x81, SECURITY);
	answer(0x87, "MaxBurstLength=Reject\0");
	failed_with("target " TARGET " at 10.0.0.7:3260: target rejects MaxBurstLength=16776192: "
		    "see what its settings allow");
}

static void redirect_loop(void)
{
	int n = 0;

	begin();
	for (; n < 10; n++) {
		start();
		memset(&head, 0, sizeof(head));
		head.class = 1;
		head.detail = 1;
		answer_bytes(n & 1 ? "TargetAddress=10.0.0.5" : "TargetAddress=10.0.0.6", 23);
		if (act.failed)
			break;
	}
	eq_int(n, 4);
	failed_with(AT "redirected more than 4 times, now to 10.0.0.6:3260 (status 0x0101): check "
		       "the array's virtual addresses");
}

/* --- connection and time --- */

static void conn_error(uint32_t code)
{
	step((struct iscsi_event){ .kind = ISCSI_EV_CONN_ERROR, .code = code });
}

static void deadline(void)
{
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
}

static void conn_error_then_status(void)
{
	begin_login();
	conn_error(1020);
	ok(!act.failed && !act.ignored);
	now += S / 10;
	head.class = 2;
	head.detail = 3;
	answer(0x00, "");
	failed_with(AT "target not found (status 0x0203): check the IQN, and that the target is on "
		       "this portal and open to initiator " INITIATOR);
	conn_error(1020);
	ok(act.ignored);
}

static void conn_error_alone(void)
{
	begin_login();
	conn_error(1020);
	ok(iscsi_deadline(&m) == now + 3 * S / 10);
	conn_error(1011);
	ok(act.ignored);
	/* nothing can be sent any more, so a success does not help */
	answer(0x81, SECURITY);
	ok(act.ignored && !act.send);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	ok(act.ignored && !act.failed);
	deadline();
	failed_with(AT "connection lost in the security stage of the login: the target closed the "
		       "connection (kernel error 1020): it may demand CHAP, which this build "
		       "cannot do yet: see the target's log");
	eq_int(act.err.code, ECONNRESET);
	to_operational();
	conn_error(1020);
	deadline();
	failed_with(AT "connection lost in the operational stage of the login: the target closed "
		       "the connection (kernel error 1020): see the target's log");
	begin_login();
	conn_error(1011);
	deadline();
	failed_with(AT "connection lost in the security stage of the login: connection failed "
		       "(kernel error 1011): see the target's log");
}

static void silent_target(void)
{
	to_operational();
	deadline();
	ok(now == 115 * S);
	failed_with(AT "connected, but no end of the login within 15 s (in the operational "
		       "stage): see the target's log");
	eq_int(act.err.code, ETIMEDOUT);
}

static void configured_limits(void)
{
	begin();
	ok(iscsi_connect_limit_ns(&m) == 10 * S);
	m.config.connect_limit_s = 3;
	m.config.login_limit_s = 4;
	ok(iscsi_connect_limit_ns(&m) == 3 * S);
	start();
	ok(iscsi_deadline(&m) == now + 4 * S);
}

static void foreign_events(void)
{
	begin();
	step((struct iscsi_event){ .kind = ISCSI_EV_PDU, .bytes = (const uint8_t *)"", .len = 0 });
	ok(act.ignored);
	conn_error(1020);
	ok(act.ignored);
	begin_login();
	start();
	ok(act.ignored && !act.send);
	to_operational();
	answer(0x87, "");
	answer(0x87, "");
	ok(act.ignored && !act.failed);
	eq_int(m.state, ISCSI_LOGGED_IN);
}

static void texts(void)
{
	struct ip_addr v6 = { IP_V6, { 0xfd, [15] = 5 } };
	char text[ISCSI_PORTAL_TEXT_MAX];
	uint8_t isid[6];

	eq_str(iscsi_portal_text(&v6, 3260, text), "[fd00::5]:3260");
	iscsi_isid(0x01abcdef, isid);
	ok(!memcmp(isid, "\x00\x02\x3d\xab\xcd\xef", 6));
	eq_str(iscsi_state_name(ISCSI_IDLE), "idle");
	/* a hostile name stays on its line */
	begin();
	memcpy(m.config.target, "iqn\n", 5);
	start();
	deadline();
	ok(strstr(act.err.text, "target iqn\\x0a at "));
}

/* --- parameters for the kernel --- */

static const char *setting(const struct iscsi_setting *s, size_t n, uint32_t param)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].param == param)
			return s[i].value;
	return "(not set)";
}

static void eq_settings(const struct iscsi_setting *s, size_t n, const char *const want[])
{
	size_t n_want = 0;

	for (uint32_t param = 0; param < 40; param++)
		if (want[param]) {
			eq_str(setting(s, n, param), want[param]);
			n_want++;
		}
	eq_int(n, n_want);
}

static void identity_settings(void)
{
	static const char *const want[40] = {
		[15] = TARGET, [17] = "10.0.0.5", [18] = "3260",    [19] = "86400",
		[26] = "1",    [27] = "15",	  [28] = "30",	    [30] = "30",
		[31] = "15",   [32] = "default",  [34] = INITIATOR, [35] = "30",
	};
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];

	begin();
	eq_settings(s, iscsi_settings_identity(&m, s), want);
	/* the address iscsid is to find again: without brackets, and where it was configured */
	m.portal = ip4_from_he(0x0a000006);
	m.home = (struct ip_addr){ IP_V6, { 0xfd, [15] = 5 } };
	eq_str(setting(s, iscsi_settings_identity(&m, s), 17), "fd00::5");
}

static void negotiated_settings(void)
{
	static const char *const want[40] = {
		[0] = "262144", [1] = "8192", [2] = "0",     [3] = "0",	     [4] = "1",
		[5] = "1",	[6] = "1",    [7] = "65536", [8] = "262144", [9] = "1",
		[10] = "1",	[11] = "0",   [14] = "4098", [16] = "1",
	};
	struct iscsi_setting s[ISCSI_SETTINGS_MAX];

	to_operational();
	answer(0x87, OPERATIONAL);
	eq_settings(s, iscsi_settings_negotiated(&m, s), want);
	memcpy(m.params.target_alias, "a", 2);
	eq_str(setting(s, iscsi_settings_negotiated(&m, s), 36), "a");
}

static void lun_numbers(void)
{
	ok(iscsi_lun_number((const uint8_t[8]){ 0, 1 }) == 1);
	ok(iscsi_lun_number((const uint8_t[8]){ 0x41, 0 }) == 16640);
	ok(iscsi_lun_number((const uint8_t[8]){ 1, 2, 3, 4, 5, 6, 0x87, 8 }) ==
	   0x8708050603040102ull);
}

int main(void)
{
	RUN(first_request);
	RUN(logs_in_by_three);
	RUN(logs_in_by_five);
	RUN(logs_in_by_one);
	RUN(split_text_at_every_byte);
	RUN(split_text_in_single_bytes);
	RUN(answers_unknown_keys);
	RUN(too_many_unknown_keys);
	RUN(every_status);
	RUN(status_in_second_stage);
	RUN(demands_chap);
	RUN(names_rejected_key);
	RUN(broken_answers);
	RUN(endless_targets);
	RUN(redirects);
	RUN(redirects_nowhere);
	RUN(redirect_then_login);
	RUN(redirect_loop);
	RUN(conn_error_then_status);
	RUN(conn_error_alone);
	RUN(silent_target);
	RUN(configured_limits);
	RUN(foreign_events);
	RUN(texts);
	RUN(identity_settings);
	RUN(negotiated_settings);
	RUN(lun_numbers);
	return test_end();
}
