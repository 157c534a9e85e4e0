/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One DHCP machine under a fake clock: steps in, what it did out, as words. */
#ifndef NETROOT_DHCP_MACHINE_H
#define NETROOT_DHCP_MACHINE_H

#include "core/dhcp.h"

#include "dhcp_packets.h"
#include "test.h"

#define MS 1000000ull
#define S 1000000000ull

static const struct dhcp_config config = {
	.mac = { 6, { 0x02, 0, 0, 0, 0, 0x01 } },
	.seed = 42,
	.arch = -1,
	.host_name = "node7",
};

static struct dhcp d;
static struct dhcp_actions act;
static uint64_t now;

static void begin_with(const struct dhcp_config *c)
{
	dhcp_init(&d, c);
	now = 5 * S;
}

__attribute__((unused)) static void begin(void)
{
	begin_with(&config);
}

/* What a step did, in words; the text of the actions is checked apart. */
static const char *did(void)
{
	static char text[256];
	struct out out = out_to(text, sizeof(text));
	char to[IP_TEXT_MAX];

	if (act.from_state != act.to_state)
		out_add(&out, "%s>%s ", dhcp_state_name(act.from_state),
			dhcp_state_name(act.to_state));
	if (act.send)
		out_add(&out, "send%u@%s ", act.message[242], ip_text(&act.to, to));
	out_add(&out, "%s%s%s%s%s%s%s", act.new_lease ? "lease " : "",
		act.lost_lease ? "lost " : "", act.refused ? "refused " : "",
		act.chosen ? "chosen " : "", act.waiting ? "waiting " : "",
		act.unsent ? "unsent " : "", act.ignored ? "ignored " : "");
	if (out.len)
		text[out.len - 1] = '\0';
	return text;
}

__attribute__((unused)) static const char *event(enum dhcp_event_kind kind)
{
	const struct dhcp_event ev = { kind, now, NULL, 0 };

	dhcp_step(&d, &ev, &act);
	return did();
}

/* Goes to the next deadline, which has to be there. */
__attribute__((unused)) static const char *deadline(void)
{
	uint64_t at = dhcp_deadline(&d);

	ok(at != DHCP_NO_DEADLINE && at >= now);
	now = at;
	return event(DHCP_EV_DEADLINE);
}

static const char *packet(const struct packet *p)
{
	const struct dhcp_event ev = { DHCP_EV_PACKET, now, p->bytes, p->len };

	dhcp_step(&d, &ev, &act);
	return did();
}

/* A server's message of this type under the machine's xid: 10.0.0.50 from 10.0.0.1, two minutes. */
static struct packet reply(uint8_t type)
{
	struct packet p = ack_with("");

	p.bytes[4] = (uint8_t)(d.xid >> 24);
	p.bytes[5] = (uint8_t)(d.xid >> 16);
	p.bytes[6] = (uint8_t)(d.xid >> 8);
	p.bytes[7] = (uint8_t)d.xid;
	p.bytes[242] = type;
	p.bytes[253] = 0;
	p.bytes[254] = 120;
	return p;
}

__attribute__((unused)) static const char *serve(uint8_t type)
{
	struct packet p = reply(type);

	return packet(&p);
}

/* From nothing to a lease of two minutes, at 5 s. */
__attribute__((unused)) static void bind_lease(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP_TYPE_OFFER);
	(void)serve(DHCP_TYPE_ACK);
}

__attribute__((unused)) static uint64_t until_deadline_ms(void)
{
	return (dhcp_deadline(&d) - now) / MS;
}

__attribute__((unused)) static uint32_t be32_at(size_t at)
{
	const uint8_t *p = act.message + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

__attribute__((unused)) static void begin_rebooting(void)
{
	struct dhcp_config c = config;

	c.init_reboot = true;
	c.request = ip4_from_he(0x0a000032);
	begin_with(&c);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>rebooting send3@255.255.255.255");
}

#endif
