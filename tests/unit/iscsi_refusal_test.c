/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logins that fail or are sent elsewhere: what the user reads of each refusal, where a redirection
 * leads, what becomes of a connection that breaks or falls silent. */
#include "iscsi_script.h"

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
		  "target's log for a key it cannot accept, or for initiator " INITIATOR },
		{ 2, 1, EACCES,
		  "authentication failed (status 0x0201): the target demands CHAP "
		  "(rd.iscsi.username= and rd.iscsi.password= give it), or refuses initiator " INITIATOR },
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
		  "too many connections (status 0x0206): wait for an old session to end, raise the "
		  "target's limit, or see whether another machine is initiator " INITIATOR },
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
		{ 2, 12, EPROTO,
		  "target refused the login (status 0x020c): see the target's log for "
		  "initiator " INITIATOR },
		{ 3, 0, EBUSY,
		  "target hardware or software error (status 0x0300): see the target's log" },
		{ 3, 1, EBUSY,
		  "service unavailable (status 0x0301): the target is starting, off, not on this "
		  "portal, or still holds the last session" },
		{ 3, 2, EBUSY,
		  "target out of resources (status 0x0302): end sessions nobody uses, or raise the "
		  "target's limit" },
		{ 3, 3, EBUSY,
		  "target cannot serve the login now (status 0x0303): see the target's log" },
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

/* Whatever a target may send: a cause, the status in full, what to do. */
static void every_status_there_may_be(void)
{
	for (unsigned int class = 2; class <= 255; class ++)
		for (unsigned int detail = 0; detail <= 255; detail += class <= 3 ? 1 : 255) {
			char number[32];
			const char *at;

			status((uint8_t) class, (uint8_t)detail, "");
			(void)snprintf(number, sizeof(number), " (status 0x%02x%02x): ", class,
				       detail);
			at = strstr(act.err.text, number);
			ok(act.failed && !act.send && at && at[strlen(number)]);
			ok(!strncmp(act.err.text, AT, strlen(AT)) &&
			   at > act.err.text + strlen(AT));
		}
}

static void status_in_second_stage(void)
{
	to_operational();
	head.class = 2;
	head.detail = 0;
	answer(0x00, "");
	failed_with(AT "target found an unspecified fault in the login (status 0x0200): see the "
		       "target's log for a key it cannot accept, or for initiator " INITIATOR);
}

static void demands_another_method(void)
{
	begin_login();
	answer(0x00, "AuthMethod=CHAP_RADIUS\0");
	failed_with(
		AT
		"target wants AuthMethod=CHAP_RADIUS, which is not supported: have it accept CHAP "
		"or None from this initiator");
}

static void demands_chap(void)
{
	begin_login();
	answer(0x00, "AuthMethod=CHAP\0");
	failed_with(AT "target demands a login by CHAP (AuthMethod=CHAP): give "
		       "rd.iscsi.username= and rd.iscsi.password=, or admit this initiator "
		       "without");
	eq_int(act.err.code, EACCES);
	begin_login();
	answer(0x00, "AuthMethod=Reject\0");
	ok(act.failed && strstr(act.err.text, "(AuthMethod=Reject)"));
	begin_login();
	answer(0x00, "CHAP_A=5\0");
	failed_with(AT "target says CHAP_A where the login has no place for it: if it demands "
		       "CHAP, give rd.iscsi.username= and rd.iscsi.password=");
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
		{ "TargetAddress=[san.lab]:3260,1",
		  "redirected to \"[san.lab]:3260,1\", which is no address" },
		{ "TargetAddress=san_lab.:x", "redirected to \"san_lab.:x\", which is no address" },
		{ "TargetAddress=-san", "redirected to \"-san\", which is no address" },
	};
	char want[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		status(1, 1, rows[i].text);
		(void)snprintf(want, sizeof(want), "%starget moved temporarily (status 0x0101): %s",
			       AT, rows[i].want);
		failed_with(want);
	}
}

/* What the connection before had counted and agreed on is nothing to the one that follows. */
static void redirect_in_second_stage(void)
{
	to_operational();
	eq_int(sent_be32(28), 0x1001);
	head.class = 1;
	head.detail = 1;
	answer_bytes("TargetAddress=10.0.0.7", sizeof("TargetAddress=10.0.0.7"));
	ok(act.redirect);
	start();
	SENT("InitiatorName=" INITIATOR "\0TargetName=" TARGET "\0SessionType=Normal\0"
	     "AuthMethod=None\0");
	eq_int(sent_be32(28), 0);
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

static void where_is(const char *want)
{
	char text[ISCSI_WHERE_MAX];
	struct out out = out_to(text, sizeof(text));

	iscsi_where(&m, &out);
	eq_str(text, want);
}

/* The portal that has the session, and the one that the user has named. */
static void where_it_is(void)
{
	begin();
	where_is("10.0.0.5:3260");
	status(1, 1, "TargetAddress=[fd00::6]:3261,1");
	where_is("[fd00::6]:3261 (redirected there by 10.0.0.5:3260)");
	/* back again, by the other */
	start();
	head.class = 1;
	head.detail = 1;
	answer_bytes("TargetAddress=10.0.0.5", sizeof("TargetAddress=10.0.0.5"));
	ok(act.redirect);
	where_is("10.0.0.5:3260");
	status(1, 2, "TargetAddress=10.0.0.6");
	where_is("10.0.0.6:3260 (moved there for good: name it in the root instead of "
		 "10.0.0.5:3260)");
	begin();
	(void)text_copy(m.config.name, sizeof(m.config.name), span_of("nas.lab"));
	where_is("nas.lab (10.0.0.5:3260)");
	start();
	head.class = 1;
	head.detail = 1;
	answer_bytes("TargetAddress=10.0.0.7", sizeof("TargetAddress=10.0.0.7"));
	where_is("10.0.0.7:3260 (redirected there by nas.lab (10.0.0.5:3260))");
}

static void found(const char *ip)
{
	struct iscsi_event ev = { .kind = ISCSI_EV_ADDRESS };

	ok(ip_parse(span_of(ip), &ev.ip));
	step(ev);
}

/* How often a target may send us on, to these in turn; where they are names, to that address. */
static int redirections(const char *first, const char *second, const char *ip)
{
	int n = 0;

	begin();
	for (; n < 10; n++) {
		const char *to = n & 1 ? second : first;

		start();
		memset(&head, 0, sizeof(head));
		head.class = 1;
		head.detail = 1;
		answer_bytes(to, strlen(to) + 1);
		if (act.failed)
			break;
		if (ip)
			found(ip);
	}
	return n;
}

static void redirect_loop(void)
{
	eq_int(redirections("TargetAddress=10.0.0.6", "TargetAddress=10.0.0.5", NULL), 4);
	failed_with(AT "redirected more than 4 times, now to 10.0.0.6 (status 0x0101): check "
		       "the array's virtual addresses");
}

/* --- redirection to a name --- */

static void redirect_to_name(void)
{
	char text[IP_TEXT_MAX];

	for (uint8_t detail = 0; detail <= 2; detail++) {
		status(1, detail, "TargetAddress=san.lab:3261,1");
		ok(act.look_up && !act.redirect && !act.failed && !act.send);
		eq_str(m.lookup, "san.lab");
		eq_int(m.state, ISCSI_LOOKUP);
		ok(iscsi_deadline(&m) == now + 60 * S);
		/* what is left of the old connection says nothing any more */
		step((struct iscsi_event){ .kind = ISCSI_EV_CONN_ERROR, .code = 1020 });
		ok(act.ignored);
		start();
		ok(act.ignored);
		found("fd00::7");
		ok(act.redirect && !act.look_up && !act.ignored);
		eq_int(act.redirect_permanent, detail == 2);
		eq_str(ip_text(&m.portal, text), "fd00::7");
		eq_int(m.port, 3261);
		eq_str(ip_text(&m.home, text), detail == 2 ? "fd00::7" : "10.0.0.5");
		eq_int(m.state, ISCSI_IDLE);
		found("fd00::8");
		ok(act.ignored);
	}
	start();
	ok(act.send);
	eq_int(m.state, ISCSI_SECURITY);
	status(1, 1, "TargetAddress=san");
	ok(act.look_up);
	found("10.0.0.9");
	eq_int(m.port, 3260);
}

static void redirect_to_no_name(void)
{
	status(1, 1, "TargetAddress=san.lab");
	step((struct iscsi_event){ .kind = ISCSI_EV_NO_ADDRESS, .why = "no such name" });
	failed_with(AT "target moved temporarily (status 0x0101): redirected to san.lab: no such "
		       "name");
	status(1, 2, "TargetAddress=san.lab");
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	ok(act.ignored);
	now = iscsi_deadline(&m);
	step((struct iscsi_event){ .kind = ISCSI_EV_DEADLINE });
	failed_with(AT "target moved for good (status 0x0102): redirected to san.lab: no verdict "
		       "of the look-up within 60 s");
}

/* Names and addresses count together. */
static void redirect_loop_by_name(void)
{
	eq_int(redirections("TargetAddress=san.lab", "TargetAddress=san.lab", "10.0.0.5"), 4);
	failed_with(AT "redirected more than 4 times, now to san.lab (status 0x0101): check the "
		       "array's virtual addresses");
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
		       "connection (kernel error 1020): perhaps the target demands CHAP "
		       "(rd.iscsi.username= and rd.iscsi.password= give it), or refuses "
		       "initiator " INITIATOR);
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

int main(void)
{
	RUN(every_status);
	RUN(every_status_there_may_be);
	RUN(status_in_second_stage);
	RUN(demands_another_method);
	RUN(demands_chap);
	RUN(names_rejected_key);
	RUN(broken_answers);
	RUN(endless_targets);
	RUN(redirects);
	RUN(redirects_nowhere);
	RUN(redirect_in_second_stage);
	RUN(redirect_then_login);
	RUN(where_it_is);
	RUN(redirect_loop);
	RUN(redirect_to_name);
	RUN(redirect_to_no_name);
	RUN(redirect_loop_by_name);
	RUN(conn_error_then_status);
	RUN(conn_error_alone);
	RUN(silent_target);
	RUN(configured_limits);
	RUN(foreign_events);
	return test_end();
}
