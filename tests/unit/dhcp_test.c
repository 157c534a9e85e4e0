/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: whole exchanges with a fake clock and a server made of a few bytes. The choice among
 * several servers is in dhcp_choice_test.c, an address that is there already in
 * dhcp_again_test.c. */
#include "core/dhcp.h"

#include "dhcp_machine.h"

static void normal(void)
{
	uint32_t xid;
	char ip[IP_TEXT_MAX];

	begin();
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
	xid = be32_at(4);
	eq_int(xid, d.xid);
	eq_int(act.message[9], 1); /* secs is never 0 */
	now += 3 * MS;
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255");
	eq_int(be32_at(4), xid);
	/* RFC 2131 table 5: 50 and 54, no ciaddr */
	eq_int(be32_at(12), 0);
	eq_int(be32_at(252), 0x32040a00);
	eq_int(be32_at(256), 0x00323604);
	eq_int(be32_at(260), 0x0a000001);
	now += 2 * MS;
	eq_str(serve(DHCP_TYPE_ACK), "requesting>bound lease");
	eq_str(act.text, "");
	eq_str(ip_text(&d.lease.address, ip), "10.0.0.50");
	/* counts from the REQUEST */
	eq_int(d.lease.acquired_ns, 5 * S + 3 * MS);
	eq_int(dhcp_deadline(&d), 5 * S + 3 * MS + 60 * S);
}

static void ignored_options_are_named(void)
{
	struct packet p;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	p = reply(DHCP_TYPE_ACK);
	p.len--;
	add_hex(&p, "0c022d2d ff");
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(act.text, "option 12: not a host name");
}

/* The doubling from 250 ms, a quarter up or down, up to 64 s, for ever. */
static void nobody_answers(void)
{
	static const uint64_t want_ms[] = { 250,   500,	  1000,	 2000,	4000, 8000,
					    16000, 32000, 64000, 64000, 64000 };
	bool jitter = false;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (size_t i = 0; i < 11; i++) {
		uint64_t ms = until_deadline_ms();

		ok(ms >= want_ms[i] - want_ms[i] / 4 - 1 && ms <= want_ms[i] + want_ms[i] / 4);
		jitter = jitter || ms + 10 < want_ms[i] || ms > want_ms[i] + 10;
		eq_str(deadline(), "send1@255.255.255.255 waiting");
	}
	ok(jitter);
	for (int i = 0; i < 1100; i++)
		eq_str(deadline(), "send1@255.255.255.255 waiting");
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255");
	/* the REQUEST repeats the secs of the DISCOVER, which stop at their maximum */
	eq_int(be32_at(8), 0xffff0000);
}

static void waiting_text(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)deadline();
	ok(!strncmp(act.text, "no answer to DISCOVER after 1 try, sent again, next in 0.", 57));
	(void)deadline();
	ok(!strncmp(act.text, "no answer to DISCOVER after 2 tries, sent again, next in ", 57));
	(void)serve(DHCP_TYPE_OFFER);
	(void)deadline();
	ok(!strncmp(act.text, "no answer to REQUEST of 10.0.0.1 after 1 try, sent again, ", 58));
}

/* Two machines, or two NICs given the same seed, do not move in step. */
static void seeds(void)
{
	struct dhcp_config other = config;
	struct dhcp e;

	other.mac.bytes[5] = 2;
	begin();
	dhcp_init(&e, &other);
	(void)event(DHCP_EV_CARRIER_UP);
	dhcp_step(&e, &(struct dhcp_event){ DHCP_EV_CARRIER_UP, now, NULL, 0 }, &act);
	ok(d.xid != e.xid);
	ok(dhcp_deadline(&d) != dhcp_deadline(&e));
}

static void request_is_lost(void)
{
	uint32_t xid;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	xid = d.xid;
	for (int i = 0; i < 4; i++)
		eq_str(deadline(), "send3@255.255.255.255 waiting");
	eq_int(d.xid, xid);
	/* that server may be gone: anew, under another xid */
	eq_str(deadline(), "requesting>selecting send1@255.255.255.255 waiting");
	eq_str(act.text,
	       "no answer to the REQUEST of what 10.0.0.1 offered after 5 tries, asking anew");
	ok(d.xid != xid);
	(void)serve(DHCP_TYPE_OFFER);
	eq_str(serve(DHCP_TYPE_ACK), "requesting>bound lease");
}

static void two_offers(void)
{
	struct packet second;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	second = reply(DHCP_TYPE_OFFER);
	second.bytes[248] = 9; /* server 10.0.0.9 */
	(void)serve(DHCP_TYPE_OFFER);
	eq_str(packet(&second), "ignored");
	eq_str(act.text, "late, or not what is waited for");
	/* the other server's word on the REQUEST does not count either */
	second.bytes[242] = DHCP_TYPE_ACK;
	eq_str(packet(&second), "ignored");
	second.bytes[242] = DHCP_TYPE_NAK;
	eq_str(packet(&second), "ignored");
	eq_str(serve(DHCP_TYPE_ACK), "requesting>bound lease");
	eq_str(serve(DHCP_TYPE_ACK), "ignored");
}

static void foreign(void)
{
	static const struct {
		size_t at;
		const char *why;
	} rows[] = {
		{ 0, "not a reply" },
		{ 7, "not an answer to us (xid)" },
		{ 33, "not an answer to us (hardware address)" },
		{ 28, "not an answer to us (hardware address)" },
		{ 1, "not an answer to us (hardware address)" },
		{ 239, "without the DHCP cookie" },
	};

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct packet p = reply(DHCP_TYPE_OFFER);

		p.bytes[rows[i].at] ^= 0x10;
		eq_str(packet(&p), "ignored");
		eq_str(act.text, rows[i].why);
	}
	eq_str(packet(&(struct packet){ 0 }), "ignored");
	eq_str(serve(DHCP_TYPE_ACK), "ignored");
	eq_str(serve(DHCP_TYPE_NAK), "ignored");
	eq_str(serve(0), "ignored");
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255");
}

static void unusable_offers(void)
{
	struct packet p;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	p = reply(DHCP_TYPE_OFFER);
	memset(p.bytes + 16, 0, 4);
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable OFFER from 10.0.0.1: 0.0.0.0 is not an address a host can have");
	p = reply(DHCP_TYPE_OFFER);
	p.len -= 2;
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable answer: option 51 runs past the end of the options field");
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255");
}

static void unusable_ack(void)
{
	struct packet p;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	p = reply(DHCP_TYPE_ACK);
	p.len -= 7; /* without option 51 */
	eq_str(packet(&p), "requesting>selecting send1@255.255.255.255 refused");
	eq_str(act.text, "unusable ACK from 10.0.0.1: no usable lease time (option 51)");
}

/* Some servers leave 54 out of the ACK: it is the server that was asked. */
static void ack_without_server(void)
{
	struct packet p;
	char ip[IP_TEXT_MAX];

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	p = reply(DHCP_TYPE_ACK);
	memset(p.bytes + 243, DHCP_OPT_PAD, 6);
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(ip_text(&d.lease.server_id, ip), "10.0.0.1");
}

static void nak(void)
{
	struct packet p;
	uint32_t xid;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	xid = d.xid;
	p = reply(DHCP_TYPE_NAK);
	p.len--;
	add_hex(&p, "3808 6e6f1b5b316d2200 ff");
	eq_str(packet(&p), "requesting>selecting send1@255.255.255.255 refused");
	eq_str(act.text, "NAK from 10.0.0.1: \"no\\x1b[1m\"\"");
	ok(d.xid != xid);
	/* a second copy is of the old round */
	eq_str(packet(&p), "ignored");
}

/* A server that offers and refuses in turn: 1 s, 2 s ... 64 s between rounds. */
static void nak_loop(void)
{
	uint64_t want_ms = 0;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (int i = 0; i < 300; i++) {
		uint64_t ms;

		(void)serve(DHCP_TYPE_OFFER);
		(void)serve(DHCP_TYPE_NAK);
		eq_str(act.text, "NAK from 10.0.0.1: no reason given");
		if (i) {
			ok(!act.send);
			/* nothing was asked: an offer now is a forgery */
			eq_str(serve(DHCP_TYPE_OFFER), "ignored");
			ms = until_deadline_ms();
			ok(ms >= want_ms - want_ms / 4 - 1 && ms <= want_ms + want_ms / 4);
			eq_str(deadline(), "send1@255.255.255.255");
		}
		want_ms = !want_ms ? 1000 : want_ms < 64000 ? want_ms * 2 : want_ms;
	}
	/* a lease ends it */
	(void)serve(DHCP_TYPE_OFFER);
	(void)serve(DHCP_TYPE_ACK);
	(void)event(DHCP_EV_AGAIN);
	(void)serve(DHCP_TYPE_OFFER);
	ok(strstr(serve(DHCP_TYPE_NAK), "send1"));
}

static void late_offer(void)
{
	struct packet offer;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	offer = reply(DHCP_TYPE_OFFER);
	(void)packet(&offer);
	eq_str(packet(&offer), "ignored");
	(void)serve(DHCP_TYPE_ACK);
	eq_str(packet(&offer), "ignored");
	/* and of a round that is over */
	(void)event(DHCP_EV_AGAIN);
	eq_str(packet(&offer), "ignored");
	eq_str(act.text, "not an answer to us (xid)");
}

static void renewal(void)
{
	bind_lease();
	eq_int(until_deadline_ms(), 60000);
	eq_str(deadline(), "bound>renewing send3@10.0.0.1");
	/* RFC 2131 table 5: ciaddr, neither 50 nor 54 */
	eq_int(be32_at(12), 0x0a000032);
	eq_int(act.message[252], 57);
	now += 20 * MS;
	eq_str(serve(DHCP_TYPE_ACK), "renewing>bound lease");
	eq_int(d.lease.acquired_ns, 65 * S);
	eq_int(dhcp_deadline(&d), 125 * S);
}

/* Half of what is left to T2, 10 s at least; then broadcast; then the end. */
static void renewal_without_answer(void)
{
	uint32_t xid;

	bind_lease();
	(void)deadline();
	xid = d.xid;
	ok(until_deadline_ms() >= 16800 && until_deadline_ms() <= 28200);
	eq_str(deadline(), "send3@10.0.0.1 waiting");
	ok(d.xid != xid);
	ok(!strncmp(act.text, "no answer to the renewal after 1 try, sent again, next in", 57));
	while (d.state == DHCP_RENEWING)
		(void)deadline();
	eq_int(now, 5 * S + 105 * S);
	eq_str(did(), "renewing>rebinding send3@255.255.255.255");
	eq_int(be32_at(12), 0x0a000032);
	eq_str(deadline(), "send3@255.255.255.255 waiting");
	while (d.state == DHCP_REBINDING)
		(void)deadline();
	eq_int(now, 5 * S + 120 * S);
	eq_str(did(), "rebinding>selecting send1@255.255.255.255 lost");
	eq_str(act.text, "the lease of 10.0.0.50 ended");
	ok(!d.have_lease);
	/* not asked for again: it is gone */
	eq_int(act.message[252], 57);
}

/* Another server may answer the broadcast. */
static void rebinding(void)
{
	struct packet p;
	char ip[IP_TEXT_MAX];

	bind_lease();
	while (d.state != DHCP_REBINDING)
		(void)deadline();
	p = reply(DHCP_TYPE_ACK);
	p.bytes[248] = 9;
	eq_str(packet(&p), "rebinding>bound lease");
	eq_str(ip_text(&d.lease.server_id, ip), "10.0.0.9");
	eq_int(dhcp_deadline(&d), 5 * S + 105 * S + 60 * S);
}

static void renewal_with_another_address(void)
{
	struct packet p;

	bind_lease();
	(void)deadline();
	p = reply(DHCP_TYPE_ACK);
	p.bytes[19] = 51;
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable ACK from 10.0.0.1: renewed with another address");
	ok(d.have_lease);
	eq_str(serve(DHCP_TYPE_ACK), "renewing>bound lease");
}

static void nak_while_renewing(void)
{
	bind_lease();
	(void)deadline();
	eq_str(serve(DHCP_TYPE_NAK), "renewing>selecting send1@255.255.255.255 lost refused");
	ok(!d.have_lease);
}

static void lease_for_ever(void)
{
	struct packet p;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	p = reply(DHCP_TYPE_ACK);
	memset(p.bytes + 251, 0xff, 4);
	eq_str(packet(&p), "requesting>bound lease");
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
	eq_str(event(DHCP_EV_DEADLINE), "ignored");
}

/* A lease of a second must not make us ask without pause. */
static void shortest_lease(void)
{
	struct packet p;
	int n = 0;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	while (now < 15 * S && n < 1000) {
		p = reply(act.message[242] == 1 ? DHCP_TYPE_OFFER : DHCP_TYPE_ACK);
		memset(p.bytes + 251, 0, 3);
		p.bytes[254] = 1;
		(void)packet(&p);
		while (!act.send)
			(void)deadline();
		n++;
	}
	ok(n < 100);
}

static void ack_after_the_lease(void)
{
	struct packet p;

	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	p = reply(DHCP_TYPE_ACK);
	p.bytes[254] = 4;
	now += 4 * S;
	eq_str(packet(&p), "requesting>selecting send1@255.255.255.255 refused");
	eq_str(act.text, "unusable ACK from 10.0.0.1: the lease is over already");
}

static void again(void)
{
	struct packet p;

	bind_lease();
	now += 10 * S;
	eq_str(event(DHCP_EV_AGAIN), "bound>selecting send1@255.255.255.255");
	ok(d.have_lease);
	/* asks for the address it has */
	eq_int(be32_at(252), 0x32040a00);
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	(void)serve(DHCP_TYPE_OFFER);
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	ok(d.have_lease);
	p = reply(DHCP_TYPE_ACK);
	p.len--;
	add_hex(&p, "11022f61 ff");
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(d.lease.root_path, "/a");
	eq_int(dhcp_deadline(&d), 15 * S + 60 * S);
}

/* The old lease ends while nobody answers: lost once, and the asking goes on. */
static void again_without_answer(void)
{
	bind_lease();
	(void)event(DHCP_EV_AGAIN);
	while (d.have_lease)
		(void)deadline();
	eq_int(now, 5 * S + 120 * S);
	eq_str(did(), "lost");
	eq_str(deadline(), "send1@255.255.255.255 waiting");
}

/* A NAK while asking again takes the lease only where it is for the same address. */
static void nak_after_again(void)
{
	struct packet p;

	bind_lease();
	(void)event(DHCP_EV_AGAIN);
	p = reply(DHCP_TYPE_OFFER);
	p.bytes[19] = 77;
	(void)packet(&p);
	eq_str(serve(DHCP_TYPE_NAK), "requesting>selecting send1@255.255.255.255 refused");
	(void)serve(DHCP_TYPE_OFFER);
	eq_str(serve(DHCP_TYPE_NAK), "requesting>selecting lost refused");
}

static void carrier(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "bound>idle");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "ignored");
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	ok(d.have_lease);
	eq_str(serve(DHCP_TYPE_ACK), "ignored");
	now += 30 * S;
	/* RFC 2131 3.7: another network, or the same, as one REQUEST tells */
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>rebooting send3@255.255.255.255");
	eq_int(be32_at(12), 0);
	eq_int(be32_at(252), 0x32040a00);
	eq_int(act.message[258], DHCP_OPT_MAX_SIZE);
	eq_str(serve(DHCP_TYPE_ACK), "rebooting>bound lease");
}

static void carrier_stays_away(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(event(DHCP_EV_CARRIER_DOWN), "selecting>idle");
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
	bind_lease();
	(void)event(DHCP_EV_CARRIER_DOWN);
	eq_int(until_deadline_ms(), 120000);
	eq_str(deadline(), "lost");
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
}

static void early_deadline(void)
{
	begin();
	eq_str(event(DHCP_EV_DEADLINE), "ignored");
	(void)event(DHCP_EV_CARRIER_UP);
	now += 100 * MS;
	eq_str(event(DHCP_EV_DEADLINE), "ignored");
	eq_int(d.tx.n_sent, 1);
}

static void asked_for_address(void)
{
	struct dhcp_config c = config;

	c.request = ip4_from_he(0x0a000063);
	dhcp_init(&d, &c);
	(void)event(DHCP_EV_CARRIER_UP);
	eq_int(be32_at(252), 0x32040a00);
	eq_int(act.message[257], 0x63);
}

static void vendor_class(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(!memcmp(act.message + 256, "\x3c\x07netroot\x0c\x05node7\x37", 17));
}

int main(void)
{
	RUN(normal);
	RUN(ignored_options_are_named);
	RUN(nobody_answers);
	RUN(waiting_text);
	RUN(seeds);
	RUN(request_is_lost);
	RUN(two_offers);
	RUN(foreign);
	RUN(unusable_offers);
	RUN(unusable_ack);
	RUN(ack_without_server);
	RUN(nak);
	RUN(nak_loop);
	RUN(late_offer);
	RUN(renewal);
	RUN(renewal_without_answer);
	RUN(rebinding);
	RUN(renewal_with_another_address);
	RUN(nak_while_renewing);
	RUN(lease_for_ever);
	RUN(shortest_lease);
	RUN(ack_after_the_lease);
	RUN(again);
	RUN(again_without_answer);
	RUN(nak_after_again);
	RUN(carrier);
	RUN(carrier_stays_away);
	RUN(early_deadline);
	RUN(asked_for_address);
	RUN(vendor_class);
	return test_end();
}
