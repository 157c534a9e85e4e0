/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp6: whole exchanges with a fake clock and a server made of a few bytes. */
#include "core/dhcp6_msg.h"

#include "dhcp6_packets.h"
#include "test.h"

#define MS 1000000ull
#define S 1000000000ull

static const struct dhcp6_config plain = {
	.duid = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 },
	.len_duid = 10,
	.mac = { 6, { 0x02, 0, 0, 0, 0, 0x01 } },
	.seed = 42,
	.host_name = "node7",
	.arch = -1,
};

static const struct ip_addr server = { IP_V6, { 0xfe, 0x80, [15] = 1 } };

static struct dhcp6_config config;
static struct dhcp6 d;
static struct dhcp_actions act;
static uint64_t now;

static void begin(void)
{
	dhcp6_init(&d, &config);
	now = 5 * S;
}

/* What a step did, in words, and the state it led to; the text of the actions is checked apart. */
static const char *did(enum dhcp6_state before)
{
	static const char *const types[] = { "?", "SOLICIT", "ADVERTISE", "REQUEST",
					     "?", "RENEW",   "REBIND",	  "REPLY",
					     "?", "DECLINE", "?",	  "INFORM" };
	static char text[256];
	struct out out = out_to(text, sizeof(text));
	char to[IP_TEXT_MAX];

	if (before != d.state)
		out_add(&out, "%s>%s ", dhcp6_state_name(before), dhcp6_state_name(d.state));
	if (act.send) {
		ok(act.message[0] < 12);
		eq_str(ip_text(&act.to, to), "ff02::1:2");
		out_add(&out, "%s ", types[act.message[0] % 12]);
	}
	out_add(&out, "%s%s%s%s%s%s", act.new_lease ? "lease " : "", act.lost_lease ? "lost " : "",
		act.refused ? "refused " : "", act.waiting ? "waiting " : "",
		act.unsent ? "unsent " : "", act.ignored ? "ignored " : "");
	if (out.len)
		text[out.len - 1] = '\0';
	return text;
}

static const char *event(enum dhcp_event_kind kind)
{
	const struct dhcp_event ev = { kind, now, NULL, 0 };
	enum dhcp6_state before = d.state;

	dhcp6_step(&d, &ev, NULL, &act);
	return did(before);
}

/* Goes to the next deadline, which has to be there. */
static const char *deadline(void)
{
	uint64_t at = dhcp6_deadline(&d);

	ok(at != DHCP_NO_DEADLINE && at >= now);
	now = at;
	return event(DHCP_EV_DEADLINE);
}

static const char *packet(const struct packet *p)
{
	const struct dhcp_event ev = { DHCP_EV_PACKET, now, p->bytes, p->len };
	enum dhcp6_state before = d.state;

	dhcp6_step(&d, &ev, &server, &act);
	return did(before);
}

/* The server's message of this type under the machine's xid, with these options behind the
 * identifiers. */
static struct packet reply(uint8_t type, const char *options)
{
	struct packet p = from_hex("00000000 0001000a 00030001020000000001 0002000400030007");

	p.bytes[0] = type;
	p.bytes[1] = (uint8_t)(d.xid >> 16);
	p.bytes[2] = (uint8_t)(d.xid >> 8);
	p.bytes[3] = (uint8_t)d.xid;
	add_hex(&p, options);
	return p;
}

static const char *serve(uint8_t type, const char *options)
{
	struct packet p = reply(type, options);

	return packet(&p);
}

/* fd00::100 for 120 s, T1 and T2 60 and 96; likewise fd00::200 */
#define IA                                     \
	"00030028 00000001 0000003c 00000060 " \
	"00050018 fd000000000000000000000000000100 00000078 00000078 "
#define OTHER_IA                               \
	"00030028 00000001 0000003c 00000060 " \
	"00050018 fd000000000000000000000000000200 00000078 00000078 "
#define ROOT "003b000a 6e66733a2f2f612f7372 "
#define PREFERENCE(hex) "00070001 " hex " "
#define RAPID "000e0000 "
#define IN_IA(status) "00030012 00000001 00000000 00000000 000d0002 " status " "
#define STATUS(status) "000d0002 " status " "

/* From nothing to a lease, at 5 s. */
static void bind_lease(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA);
	(void)serve(DHCP6_REPLY, IA);
	eq_int(d.state, DHCP6_BOUND);
}

static uint64_t until_deadline_ms(void)
{
	return (dhcp6_deadline(&d) - now) / MS;
}

static bool near(uint64_t ms, uint64_t want_ms)
{
	return ms + 1 >= want_ms - want_ms / 10 && ms <= want_ms + want_ms / 10;
}

/* Elapsed time, wherever it is in the message. */
static int elapsed_cs(void)
{
	struct reader r = reader_of(act.message + 4, act.len - 4), value;

	ok(dhcp6_find_option(&r, DHCP6_OPT_ELAPSED, &value));
	return read_be16(&value);
}

static bool sent_option(uint16_t code)
{
	struct reader r = reader_of(act.message + 4, act.len - 4), value;

	return dhcp6_find_option(&r, code, &value);
}

/* The address in the IA_NA that was sent. */
static const char *sent_address(void)
{
	static char text[IP_TEXT_MAX];
	struct reader r = reader_of(act.message + 4, act.len - 4), ia, value;
	struct ip_addr ip = { .family = IP_V6 };

	ok(dhcp6_find_option(&r, DHCP6_OPT_IA_NA, &ia));
	(void)read_bytes(&ia, 12);
	if (!dhcp6_find_option(&ia, DHCP6_OPT_IAADDR, &value))
		return "none";
	memcpy(ip.bytes, value.p, 16);
	return ip_text(&ip, text);
}

static void normal(void)
{
	char ip[IP_TEXT_MAX];
	uint32_t xid;

	config = plain;
	begin();
	eq_int(dhcp6_deadline(&d), DHCP_NO_DEADLINE);
	/* at once, no delay of up to a second */
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>soliciting SOLICIT");
	xid = d.xid;
	ok(xid <= 0xffffff);
	eq_int(act.message[1] << 16 | act.message[2] << 8 | act.message[3], xid);
	eq_int(elapsed_cs(), 0);
	eq_str(sent_address(), "none");
	ok(!sent_option(DHCP6_OPT_RAPID_COMMIT) && !sent_option(DHCP6_OPT_SERVER_ID));
	now += 3 * MS;
	eq_str(serve(DHCP6_ADVERTISE, IA), "soliciting>requesting REQUEST");
	ok(d.xid != xid);
	ok(sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(sent_address(), "fd00::100");
	now += 2 * MS;
	eq_str(serve(DHCP6_REPLY, IA "0017000f fd0000000000000000000000000000"),
	       "requesting>bound lease");
	eq_str(act.text, "option 23: wrong length");
	eq_str(ip_text(&d.lease.address, ip), "fd00::100");
	eq_str(ip_text(&d.lease.server_id, ip), "fe80::1");
	/* counts from the REQUEST */
	eq_int(d.lease.acquired_ns, 5 * S + 3 * MS);
	eq_int(dhcp6_deadline(&d), 5 * S + 3 * MS + 60 * S);
	/* what comes twice is late */
	eq_str(serve(DHCP6_REPLY, IA), "ignored");
}

/* The doubling from 250 ms, a tenth up or down, up to 64 s, for ever, in one transaction. */
static void nobody_answers(void)
{
	static const uint64_t want_ms[] = { 250,   500,	  1000,	 2000,	4000, 8000,
					    16000, 32000, 64000, 64000, 64000 };
	uint32_t xid;
	bool jitter = false;

	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	xid = d.xid;
	for (size_t i = 0; i < 11; i++) {
		uint64_t ms = until_deadline_ms();

		ok(near(ms, want_ms[i]));
		jitter = jitter || ms + 2 < want_ms[i] || ms > want_ms[i] + 2;
		eq_str(deadline(), "SOLICIT waiting");
		eq_int(d.xid, xid);
	}
	ok(jitter);
	ok(!strncmp(act.text, "no answer to SOLICIT after 11 tries, sent again, next in 6", 58));
	for (int i = 0; i < 300; i++)
		eq_str(deadline(), "SOLICIT waiting");
	eq_int(elapsed_cs(), 0xffff);
	eq_str(serve(DHCP6_ADVERTISE, IA), "soliciting>requesting REQUEST");
	eq_int(elapsed_cs(), 0);
}

/* 82: the server's word on how often it is asked, even where it gives nothing. */
static void max_rt(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_ADVERTISE, IN_IA("0002") "00520004 00000e10"), "refused");
	eq_str(act.text, "ADVERTISE from fe80::1: NoAddrsAvail");
	for (int i = 0; i < 14; i++)
		eq_str(deadline(), "SOLICIT waiting");
	ok(near(until_deadline_ms(), 3600000));
}

static void offers_are_collected(void)
{
	char ip[IP_TEXT_MAX];

	config = plain;
	config.wants = DHCP_WANT_ROOT;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	/* all that is wanted: at once */
	eq_str(serve(DHCP6_ADVERTISE, IA ROOT), "soliciting>requesting REQUEST");
	/* without: waited for, and the better one taken */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_ADVERTISE, IA PREFERENCE("09")), "");
	now += 100 * MS;
	eq_str(serve(DHCP6_ADVERTISE, OTHER_IA ROOT), "soliciting>requesting REQUEST");
	eq_str(sent_address(), "fd00::200");
	/* nobody has it: of the highest preference, when the window ends; others lost go again */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_ADVERTISE, IA), "");
	now += 100 * MS;
	eq_str(serve(DHCP6_ADVERTISE, OTHER_IA PREFERENCE("01")), "");
	eq_str(serve(DHCP6_ADVERTISE, IA PREFERENCE("01")), "");
	eq_str(deadline(), "SOLICIT");
	eq_str(deadline(), "soliciting>requesting REQUEST");
	eq_int(now, 5 * S + 500 * MS);
	eq_str(ip_text(&d.offer.address, ip), "fd00::200");
	/* 255 is an order */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_ADVERTISE, IA), "");
	eq_str(serve(DHCP6_ADVERTISE, OTHER_IA PREFERENCE("ff")), "soliciting>requesting REQUEST");
	eq_str(sent_address(), "fd00::200");
}

static void rapid_commit(void)
{
	config = plain;
	config.rapid_commit = true;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(sent_option(DHCP6_OPT_RAPID_COMMIT));
	now += 5 * MS;
	eq_str(serve(DHCP6_REPLY, IA), "ignored");
	eq_str(serve(DHCP6_REPLY, IA RAPID), "soliciting>bound lease");
	eq_int(d.lease.acquired_ns, 5 * S);
	/* a server may do without */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_ADVERTISE, IA), "soliciting>requesting REQUEST");
	ok(!sent_option(DHCP6_OPT_RAPID_COMMIT));
	/* not asked for */
	config.rapid_commit = false;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP6_REPLY, IA RAPID), "ignored");
}

static void foreign(void)
{
	struct packet p;

	config = plain;
	begin();
	p = reply(DHCP6_ADVERTISE, IA);
	eq_str(packet(&p), "ignored");
	eq_str(act.text, "no answer is waited for");
	(void)event(DHCP_EV_CARRIER_UP);
	p = reply(DHCP6_ADVERTISE, IA);
	p.bytes[3]++;
	eq_str(packet(&p), "ignored");
	eq_str(act.text, "not an answer to us (xid)");
	p = reply(DHCP6_ADVERTISE, IA);
	p.bytes[17]++;
	eq_str(packet(&p), "ignored");
	eq_str(act.text, "not an answer to us (client identifier)");
	p = reply(DHCP6_ADVERTISE, IA);
	p.bytes[19] = 99;
	eq_str(packet(&p), "ignored");
	eq_str(act.text, "without a server identifier");
	p = reply(DHCP6_RECONFIGURE, "");
	eq_str(packet(&p), "ignored");
	eq_str(act.text, "a RECONFIGURE, which was not asked for");
	eq_str(serve(DHCP6_REPLY, IA), "ignored");
	eq_str(serve(DHCP6_ADVERTISE, "00030008 00000001 00000000"), "refused");
	eq_str(act.text, "ADVERTISE from fe80::1: no usable address");
	eq_str(serve(DHCP6_ADVERTISE, IA), "soliciting>requesting REQUEST");
	/* another server's word on our REQUEST */
	p = reply(DHCP6_REPLY, IA);
	p.bytes[25]++;
	eq_str(packet(&p), "ignored");
	eq_str(serve(DHCP6_ADVERTISE, IA), "ignored");
	eq_str(serve(DHCP6_REPLY, IA), "requesting>bound lease");
}

static void request_unanswered(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA);
	for (int i = 0; i < 4; i++)
		eq_str(deadline(), "REQUEST waiting");
	ok(!strncmp(act.text, "no answer to REQUEST of fe80::1 after 4 tries, sent again, next in ",
		    67));
	eq_str(deadline(), "requesting>soliciting SOLICIT waiting");
	eq_str(act.text, "no answer to the REQUEST of what fe80::1 offered after 5 tries, asking "
			 "anew");
}

/* Statuses in a REPLY to REQUEST: from the start, at once, then with pauses. */
static void request_refused(void)
{
	static const uint64_t want_ms[] = { 1000, 2000, 4000 };

	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA);
	eq_str(serve(DHCP6_REPLY, IN_IA("0002")), "requesting>soliciting SOLICIT refused");
	eq_str(act.text, "REPLY from fe80::1: NoAddrsAvail");
	for (size_t i = 0; i < 3; i++) {
		(void)serve(DHCP6_ADVERTISE, IA);
		eq_str(serve(DHCP6_REPLY, STATUS("0004")), "requesting>soliciting refused");
		ok(near(until_deadline_ms(), want_ms[i]));
		/* meanwhile nothing is waited for */
		eq_str(serve(DHCP6_ADVERTISE, IA), "ignored");
		eq_str(deadline(), "SOLICIT");
	}
	/* a lease resets that */
	(void)serve(DHCP6_ADVERTISE, IA);
	(void)serve(DHCP6_REPLY, IA);
	eq_int(d.n_failed, 0);
}

static void renewal(void)
{
	uint32_t xid;

	bind_lease();
	eq_str(deadline(), "bound>renewing RENEW");
	eq_int(now, 65 * S);
	ok(sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(sent_address(), "fd00::100");
	xid = d.xid;
	ok(near(until_deadline_ms(), 10000));
	eq_str(deadline(), "RENEW waiting");
	eq_int(d.xid, xid);
	ok(elapsed_cs() >= 900 && elapsed_cs() <= 1100);
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	eq_int(d.lease.acquired_ns, 65 * S);
}

/* Of a lease of eight seconds: half of what is left, a second at least. */
static void short_lease(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA);
	(void)serve(DHCP6_REPLY, "00030028 00000001 00000002 00000006"
				 "00050018 fd000000000000000000000000000100 00000008 00000008");
	eq_str(deadline(), "bound>renewing RENEW");
	eq_int(now, 7 * S);
	ok(near(until_deadline_ms(), 2000));
	eq_str(deadline(), "RENEW waiting");
	ok(near(until_deadline_ms(), 1000));
}

static void rebinding(void)
{
	char last[64] = "";
	int renews = 1;

	bind_lease();
	(void)deadline();
	for (; d.state == DHCP6_RENEWING && renews < 20; renews++)
		(void)snprintf(last, sizeof(last), "%s", deadline());
	eq_str(last, "renewing>rebinding REBIND");
	eq_int(now, (5 + 96) * S);
	ok(renews >= 3 && renews <= 9);
	ok(!sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(sent_address(), "fd00::100");
	/* then until the end */
	for (int i = 0; d.state == DHCP6_REBINDING && i < 30; i++)
		(void)snprintf(last, sizeof(last), "%s", deadline());
	eq_int(now, (5 + 120) * S);
	eq_str(last, "rebinding>soliciting SOLICIT lost");
	eq_str(act.text, "the lease of fd00::100 ended");
	eq_str(sent_address(), "none");
}

static void renewal_answers(void)
{
	/* forgotten: asked for again, of that server, at once */
	bind_lease();
	(void)deadline();
	eq_str(serve(DHCP6_REPLY, IN_IA("0003")), "renewing>requesting REQUEST refused");
	eq_str(act.text, "REPLY from fe80::1: NoBinding");
	eq_str(sent_address(), "fd00::100");
	ok(d.have_lease && sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(serve(DHCP6_REPLY, IA), "requesting>bound lease");
	/* anything else is no end: the lease lasts, and another may say otherwise */
	bind_lease();
	(void)deadline();
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "refused");
	eq_str(serve(DHCP6_REPLY, OTHER_IA), "refused");
	eq_str(act.text, "unusable REPLY from fe80::1: renewed with another address");
	eq_str(serve(DHCP6_REPLY, "00030028 00000001 00000000 00000000"
				  "00050018 fd000000000000000000000000000100 00000000 00000000"),
	       "refused");
	eq_int(d.state, DHCP6_RENEWING);
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	/* a REPLY that is older than its lease */
	bind_lease();
	(void)deadline();
	now += 20 * S;
	eq_str(serve(DHCP6_REPLY, "00030028 00000001 00000000 00000000"
				  "00050018 fd000000000000000000000000000100 0000000a 0000000a"),
	       "refused");
	eq_str(act.text, "unusable REPLY from fe80::1: the lease is over already");
}

static void information(void)
{
	char ip[IP_TEXT_MAX];

	config = plain;
	config.information_only = true;
	begin();
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>informing INFORM");
	ok(!sent_option(DHCP6_OPT_IA_NA));
	eq_str(deadline(), "INFORM waiting");
	eq_str(serve(DHCP6_ADVERTISE, ROOT), "ignored");
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "refused");
	eq_str(serve(DHCP6_REPLY, ROOT "00200004 00000e10"), "informing>bound lease");
	eq_str(ip_text(&d.lease.address, ip), "-");
	eq_str(d.lease.root_path, "nfs://a/sr");
	/* asked again after the refresh time, and never lost */
	eq_int(dhcp6_deadline(&d), 3605 * S);
	eq_str(deadline(), "bound>informing INFORM");
	for (int i = 0; i < 100; i++)
		eq_str(deadline(), "INFORM waiting");
	ok(d.have_lease);
	eq_str(serve(DHCP6_REPLY, "00200004 ffffffff"), "informing>bound lease");
	eq_int(dhcp6_deadline(&d), DHCP_NO_DEADLINE);
	eq_str(event(DHCP_EV_CONFLICT), "ignored");
	eq_str(event(DHCP_EV_AGAIN), "bound>informing INFORM");
}

/* Whoever floods the link with answers that nothing comes of fills no log. */
static void useless_answers(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (int i = 1; i <= 3; i++)
		eq_str(serve(DHCP6_ADVERTISE, STATUS("0002")), "refused");
	eq_str(act.text, "ADVERTISE from fe80::1: NoAddrsAvail");
	eq_str(serve(DHCP6_ADVERTISE, STATUS("0002")), "refused");
	eq_str(act.text, "4 unusable answers so far: ADVERTISE from fe80::1: NoAddrsAvail");
	for (int i = 5; i <= 7; i++)
		eq_str(serve(DHCP6_ADVERTISE, STATUS("0002")), "ignored");
	eq_str(serve(DHCP6_ADVERTISE, ""), "refused");
	eq_str(act.text, "8 unusable answers so far: ADVERTISE from fe80::1: no usable address");
	/* a lease begins the count anew; those to a renewal are of the same kind */
	eq_str(serve(DHCP6_ADVERTISE, IA), "soliciting>requesting REQUEST");
	eq_str(serve(DHCP6_REPLY, IA), "requesting>bound lease");
	eq_str(deadline(), "bound>renewing RENEW");
	for (int i = 1; i <= 2; i++)
		eq_str(serve(DHCP6_REPLY, OTHER_IA), "refused");
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "refused");
	eq_str(serve(DHCP6_REPLY, OTHER_IA), "refused");
	eq_str(act.text, "4 unusable answers so far: unusable REPLY from fe80::1: renewed with "
			 "another address");
	eq_str(serve(DHCP6_REPLY, OTHER_IA), "ignored");
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "ignored");
	/* a server that has forgotten is heard all the same */
	eq_str(serve(DHCP6_REPLY, STATUS("0003")), "renewing>requesting REQUEST refused");
}

static void useless_information(void)
{
	config = plain;
	config.information_only = true;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (int i = 1; i <= 4; i++)
		eq_str(serve(DHCP6_REPLY, STATUS("0001")), "refused");
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "ignored");
}

static void conflict(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_CONFLICT), "bound>soliciting DECLINE lost");
	eq_str(act.text, "somebody else on the link has fd00::100");
	eq_str(sent_address(), "fd00::100");
	ok(sent_option(DHCP6_OPT_SERVER_ID));
	ok(near(until_deadline_ms(), 250));
	/* the answer to the DECLINE is nothing that is waited for */
	eq_str(serve(DHCP6_REPLY, STATUS("0000")), "ignored");
	eq_str(deadline(), "SOLICIT");
	eq_str(sent_address(), "none");
	eq_str(event(DHCP_EV_CONFLICT), "ignored");
}

static void carrier(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "bound>idle");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "ignored");
	ok(d.have_lease);
	now += 10 * S;
	/* what we have is asked for */
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>soliciting SOLICIT");
	eq_str(sent_address(), "fd00::100");
	(void)event(DHCP_EV_CARRIER_DOWN);
	/* and ends in its time */
	eq_int(dhcp6_deadline(&d), 125 * S);
	eq_str(deadline(), "lost");
	eq_int(dhcp6_deadline(&d), DHCP_NO_DEADLINE);
}

static void again(void)
{
	config = plain;
	begin();
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	bind_lease();
	eq_str(event(DHCP_EV_AGAIN), "bound>soliciting SOLICIT");
	eq_str(sent_address(), "fd00::100");
	ok(d.have_lease);
	(void)serve(DHCP6_ADVERTISE, OTHER_IA);
	/* the lease at hand ends meanwhile */
	now = 125 * S;
	eq_str(event(DHCP_EV_DEADLINE), "lost");
	eq_int(d.state, DHCP6_REQUESTING);
}

/* The link-local address is tentative: sent again soon, as the first message. */
static void unsent(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_UNSENT), "ignored");
	eq_str(deadline(), "bound>renewing RENEW");
	eq_str(event(DHCP_EV_UNSENT), "unsent");
	ok(near(until_deadline_ms(), 250));
	begin();
	eq_str(event(DHCP_EV_UNSENT), "ignored");
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(event(DHCP_EV_UNSENT), "unsent");
	for (int i = 0; i < 12; i++) {
		ok(near(until_deadline_ms(), 250));
		eq_str(deadline(), "SOLICIT");
		eq_str(event(DHCP_EV_UNSENT), "");
	}
	(void)deadline();
	ok(near(until_deadline_ms(), 250));
	eq_str(deadline(), "SOLICIT waiting");
	ok(near(until_deadline_ms(), 500));
	eq_str(event(DHCP_EV_UNSENT), "unsent");
	/* no try was one */
	(void)serve(DHCP6_ADVERTISE, IA);
	eq_int(d.state, DHCP6_REQUESTING);
	for (int i = 0; i < 12; i++) {
		(void)event(DHCP_EV_UNSENT);
		eq_str(deadline(), "REQUEST");
	}
}

static void too_early(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_DEADLINE), "ignored");
}

static void resumed(void)
{
	struct lease had;

	bind_lease();
	had = d.lease;
	memset(&d, 0x5a, sizeof(d));
	dhcp6_resume(&d, &config, &had);
	now = 20 * S;
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_int(dhcp6_deadline(&d), 65 * S);
	eq_str(deadline(), "bound>renewing RENEW");
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	/* after its time already */
	dhcp6_resume(&d, &config, &had);
	now = 200 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>soliciting SOLICIT lost");
}

static bool asks_for_url(void)
{
	static const uint8_t url[] = { 0, 59 };

	for (size_t at = 4; at + 4 <= act.len; at += 4u + act.message[at + 3])
		if (act.message[at + 1] == 6) /* ORO */
			return memmem(act.message + at + 4, act.message[at + 3], url, sizeof(url));
	return false;
}

/* Who renews a lease for the booted system has no use for the root, which may name a secret. */
static void nothing_secret(void)
{
	struct lease had;

	bind_lease();
	had = d.lease;
	config.keeps = true;
	dhcp6_resume(&d, &config, &had);
	eq_str(deadline(), "bound>renewing RENEW");
	ok(!asks_for_url());
	eq_str(serve(DHCP6_REPLY, IA ROOT), "renewing>bound lease");
	eq_str(d.lease.root_path, "");
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA ROOT);
	ok(!memmem(&d, sizeof(d), "nfs:", 4));
	config.keeps = false;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(asks_for_url());
	(void)serve(DHCP6_ADVERTISE, IA ROOT);
	ok(memmem(&d, sizeof(d), "nfs:", 4));
}

/* Two NICs given the same seed, and DHCPv4 beside it, do not move in step. */
static void seeds(void)
{
	struct dhcp6_config other = plain;
	struct dhcp6 e;

	other.mac.bytes[5]++;
	dhcp6_init(&d, &plain);
	dhcp6_init(&e, &other);
	ok(d.rng != e.rng);
	ok(d.rng != plain.seed);
}

int main(void)
{
	RUN(normal);
	RUN(nobody_answers);
	RUN(max_rt);
	RUN(offers_are_collected);
	RUN(rapid_commit);
	RUN(foreign);
	RUN(request_unanswered);
	RUN(request_refused);
	RUN(renewal);
	RUN(short_lease);
	RUN(rebinding);
	RUN(renewal_answers);
	RUN(information);
	RUN(useless_answers);
	RUN(useless_information);
	RUN(conflict);
	RUN(unsent);
	RUN(carrier);
	RUN(again);
	RUN(too_early);
	RUN(resumed);
	RUN(nothing_secret);
	RUN(seeds);
	return test_end();
}
