/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as a list of events: first one that says how the client is set up, then for each event one
 * that says which and its arguments; answers are made to fit the machine's transaction and DUID, or
 * there would be none to act on. Properties: where there is a carrier there is a deadline, but for
 * a lease that never ends; a deadline leads on; what is sent is whole.
 */
#include <string.h>

#include "fuzz.h"

#include "core/bytes.h"
#include "core/dhcp6_msg.h"

#define LEN_REPLY 300

static const struct ip_addr server = { IP_V6, { 0xfe, 0x80, [15] = 1 } };

/* Type, last byte of the address and of the server, three times in seconds, status, then options.
 */
static size_t make_reply(const struct dhcp6 *d, struct reader *r, uint8_t dst[static LEN_REPLY])
{
	struct writer w = writer_of(dst, LEN_REPLY);
	uint8_t what = read_u8(r), host = read_u8(r), status = read_u8(r);
	uint32_t t1_s = read_u8(r), t2_s = read_u8(r), valid_s = read_be32(r);
	size_t len_options = read_u8(r) % 64;

	write_u8(&w, what & 1 ? DHCP6_ADVERTISE : DHCP6_REPLY);
	write_be24(&w, d->xid);
	write_be32(&w, 0x0001000a);
	write_bytes(&w, d->config.duid, 10);
	write_be32(&w, 0x00020003);
	write_be24(&w, what >> 6);
	if (what & 2) {
		write_be32(&w, 0x00030028);
		write_be32(&w, dhcp6_iaid(&d->config.mac));
		write_be32(&w, t1_s);
		write_be32(&w, t2_s);
		write_be32(&w, 0x00050018);
		write_be64(&w, 0xfd00000000000000);
		write_be64(&w, host);
		write_be32(&w, valid_s);
		write_be32(&w, valid_s);
	}
	if (what & 4)
		write_be32(&w, 0x000e0000);
	if (what & 8) {
		write_be32(&w, 0x000d0002);
		write_be16(&w, status);
	}
	if (len_options > reader_left(r))
		len_options = reader_left(r);
	write_bytes(&w, read_bytes(r, len_options), len_options);
	return writer_len(&w);
}

static void check(const struct dhcp6 *d, const struct dhcp_event *ev,
		  const struct dhcp_actions *act)
{
	uint64_t at = dhcp6_deadline(d);

	require(d->carrier == (d->state != DHCP6_IDLE));
	require(at != DHCP_NO_DEADLINE || d->state == DHCP6_IDLE ||
		(d->state == DHCP6_BOUND && d->lease.lease_s == UINT32_MAX));
	require(d->have_lease || (d->state != DHCP6_BOUND && d->state != DHCP6_RENEWING &&
				  d->state != DHCP6_REBINDING));
	require(!act->send || (act->len >= 20 && act->len <= DHCP6_MESSAGE_MAX && d->carrier));
	require(!act->ignored || !act->send);
	require(!act->new_lease || (d->have_lease && d->state == DHCP6_BOUND));
	require(!act->lost_lease || !d->have_lease);
	require(d->config.information_only || !d->have_lease || !ip_is_unset(&d->lease.address));
	require(text_is_printable(span_of(act->text)));
	require(!d->config.keeps || (!d->lease.root_path[0] && !d->offer.root_path[0]));
	/* a deadline that was reached is gone: the loop does not spin */
	if (ev->kind == DHCP_EV_DEADLINE && !act->ignored)
		require(act->lost_lease || at > ev->now_ns);
}

static void step(struct dhcp6 *d, enum dhcp_event_kind kind, uint64_t now_ns, const uint8_t *bytes,
		 size_t len)
{
	struct dhcp_event ev = { kind, now_ns, bytes, len };
	static struct dhcp_actions act;

	dhcp6_step(d, &ev, &server, &act);
	check(d, &ev, &act);
}

static void one_event(struct dhcp6 *d, struct reader *r, uint64_t *now_ns)
{
	static uint8_t reply[LEN_REPLY];
	uint8_t what = read_u8(r);

	*now_ns += (uint64_t)(what >> 3) * 37000000;
	switch (what & 7) {
	case 0:
		step(d, DHCP_EV_CARRIER_UP, *now_ns, NULL, 0);
		break;
	case 1:
		step(d, DHCP_EV_CARRIER_DOWN, *now_ns, NULL, 0);
		break;
	case 2:
		step(d,
		     what >> 3 == 31 ? DHCP_EV_UNSENT
		     : what & 8	     ? DHCP_EV_AGAIN
				     : DHCP_EV_CONFLICT,
		     *now_ns, NULL, 0);
		break;
	case 3:
	case 4:
		step(d, DHCP_EV_PACKET, *now_ns, reply, make_reply(d, r, reply));
		break;
	case 5: /* as it comes */
		step(d, DHCP_EV_PACKET, *now_ns, r->p, reader_left(r));
		break;
	case 6: /* perhaps too early */
		step(d, DHCP_EV_DEADLINE, *now_ns, NULL, 0);
		break;
	case 7:
		if (dhcp6_deadline(d) == DHCP_NO_DEADLINE)
			break;
		if (dhcp6_deadline(d) > *now_ns)
			*now_ns = dhcp6_deadline(d);
		step(d, DHCP_EV_DEADLINE, *now_ns, NULL, 0);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct dhcp6_config config = { .duid = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 },
				       .len_duid = 10,
				       .mac = { 6, { 2, 0, 0, 0, 0, 1 } },
				       .seed = 1,
				       .arch = -1 };
	struct reader r = reader_of(bytes, len);
	uint64_t now_ns = 1000000000;
	uint8_t how = read_u8(&r);
	static struct dhcp6 d;

	config.information_only = how & 1;
	config.rapid_commit = how & 2;
	config.wants = how & 4 ? DHCP_WANT_ROOT : 0;
	config.keeps = how & 8 && !config.wants;
	dhcp6_init(&d, &config);
	step(&d, DHCP_EV_CARRIER_UP, now_ns, NULL, 0);
	while (reader_left(&r) && !r.bad)
		one_event(&d, &r, &now_ns);
	return 0;
}
