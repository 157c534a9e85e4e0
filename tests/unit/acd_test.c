/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/acd: probes, announcements, and whose ARP packets count. */
#include "core/acd.h"

#include "dhcp_packets.h"
#include "test.h"

#define MS 1000000ull

static const struct mac_addr mac = { 6, { 2, 0, 0, 0, 0, 1 } };
static struct acd m;
static struct acd_actions act;
static uint64_t now;

static const char *did(void)
{
	static char text[64];
	const char *state = m.state == ACD_IDLE		? "idle"
			    : m.state == ACD_PROBING	? "probing"
			    : m.state == ACD_ANNOUNCING ? "announcing"
			    : m.state == ACD_DONE	? "done"
							: "conflict";

	(void)snprintf(text, sizeof(text), "%s%s%s%s", state,
		       !act.send			    ? ""
		       : act.message[14] || act.message[15] ? " announce"
							    : " probe",
		       act.clear ? " clear" : "", act.conflict ? " told" : "");
	return text;
}

static const char *event(enum acd_event_kind kind)
{
	const struct acd_event ev = { kind, now, NULL, 0 };

	acd_step(&m, &ev, &act);
	return did();
}

static const char *deadline(void)
{
	now = acd_deadline(&m);
	return event(ACD_EV_DEADLINE);
}

static const char *packet(const char *hex)
{
	struct packet p = from_hex(hex);
	const struct acd_event ev = { ACD_EV_PACKET, now, p.bytes, p.len };

	acd_step(&m, &ev, &act);
	return did();
}

static void begin(void)
{
	const struct ip_addr address = ip4_from_he(0x0a000032);

	acd_init(&m, &mac, &address);
	now = 1000 * MS;
}

static void nobody_has_it(void)
{
	struct packet probe =
		from_hex("0001 0800 06 04 0001 020000000001 00000000 000000000000 0a000032");
	struct packet announcement =
		from_hex("0001 0800 06 04 0001 020000000001 0a000032 000000000000 0a000032");

	begin();
	eq_int(acd_deadline(&m), ACD_NO_DEADLINE);
	eq_str(event(ACD_EV_DEADLINE), "idle");
	eq_str(event(ACD_EV_START), "probing probe");
	eq_int(probe.len, ARP_LEN);
	ok(!memcmp(act.message, probe.bytes, ARP_LEN));
	eq_int(acd_deadline(&m), 1200 * MS);
	eq_str(event(ACD_EV_DEADLINE), "probing"); /* early */
	eq_str(event(ACD_EV_START), "probing"); /* under way */
	eq_str(deadline(), "probing probe");
	eq_str(deadline(), "probing probe");
	eq_str(deadline(), "announcing announce clear");
	eq_int(now, 1600 * MS);
	ok(!memcmp(act.message, announcement.bytes, ARP_LEN));
	eq_str(event(ACD_EV_START), "announcing");
	eq_str(deadline(), "done announce");
	eq_int(now, 3600 * MS);
	eq_int(acd_deadline(&m), ACD_NO_DEADLINE);
	eq_str(event(ACD_EV_DEADLINE), "done");
	eq_str(event(ACD_EV_START), "done");
	eq_str(packet("0001 0800 06 04 0002 020000000009 0a000032 020000000001 0a000032"), "done");
}

static void packets_while_probing(void)
{
	static const struct {
		const char *hex, *want;
	} rows[] = {
		/* an answer, a question of the holder, its announcement */
		{ "0001080006040002 020000000009 0a000032 020000000001 00000000", "conflict told" },
		{ "0001080006040001 020000000009 0a000032 000000000000 0a000001", "conflict told" },
		{ "0001080006040001 020000000009 0a000032 000000000000 0a000032", "conflict told" },
		/* padded to Ethernet's minimum */
		{ "0001080006040002 020000000009 0a000032 020000000001 00000000 000000000000",
		  "conflict told" },
		/* another's probe for it */
		{ "0001080006040001 020000000009 00000000 000000000000 0a000032", "conflict told" },
		/* another's probe for another address, somebody asks who has ours */
		{ "0001080006040001 020000000009 00000000 000000000000 0a000033", "probing" },
		{ "0001080006040001 020000000009 0a000001 000000000000 0a000032", "probing" },
		/* a reply from 0.0.0.0 is no probe */
		{ "0001080006040002 020000000009 00000000 000000000000 0a000032", "probing" },
		/* our own, come back, or the kernel's */
		{ "0001080006040001 020000000001 00000000 000000000000 0a000032", "probing" },
		{ "0001080006040002 020000000001 0a000032 020000000009 0a000009", "probing" },
		/* not ARP for IPv4 over Ethernet, not a request or a reply, cut */
		{ "0006080006040002 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "000186dd06040002 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "0001080008040002 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "0001080006060002 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "0001080006040003 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "0001080006040000 020000000009 0a000032 020000000001 00000000", "probing" },
		{ "0001080006040002 020000000009 0a000032 020000000001 000000", "probing" },
		{ "", "probing" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		eq_str(packet(rows[i].hex), "idle");
		(void)event(ACD_EV_START);
		eq_str(packet(rows[i].hex), rows[i].want);
		if (m.state != ACD_CONFLICT)
			continue;
		eq_int(m.holder.bytes[5], 9);
		/* told once, and no more is sent */
		eq_int(acd_deadline(&m), ACD_NO_DEADLINE);
		eq_str(packet(rows[i].hex), "conflict");
		eq_str(event(ACD_EV_DEADLINE), "conflict");
		eq_str(event(ACD_EV_START), "conflict");
	}
}

/* After the last probe there is still time for its answer. */
static void late_answer(void)
{
	begin();
	(void)event(ACD_EV_START);
	(void)deadline();
	(void)deadline();
	now += 199 * MS;
	eq_str(packet("0001080006040002 020000000009 0a000032 020000000001 00000000"),
	       "conflict told");
}

/* Another NIC of this machine answers, for the kernel does so on every NIC: nothing is over. */
static void own_answer_first(void)
{
	static const char ours[] = "0001080006040002 020000000002 0a000032 020000000001 00000000";

	begin();
	eq_str(event(ACD_EV_OURS), "idle");
	(void)event(ACD_EV_START);
	eq_str(event(ACD_EV_OURS), "probing");
	eq_str(packet(ours), "conflict told");
	eq_str(event(ACD_EV_OURS), "probing");
	eq_int(acd_deadline(&m), 1200 * MS);
	eq_str(packet("0001080006040002 020000000009 0a000032 020000000001 00000000"),
	       "conflict told");
	eq_int(m.holder.bytes[5], 9);
	/* and with nobody else three probes are all */
	begin();
	(void)event(ACD_EV_START);
	for (int i = 0; i < ACD_PROBES; i++) {
		(void)packet(ours);
		eq_str(event(ACD_EV_OURS), "probing");
		eq_str(deadline(),
		       i + 1 < ACD_PROBES ? "probing probe" : "announcing announce clear");
	}
	eq_str(event(ACD_EV_OURS), "announcing");
}

/* In use by then: defended once, not given up. */
static void conflict_while_announcing(void)
{
	begin();
	(void)event(ACD_EV_START);
	for (int i = 0; i < 3; i++)
		(void)deadline();
	eq_str(packet("0001080006040001 020000000009 00000000 000000000000 0a000032"),
	       "announcing");
	eq_str(packet("0001080006040002 020000000009 0a000032 020000000001 00000000"),
	       "done announce");
	eq_str(packet("0001080006040002 020000000009 0a000032 020000000001 00000000"), "done");
}

static void link_local(void)
{
	uint32_t before = 0, same = 0;
	struct mac_addr other = mac;
	struct ip_addr a, b;

	other.bytes[5] = 2;
	for (unsigned int n = 0; n < 1000; n++) {
		a = ip4_link_local(&mac, n);
		b = ip4_link_local(&other, n);
		/* RFC 3927 2.1: the first and the last 256 addresses are reserved */
		ok(ip4_to_he(&a) >= 0xa9fe0100 && ip4_to_he(&a) <= 0xa9fefeff);
		same += ip4_to_he(&a) == before || ip4_to_he(&a) == ip4_to_he(&b);
		before = ip4_to_he(&a);
	}
	ok(same < 3);
	a = ip4_link_local(&mac, 0);
	b = ip4_link_local(&mac, 0);
	ok(ip_eq(&a, &b));
}

int main(void)
{
	RUN(nobody_has_it);
	RUN(packets_while_probing);
	RUN(late_answer);
	RUN(own_answer_first);
	RUN(conflict_while_announcing);
	RUN(link_local);
	return test_end();
}
