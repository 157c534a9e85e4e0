/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A discovery session against a scripted portal: what goes out, the list cut anywhere, and every
 * way it can go wrong. Texts of the login are those of tgt 1.0.85. */
#include "test.h"

#include "core/iscsi_discover.h"

#define S 1000000000ull
#define AT "asking 10.0.0.5:3260 for its targets: "

static struct iscsi_discover d;
static struct iscsi_discover_actions act;
static uint64_t now;

/* What the portal says, PDU after PDU. */
static uint8_t script[65536];
static size_t len_script;
static uint32_t statsn;

static void begin(void)
{
	struct iscsi_config config = { .port = 3260, .initiator = "iqn.2026-01.lab:client" };

	config.portal = ip4_from_he(0x0a000005);
	now = 100 * S;
	statsn = 0x1000;
	len_script = 0;
	iscsi_discover_init(&d, &config);
}

static void put(uint8_t opcode, uint8_t flags, uint32_t itt, uint32_t ttt, const void *text,
		size_t len)
{
	uint8_t *p = script + len_script;

	memset(p, 0, 48 + len + 3);
	p[0] = opcode;
	p[1] = flags;
	p[6] = (uint8_t)(len >> 8);
	p[7] = (uint8_t)len;
	for (int i = 0; i < 4; i++) {
		p[16 + i] = (uint8_t)(itt >> (24 - 8 * i));
		p[20 + i] = (uint8_t)(ttt >> (24 - 8 * i));
		p[24 + i] = (uint8_t)(statsn >> (24 - 8 * i));
	}
	memcpy(p + 48, text, len);
	len_script += 48 + ((len + 3) & ~(size_t)3);
	statsn++;
}

#define PUT(opcode, flags, itt, ttt, literal) \
	put(opcode, flags, itt, ttt, literal, sizeof(literal) - 1)

static void put_login(void)
{
	PUT(0x23, 0x81, 1, 0, "AuthMethod=None\0");
	PUT(0x23, 0x87, 1, 0,
	    "HeaderDigest=None\0DataDigest=None\0DefaultTime2Wait=2\0DefaultTime2Retain=0\0"
	    "IFMarker=No\0OFMarker=No\0ErrorRecoveryLevel=0\0MaxRecvDataSegmentLength=8192\0");
}

static void step(struct iscsi_discover_event ev)
{
	ev.now_ns = now;
	iscsi_discover_step(&d, &ev, &act);
}

static void start(void)
{
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_START,
					    .isid = { 0x80, 1, 2, 3, 0, 0 } });
}

static unsigned int n_sent;

static void feed(const uint8_t *bytes, size_t len)
{
	while (len && d.state != ISCSI_DISCOVER_DONE && d.state != ISCSI_DISCOVER_FAILED) {
		step((struct iscsi_discover_event){
			.kind = ISCSI_DISCOVER_EV_BYTES, .bytes = bytes, .len = len });
		ok(act.taken > 0 && act.taken <= len);
		bytes += act.taken;
		len -= act.taken;
		n_sent += act.len > 0;
	}
}

static void play(void)
{
	n_sent = 0;
	start();
	feed(script, len_script);
}

static bool sent_contains(const void *text, size_t len)
{
	return memmem(act.bytes, act.len, text, len);
}

static const char *list_text(void)
{
	static char text[1024];
	struct out out = out_to(text, sizeof(text));

	iscsi_targets_text(&d.targets, &out);
	return text;
}

static const char *left_out_text(void)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));

	iscsi_targets_left_out(&d.targets, &out);
	return text;
}

static const char *portal_text(uint8_t i)
{
	static char text[256];
	char portal[ISCSI_PORTAL_TEXT_MAX];
	struct out out = out_to(text, sizeof(text));
	const struct iscsi_target_portal *p = &d.targets.portals[i];

	if (i >= d.targets.n_portals)
		return "none";
	out_add(&out, "%u %s%s %u,%u", p->target, p->name,
		p->name[0] ? "" : iscsi_portal_text(&p->ip, p->port, portal), p->port, p->tag);
	return text;
}

/* --- good ones --- */

static void what_is_sent(void)
{
	begin();
	start();
	eq_int(act.bytes[0], 0x43);
	eq_int(act.bytes[8], 0x80);
	ok(sent_contains("SessionType=Discovery", sizeof("SessionType=Discovery")));
	ok(!sent_contains("TargetName", 10));
	put_login();
	feed(script, 64);
	ok(sent_contains("HeaderDigest=None", sizeof("HeaderDigest=None")));
	ok(sent_contains("MaxRecvDataSegmentLength=8192", sizeof("MaxRecvDataSegmentLength=8192")));
	ok(!sent_contains("MaxBurstLength", 14) && !sent_contains("InitialR2T", 10));
	feed(script + 64, len_script - 64);
	eq_int(d.state, ISCSI_DISCOVER_ASK);
	eq_int((int64_t)act.len, 64);
	ok(!memcmp(act.bytes,
		   "\x44\x80\0\0\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\2\xff\xff\xff\xff\0\0\0\0"
		   "\0\0\x10\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0SendTargets=All",
		   64));
	ok(iscsi_discover_deadline(&d) == now + 10 * S);
	len_script = 0;
	PUT(0x24, 0x80, 2, ISCSI_TAG_NONE, "TargetName=iqn.2026-01.lab:a\0");
	feed(script, len_script);
	ok(act.done && !act.failed);
	/* and off: a logout request, nothing waited for */
	eq_int((int64_t)act.len, 48);
	eq_int(act.bytes[0], 0x46);
	ok(iscsi_discover_deadline(&d) == ISCSI_NO_DEADLINE);
}

static void put_list(void)
{
	PUT(0x24, 0x80, 2, ISCSI_TAG_NONE,
	    "TargetName=iqn.2026-01.lab:a\0TargetAddress=10.0.0.5:3260,1\0"
	    "TargetAddress=[fd00::5]:3261,2\0TargetName=eui.0123456789abcdef\0"
	    "TargetAddress=nas.lab,7\0TargetName=iqn.2026-01.lab:c\0");
}

static void check_list(void)
{
	ok(act.done && !act.failed);
	eq_str(list_text(), "iqn.2026-01.lab:a, eui.0123456789abcdef, iqn.2026-01.lab:c");
	eq_int(d.targets.n_portals, 3);
	eq_str(portal_text(0), "0 10.0.0.5:3260 3260,1");
	eq_str(portal_text(1), "0 [fd00::5]:3261 3261,2");
	eq_str(portal_text(2), "1 nas.lab 3260,7");
	eq_int(d.targets.n_bad + d.targets.n_more, 0);
}

static void reads_the_list(void)
{
	begin();
	put_login();
	put_list();
	play();
	check_list();
}

/* The stream in two parts, and byte by byte. */
static void cut_at_every_byte(void)
{
	begin();
	put_login();
	put_list();
	for (size_t at = 0; at <= len_script; at++) {
		struct iscsi_config config = d.login.config;

		iscsi_discover_init(&d, &config);
		start();
		feed(script, at);
		feed(script + at, len_script - at);
		check_list();
	}
	iscsi_discover_init(&d, &d.login.config);
	begin();
	put_login();
	put_list();
	start();
	for (size_t i = 0; i < len_script; i++)
		feed(script + i, 1);
	check_list();
}

/* The text of two responses, cut at every byte of it; the second is asked for with the tag of the
 * first. */
static void text_cut_at_every_byte(void)
{
	static const char text[] =
		"TargetName=iqn.2026-01.lab:a\0TargetAddress=10.0.0.5:3260,1\0"
		"TargetAddress=[fd00::5]:3261,2\0TargetName=eui.0123456789abcdef\0"
		"TargetAddress=nas.lab,7\0TargetName=iqn.2026-01.lab:c";

	for (size_t at = 0; at <= sizeof(text); at++) {
		begin();
		put_login();
		put(0x24, 0x40, 2, 0x77, text, at);
		play();
		eq_int(d.state, ISCSI_DISCOVER_ASK);
		eq_int((int64_t)act.len, 48);
		ok(!memcmp(act.bytes + 16, "\0\0\0\2\0\0\0\x77", 8));
		ok(!memcmp(act.bytes + 28, "\0\0\x10\3", 4));
		len_script = 0;
		put(0x24, 0x80, 2, ISCSI_TAG_NONE, text + at, sizeof(text) - at);
		feed(script, len_script);
		check_list();
	}
}

static void ping_in_between(void)
{
	begin();
	put_login();
	PUT(0x20, 0x80, 0xffffffff, 0x55, "");
	put_list();
	play();
	check_list();
}

/* Said again with each address, twice the same, nonsense, and more than there is room for. */
static void odd_lists(void)
{
	char text[8000];
	struct out out = out_to(text, sizeof(text));

	begin();
	put_login();
	PUT(0x24, 0x80, 2, ISCSI_TAG_NONE,
	    "TargetAddress=10.0.0.9\0TargetName=iqn.a:1\0TargetAddress=10.0.0.5\0"
	    "TargetName=iqn.a:1\0TargetAddress=10.0.0.6\0TargetAddress=10.0.0.6:3260\0"
	    "TargetAddress=0.0.0.0:3260,1\0TargetAddress=10.0.0.7:0\0TargetAddress=\0"
	    "X-Other=1\0TargetName=no name\0TargetAddress=10.0.0.8\0");
	play();
	ok(act.done);
	eq_str(list_text(), "iqn.a:1");
	eq_int(d.targets.n_portals, 2);
	eq_str(portal_text(1), "0 10.0.0.6:3260 3260,0");
	eq_int(d.targets.n_bad, 4);
	eq_str(left_out_text(), "4 names or addresses that are none");
	begin();
	put_login();
	for (int i = 0; i < 20; i++)
		out_add(&out,
			"TargetName=iqn.a:%d\nTargetAddress=10.0.0.5\nTargetAddress=10.0.0.6\n"
			"TargetAddress=10.0.0.7\n",
			i);
	for (size_t i = 0; i < out.len; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	put(0x24, 0x80, 2, ISCSI_TAG_NONE, text, out.len);
	play();
	ok(act.done);
	eq_int(d.targets.n, ISCSI_TARGETS_MAX);
	eq_int(d.targets.n_more, 4);
	eq_int(d.targets.n_portals, ISCSI_TARGET_PORTALS_MAX);
	ok(strstr(list_text(), "iqn.a:15 and 4 more"));
	eq_str(left_out_text(),
	       "4 targets from iqn.a:16 on (room for 16), 16 portals from 10.0.0.7:3260 of "
	       "iqn.a:10 on (room for 32)");
}

static void redirected(void)
{
	begin();
	PUT(0x23, 0x00, 1, 0, "TargetAddress=10.0.0.6:3261,1\0");
	script[36] = 1;
	script[37] = 1;
	play();
	ok(act.reconnect && !act.failed && !act.len);
	eq_int(d.login.port, 3261);
	begin();
	put_login();
	put_list();
	d.login.port = 3261;
	play();
	check_list();
}

static void failed_with(const char *text)
{
	ok(act.failed && !act.done && !act.len);
	eq_str(act.err.text, text);
	eq_int(d.state, ISCSI_DISCOVER_FAILED);
}

/* To a name: what comes of the look-up decides. */
static void redirected_to_name(void)
{
	static const struct iscsi_discover_event no_address = {
		.kind = ISCSI_DISCOVER_EV_NO_ADDRESS, .why = "no such name"
	};
	struct iscsi_discover_event address = { .kind = ISCSI_DISCOVER_EV_ADDRESS };

	address.ip = ip4_from_he(0x0a000007);
	for (int found = 0; found < 2; found++) {
		begin();
		PUT(0x23, 0x00, 1, 0, "TargetAddress=nas.lab:3262,1\0");
		script[36] = 1;
		script[37] = 1;
		play();
		ok(act.look_up && !act.reconnect && !act.failed && !act.len);
		eq_str(d.login.lookup, "nas.lab");
		ok(iscsi_discover_deadline(&d) == now + 60 * S);
		/* of the connection that is left */
		step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_CLOSED });
		ok(!act.failed && !act.reconnect);
		step(found ? address : no_address);
		ok(!act.look_up);
		if (!found)
			failed_with(
				AT
				"target moved temporarily (status 0x0101): redirected to nas.lab: "
				"no such name");
	}
	ok(act.reconnect && !act.failed);
	ok(ip_eq(&d.login.portal, &address.ip));
	eq_int(d.login.port, 3262);
	ok(iscsi_discover_deadline(&d) == ISCSI_NO_DEADLINE);
	len_script = 0;
	put_login();
	put_list();
	play();
	check_list();
	/* no verdict at all */
	begin();
	PUT(0x23, 0x00, 1, 0, "TargetAddress=nas.lab\0");
	script[36] = 1;
	script[37] = 1;
	play();
	now = iscsi_discover_deadline(&d);
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_DEADLINE });
	ok(act.failed && strstr(act.err.text, "no verdict of the look-up within 60 s"));
}

/* --- bad ones --- */

static void refused(void)
{
	begin();
	PUT(0x23, 0x00, 1, 0, "");
	script[36] = 2;
	script[37] = 1;
	play();
	ok(act.failed && strstr(act.err.text, AT "authentication failed (status 0x0201)"));
}

static void fails_with(uint8_t opcode, uint8_t flags, uint32_t itt, uint32_t ttt, const char *list,
		       const char *text)
{
	begin();
	put_login();
	put(opcode, flags, itt, ttt, list, strlen(list));
	play();
	failed_with(text);
}

static void bad_answers(void)
{
	char text[ISCSI_TARGETS_PAIR_MAX + 2];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fails_with(0x24, 0x80, 2, ISCSI_TAG_NONE, "",
		   AT "it tells of no target: admit on the target initiator "
		      "iqn.2026-01.lab:client");
	fails_with(0x24, 0x80, 2, ISCSI_TAG_NONE, "TargetName=?",
		   AT "it tells of no target with a valid name: admit on the target initiator "
		      "iqn.2026-01.lab:client");
	fails_with(0x24, 0x80, 2, ISCSI_TAG_NONE, "nonsense",
		   AT "the list of targets is not made of key=value");
	fails_with(0x24, 0x80, 2, ISCSI_TAG_NONE, text,
		   AT "the list of targets has a key of more than 512 bytes");
	fails_with(0x24, 0x80, 3, ISCSI_TAG_NONE, "",
		   AT "text response with task tag 0x00000003, not 0x00000002");
	fails_with(0x24, 0x40, 2, ISCSI_TAG_NONE, "",
		   AT "text response that neither ends nor says how to go on");
	fails_with(0x24, 0xc0, 2, 1, "", AT "text response with both F and C set (flags 0xc0)");
	fails_with(0x3f, 0x80, 0xffffffff, 0, "",
		   AT "PDU with opcode 0x3f instead of a text response (reject)");
}

static void no_pdu(void)
{
	begin();
	start();
	feed((const uint8_t *)"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.18.0\r\n\r\n", 50);
	failed_with(AT "PDU that is longer than allowed, or no PDU: check that the port is that of "
		       "an iSCSI portal");
}

static void without_end(void)
{
	begin();
	put_login();
	play();
	for (int i = 0; i < ISCSI_DISCOVER_TEXTS_MAX; i++) {
		len_script = 0;
		PUT(0x24, 0x40, 2, 1, "");
		feed(script, len_script);
		eq_int(d.state, ISCSI_DISCOVER_ASK);
	}
	feed(script, len_script);
	failed_with(AT "no end of its targets after 128 responses");
}

static void closed_or_late(void)
{
	begin();
	start();
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_CLOSED });
	ok(act.failed &&
	   strstr(act.err.text, AT "connection lost in the security stage of the login"));
	begin();
	put_login();
	play();
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_CLOSED });
	failed_with(AT "connection closed instead of an answer: see the target's log");
	begin();
	start();
	now = iscsi_discover_deadline(&d);
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_DEADLINE });
	ok(act.failed && strstr(act.err.text, AT "connected, but no end of the login within"));
	begin();
	put_login();
	play();
	now = iscsi_discover_deadline(&d) - 1;
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_DEADLINE });
	ok(!act.failed);
	now++;
	step((struct iscsi_discover_event){ .kind = ISCSI_DISCOVER_EV_DEADLINE });
	failed_with(AT "logged in, but no answer to SendTargets within 10 s");
}

int main(void)
{
	RUN(what_is_sent);
	RUN(reads_the_list);
	RUN(cut_at_every_byte);
	RUN(text_cut_at_every_byte);
	RUN(ping_in_between);
	RUN(odd_lists);
	RUN(redirected);
	RUN(redirected_to_name);
	RUN(refused);
	RUN(bad_answers);
	RUN(no_pdu);
	RUN(without_end);
	RUN(closed_or_late);
	return test_end();
}
