/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as a list of events: which, how much later, an address of a few, its life time, who set it.
 * Properties: a deadline leads on; a lost lease never puts an end on the address; an address that
 * is off the NIC has a deadline; texts are whole and printable; where it is left nothing is put but
 * for ever;
 * what another renews is asked for by nobody else, and what is taken back is asked for.
 */

#include "fuzz.h"

#include "core/bytes.h"
#include "core/guard_take.h"

static struct ip_addr address_of(uint8_t v, bool v6)
{
	struct ip_addr ip = ip4_from_he(0x0a000000u | (v & 3));

	if (v6)
		ip = (struct ip_addr){ IP_V6, { v & 4 ? 0xfe : 0xfd, 0x80, [15] = v & 3 } };
	return ip;
}

static uint32_t life_of(struct reader *r)
{
	uint16_t v = read_be16(r);

	return v >= 0xff00 ? UINT32_MAX - (0xffff - v) : v; /* few seconds, or nearly for ever */
}

static void check(const struct take *t, bool was_handed, const struct take_event *ev,
		  const struct take_actions *act)
{
	uint64_t at = take_deadline(t);

	require(text_is_printable(span_of(act->text)));
	require((act->say == SAY_NOTHING) == !act->text[0]);
	if (!t->root[0]) {
		require(!t->handed && t->put_back_ns == 0);
		require(act->leave || !t->missing);
		return;
	}
	require(!act->put || !act->leave || act->put_valid_s == TAKE_FOR_EVER);
	require(!act->put || !t->kept || act->put_valid_s == TAKE_FOR_EVER);
	require(!act->put || act->put_valid_s >= 60);
	require(!act->put || !t->handed || act->leave);
	require(!t->handed || !t->kept);
	require((act->ask == TAKE_ASK_NOT) == (t->handed && !was_handed));
	if (was_handed && !t->handed && ev->kind != TAKE_EV_NIC_GONE)
		require(act->put && act->ask == TAKE_ASK_ANEW);
	require(!t->missing || t->nic_gone || act->leave || at != TAKE_NO_DEADLINE);
	if (ev->kind == TAKE_EV_DEADLINE)
		require(act->leave || at > ev->now_ns);
	if (ev->kind == TAKE_EV_LOST)
		require(t->kept || t->handed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader r = reader_of(bytes, len);
	uint8_t how = read_u8(&r);
	bool v6 = how & 1;
	struct lease lease = { .address = address_of(1, v6), .lease_s = life_of(&r) };
	uint64_t now_ns = 1000000000000ull;
	struct take_actions act;
	bool was_handed;
	struct take t;

	lease.acquired_ns = now_ns;
	take_init(&t, "eth0", how & 2 ? "" : "nfs 10.0.0.1:/srv/root", &lease, now_ns);
	while (reader_left(&r) >= 4) {
		uint8_t what = read_u8(&r), flags = read_u8(&r);
		struct take_addr addr = { address_of(flags, v6 ^ (flags >> 7)), .gone = flags & 8,
					  .slaac = flags & 16, .ours = flags & 32,
					  .others = flags & 64 };
		struct take_event ev = { .kind = what % (TAKE_EV_DEADLINE + 1),
					 .addr = &addr,
					 .lease = &lease,
					 .text = "no answer" };

		addr.valid_s = lease.lease_s = life_of(&r);
		lease.address = addr.address;
		now_ns += (what / (TAKE_EV_DEADLINE + 1)) * 500000000ull;
		if (ev.kind == TAKE_EV_DEADLINE && take_deadline(&t) > now_ns) {
			if (take_deadline(&t) == TAKE_NO_DEADLINE)
				continue;
			now_ns = take_deadline(&t);
		}
		ev.now_ns = lease.acquired_ns = now_ns;
		was_handed = t.handed;
		take_step(&t, &ev, &act);
		check(&t, was_handed, &ev, &act);
		if (act.leave)
			break;
	}
	return 0;
}
