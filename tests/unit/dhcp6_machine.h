/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One DHCPv6 machine under a fake clock and a server made of a few bytes: steps in, what it did
 * out, as words. */
#ifndef NETROOT_DHCP6_MACHINE_H
#define NETROOT_DHCP6_MACHINE_H

#include "core/dhcp6.h"
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

#endif
