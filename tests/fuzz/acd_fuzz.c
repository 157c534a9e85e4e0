/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as events of core/acd: packets as they come or made to look like ARP. Properties: told at
 * most once, with somebody else's MAC; the deadline leads on; a handful of packets is all that is
 * sent.
 */
#include <string.h>

#include "fuzz.h"

#include "core/acd.h"
#include "core/bytes.h"

static const struct mac_addr mac = { 6, { 2, 0, 0, 0, 0, 1 } };

/* Operation, the last byte of each MAC and address. */
static void make_arp(struct reader *r, uint8_t dst[static ARP_LEN])
{
	struct writer w = writer_of(dst, ARP_LEN);

	write_be32(&w, 0x00010800);
	write_be16(&w, 0x0604);
	write_be16(&w, read_u8(r) % 4);
	for (int i = 0; i < 2; i++) {
		uint8_t host;

		write_u8(&w, 2);
		write_zero(&w, 4);
		write_u8(&w, read_u8(r) % 4);
		host = read_u8(r) % 4;
		write_be32(&w, host ? 0x0a000000u | host : 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct ip_addr address = ip4_from_he(0x0a000001);
	struct reader r = reader_of(bytes, len);
	int n_sent = 0, n_told = 0;
	struct acd m;

	acd_init(&m, &mac, &address);
	while (reader_left(&r) && !r.bad) {
		uint8_t what = read_u8(&r), arp[ARP_LEN];
		struct acd_event ev = { ACD_EV_PACKET, 0, r.p, reader_left(&r) };
		struct acd_actions act;

		if ((what & 3) == 0) {
			ev.kind = what & 4 ? ACD_EV_OURS : ACD_EV_START;
			n_told -= what & 4 && m.state == ACD_CONFLICT;
		} else if ((what & 3) == 1) {
			make_arp(&r, arp);
			ev.bytes = arp;
			ev.len = ARP_LEN;
		} else if ((what & 3) == 2 && acd_deadline(&m) != ACD_NO_DEADLINE) {
			ev.kind = ACD_EV_DEADLINE;
			ev.now_ns = acd_deadline(&m);
		}
		acd_step(&m, &ev, &act);
		n_sent += act.send;
		n_told += act.clear + act.conflict;
		require(n_sent <= ACD_PROBES + 2 && n_told <= 1);
		require(!act.conflict ||
			(m.state == ACD_CONFLICT && m.holder.len == 6 && !mac_eq(&m.holder, &mac)));
		require((acd_deadline(&m) == ACD_NO_DEADLINE) ==
			(m.state != ACD_PROBING && m.state != ACD_ANNOUNCING));
		require(ev.kind != ACD_EV_DEADLINE || acd_deadline(&m) > ev.now_ns);
	}
	return 0;
}
