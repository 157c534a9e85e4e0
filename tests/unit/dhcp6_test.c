/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp6: from nothing to a lease, with a fake clock and a server made of a few bytes. A lease
 * that is there already is in dhcp6_again_test.c. */
#include "dhcp6_machine.h"

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
	RUN(information);
	RUN(useless_answers);
	RUN(useless_information);
	RUN(unsent);
	RUN(seeds);
	return test_end();
}
