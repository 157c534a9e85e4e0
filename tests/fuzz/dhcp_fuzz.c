/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as a list of events: first one that says which, then its arguments; answers are made to fit
 * the machine's xid and MAC, or there would be none to act on. Properties: where there is a carrier
 * there is a deadline, but for a lease that never ends; a deadline leads on; what is sent is whole.
 */
#include <string.h>

#include "fuzz.h"

#include "core/dhcp.h"

#define LEN_REPLY 300

static const struct dhcp_config config = { .mac = { 6, { 2, 0, 0, 0, 0, 1 } },
					   .seed = 1,
					   .arch = 7,
					   .uuid = { 1 },
					   .request = { IP_V4, { 10, 0, 0, 50 } } };

/* Type, last byte of the address (0: none at all) and of the server, lease time in seconds, then
 * options. */
static size_t make_reply(const struct dhcp *d, struct reader *r, uint8_t dst[static LEN_REPLY])
{
	struct writer w = writer_of(dst, LEN_REPLY);
	uint8_t type = read_u8(r) % 8, host = read_u8(r), server = read_u8(r) % 7;
	uint32_t time_s = read_be32(r);
	size_t len_options = read_u8(r) % 32;

	write_be32(&w, 0x02010600);
	write_be32(&w, d->xid);
	write_zero(&w, 8);
	write_be32(&w, host ? 0x0a000000u | host : 0);
	write_be32(&w, server & 1 ? 0x0a000001u : 0);
	write_zero(&w, 4);
	write_bytes(&w, config.mac.bytes, 6);
	write_zero(&w, 10 + 192);
	write_be32(&w, 0x63825363);
	write_be16(&w, 0x3501);
	write_u8(&w, type);
	if (server) {
		write_be16(&w, 0x3604);
		write_be32(&w, 0x0a000000u | server);
	}
	write_be16(&w, 0x3304);
	write_be32(&w, time_s);
	write_bytes(&w, r->p, len_options < reader_left(r) ? len_options : reader_left(r));
	(void)read_bytes(r, len_options < reader_left(r) ? len_options : reader_left(r));
	write_u8(&w, 255);
	return writer_len(&w);
}

static void check(const struct dhcp *d, const struct dhcp_event *ev, const struct dhcp_actions *act)
{
	uint64_t at = dhcp_deadline(d);

	require(d->carrier == (d->state != DHCP_IDLE));
	require(at != DHCP_NO_DEADLINE || d->state == DHCP_IDLE ||
		(d->state == DHCP_BOUND && d->lease.lease_s == UINT32_MAX));
	require(d->state == DHCP_IDLE || d->state == DHCP_SELECTING ||
		d->state == DHCP_REQUESTING || d->state == DHCP_REBOOTING || d->have_lease);
	require(d->n_offers <= DHCP_OFFERS_MAX);
	require(!d->window_ns || (d->state == DHCP_SELECTING && d->n_offers));
	require(!act->send || (act->len >= 300 && d->carrier));
	require(!act->ignored || (!act->send && act->from_state == act->to_state));
	require(!act->new_lease || (d->have_lease && d->state == DHCP_BOUND));
	/* a boot server is asked beside a lease, which says so, and never by everybody */
	require(!d->asking || (d->state == DHCP_BOUND && d->have_lease));
	require(d->asking == !ip_is_unset(&d->lease.boot_server) || d->state != DHCP_BOUND);
	require(!act->send || act->port == DHCP_PORT_SERVER ||
		(act->port == DHCP_PORT_BOOT && d->asking && ip_eq(&act->to, &d->boot.ask)));
	/* what was declined is not had again */
	for (uint8_t i = 0; act->new_lease && i < DHCP_DECLINED_MAX; i++)
		require(!ip_eq(&d->declined[i], &d->lease.address));
	require(!act->lost_lease || !d->have_lease);
	require(text_is_printable(span_of(act->text)));
	/* nor does who keeps leases have what only a boot needs */
	require(!d->config.keeps ||
		(!d->lease.chap_secret[0] && !d->lease.chap_in_secret[0] &&
		 !d->lease.root_path[0] && !d->offer.chap_secret[0] && !d->proxy.root_path[0]));
	/* a deadline that was reached is gone: the loop does not spin */
	if (ev->kind == DHCP_EV_DEADLINE && !act->ignored)
		require(act->lost_lease || at > ev->now_ns);
}

static void step(struct dhcp *d, enum dhcp_event_kind kind, uint64_t now_ns, const uint8_t *bytes,
		 size_t len)
{
	struct dhcp_event ev = { kind, now_ns, bytes, len };
	static struct dhcp_actions act;

	dhcp_step(d, &ev, &act);
	check(d, &ev, &act);
}

/* Wants, Rapid Commit, INIT-REBOOT by the bits of the first byte; or a lease of so many seconds
 * that was had. As the guard has it leases are kept only where nothing is wanted of them. */
static void begin(struct dhcp *d, struct reader *r, uint64_t now_ns)
{
	struct dhcp_config c = config;
	struct lease l = { .acquired_ns = 1 };
	uint8_t how = read_u8(r);

	c.wants = how & 3;
	c.rapid_commit = how & 4;
	c.init_reboot = how & 8;
	c.keeps = how & 64 && !c.wants;
	if (how & 16)
		memcpy(c.vendor_class, "PXEClient", sizeof("PXEClient"));
	dhcp_init(d, &c);
	if (!(how & 32))
		return;
	l.address = c.request;
	l.lease_s = read_u8(r) + 1u;
	l.t1_s = read_u8(r);
	l.t2_s = read_u8(r);
	dhcp_resume(d, &c, &l);
	step(d, DHCP_EV_DEADLINE, now_ns, NULL, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	uint64_t now_ns = 1000000000;
	uint8_t reply[LEN_REPLY];
	static struct dhcp d;

	begin(&d, &r, now_ns);
	step(&d, DHCP_EV_CARRIER_UP, now_ns, NULL, 0);
	while (reader_left(&r) && !r.bad) {
		uint8_t what = read_u8(&r);

		now_ns += (uint64_t)(what >> 3) * 37000000;
		switch (what & 7) {
		case 0:
			step(&d, DHCP_EV_CARRIER_UP, now_ns, NULL, 0);
			break;
		case 1:
			step(&d, DHCP_EV_CARRIER_DOWN, now_ns, NULL, 0);
			break;
		case 2:
			step(&d,
			     what >> 3 == 31 ? DHCP_EV_UNSENT
			     : what & 8	     ? DHCP_EV_CONFLICT
					     : DHCP_EV_AGAIN,
			     now_ns, NULL, 0);
			break;
		case 3:
		case 4:
			step(&d, DHCP_EV_PACKET, now_ns, reply, make_reply(&d, &r, reply));
			break;
		case 5: /* as it comes */
			step(&d, DHCP_EV_PACKET, now_ns, r.p, reader_left(&r));
			break;
		case 6: /* perhaps too early */
			step(&d, DHCP_EV_DEADLINE, now_ns, NULL, 0);
			break;
		case 7:
			if (dhcp_deadline(&d) == DHCP_NO_DEADLINE)
				break;
			if (dhcp_deadline(&d) > now_ns)
				now_ns = dhcp_deadline(&d);
			step(&d, DHCP_EV_DEADLINE, now_ns, NULL, 0);
			break;
		}
	}
	return 0;
}
