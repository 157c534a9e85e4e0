/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RFC 5227: whose an IPv4 address is, as ARP tells; and the addresses of RFC 3927. */
#include "core/acd.h"

#include <string.h>

#include "core/backoff.h"
#include "core/bytes.h"

#define NS_PER_MS 1000000ull
#define LEN_MAC 6
#define ETHERNET 1
#define IPV4 0x0800
#define REQUEST 1
#define REPLY 2
#define ANNOUNCEMENTS 2

#define LINK_LOCAL_FIRST 0xa9fe0100u
#define LINK_LOCAL_COUNT (254u * 256u)

struct arp {
	uint16_t op;
	struct mac_addr sender_mac;
	struct ip_addr sender, target;
};

void acd_init(struct acd *m, const struct mac_addr *mac, const struct ip_addr *address)
{
	memset(m, 0, sizeof(*m));
	m->mac = *mac;
	m->address = *address;
	m->next_ns = ACD_NO_DEADLINE;
}

uint64_t acd_deadline(const struct acd *m)
{
	switch (m->state) {
	case ACD_PROBING:
	case ACD_ANNOUNCING:
		return m->next_ns;
	case ACD_IDLE:
	case ACD_DONE:
	case ACD_CONFLICT:
		return ACD_NO_DEADLINE;
	}
	return ACD_NO_DEADLINE;
}

/* RFC 5227 2.1.1: a probe's sender address "MUST be set to all zeroes", lest it pollutes caches;
 * 2.3: an announcement's are both the address. */
static void send_arp(struct acd *m, const struct ip_addr *sender, struct acd_actions *act)
{
	struct writer w = writer_of(act->message, sizeof(act->message));

	write_be16(&w, ETHERNET);
	write_be16(&w, IPV4);
	write_u8(&w, LEN_MAC);
	write_u8(&w, 4);
	write_be16(&w, REQUEST);
	write_bytes(&w, m->mac.bytes, LEN_MAC);
	write_be32(&w, ip4_to_he(sender));
	write_zero(&w, LEN_MAC);
	write_be32(&w, ip4_to_he(&m->address));
	act->send = true;
	m->n_sent++;
}

static void enter(struct acd *m, enum acd_state state)
{
	m->state = state;
	m->n_sent = 0;
}

static void probe(struct acd *m, uint64_t now_ns, struct acd_actions *act)
{
	const struct ip_addr none = ip4_from_he(0);

	send_arp(m, &none, act);
	m->next_ns = now_ns + ACD_PROBE_MS * NS_PER_MS;
}

static void announce(struct acd *m, uint64_t now_ns, struct acd_actions *act)
{
	send_arp(m, &m->address, act);
	m->next_ns = now_ns + ACD_ANNOUNCE_MS * NS_PER_MS;
	if (m->n_sent == ANNOUNCEMENTS)
		enter(m, ACD_DONE);
}

static bool parse_arp(const uint8_t *bytes, size_t len, struct arp *ret)
{
	struct reader r = reader_of(bytes, len);
	uint16_t hardware = read_be16(&r), protocol = read_be16(&r);
	uint8_t len_hardware = read_u8(&r), len_protocol = read_u8(&r);
	struct arp arp = { .op = read_be16(&r) };
	const uint8_t *mac = read_bytes(&r, LEN_MAC);

	arp.sender = ip4_from_he(read_be32(&r));
	(void)read_bytes(&r, LEN_MAC);
	arp.target = ip4_from_he(read_be32(&r));
	if (r.bad || !mac || hardware != ETHERNET || protocol != IPV4 || len_hardware != LEN_MAC ||
	    len_protocol != 4 || (arp.op != REQUEST && arp.op != REPLY))
		return false;
	arp.sender_mac.len = LEN_MAC;
	memcpy(arp.sender_mac.bytes, mac, LEN_MAC);
	*ret = arp;
	return true;
}

/*
 * RFC 5227 2.1.1. While we probe, another's probe for the same address is a conflict as well: both
 * were given it at once. Our own MAC is no conflict: switches return frames, and the kernel answers
 * for the address meanwhile.
 */
static void on_packet(struct acd *m, const struct acd_event *ev, struct acd_actions *act)
{
	struct arp arp;
	bool holds, probes;

	if (!parse_arp(ev->bytes, ev->len, &arp) || mac_eq(&arp.sender_mac, &m->mac))
		return;
	holds = ip_eq(&arp.sender, &m->address);
	probes = arp.op == REQUEST && ip_is_unset(&arp.sender) && ip_eq(&arp.target, &m->address);
	switch (m->state) {
	case ACD_IDLE:
	case ACD_DONE:
	case ACD_CONFLICT:
		return;
	case ACD_PROBING:
		if (!holds && !probes)
			return;
		m->holder = arp.sender_mac;
		m->state = ACD_CONFLICT; /* n_sent stays: OURS */
		act->conflict = true;
		return;
	case ACD_ANNOUNCING:
		/* 2.4 (b): in use by now, perhaps by the root; defended once, by what would have
		 * gone out later */
		if (holds)
			announce(m, ev->now_ns, act);
		return;
	}
}

static void on_deadline(struct acd *m, uint64_t now_ns, struct acd_actions *act)
{
	if (now_ns < acd_deadline(m))
		return;
	switch (m->state) {
	case ACD_IDLE:
	case ACD_DONE:
	case ACD_CONFLICT:
		return;
	case ACD_PROBING:
		if (m->n_sent < ACD_PROBES) {
			probe(m, now_ns, act);
			return;
		}
		act->clear = true;
		enter(m, ACD_ANNOUNCING);
		announce(m, now_ns, act);
		return;
	case ACD_ANNOUNCING:
		announce(m, now_ns, act);
		return;
	}
}

void acd_step(struct acd *m, const struct acd_event *ev, struct acd_actions *ret)
{
	memset(ret, 0, sizeof(*ret));
	switch (ev->kind) {
	case ACD_EV_START:
		if (m->state != ACD_IDLE)
			return;
		enter(m, ACD_PROBING);
		probe(m, ev->now_ns, ret);
		return;
	case ACD_EV_PACKET:
		on_packet(m, ev, ret);
		return;
	case ACD_EV_DEADLINE:
		on_deadline(m, ev->now_ns, ret);
		return;
	case ACD_EV_OURS:
		if (m->state == ACD_CONFLICT)
			m->state = ACD_PROBING;
		return;
	}
}

struct ip_addr ip4_link_local(const struct mac_addr *mac, unsigned int n)
{
	uint64_t rng = rng_seed(0, mac), v = 0;

	for (unsigned int i = 0; i <= n; i++)
		v = rng_next(&rng);
	return ip4_from_he(LINK_LOCAL_FIRST + (uint32_t)(v % LINK_LOCAL_COUNT));
}
