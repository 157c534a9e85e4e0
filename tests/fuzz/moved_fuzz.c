/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as a list of events: which, how much later, up to 200 bytes of a name server's or an NFS
 * server's answer, with the identifiers of the question put into it. Properties: a deadline is
 * always set, and leads to a later one; one question at a time, the old one hung up before;
 * connections go only to an address that has answered for the root's file handle, never from an
 * address to itself, always from the one that was mounted but for its own; texts are whole and
 * printable.
 */
#include <string.h>

#include "fuzz.h"

#include "core/bytes.h"
#include "core/moved.h"

static bool is_from(const struct moved *m, const struct ip_addr *ip)
{
	for (uint8_t i = 0; i < m->n_from; i++)
		if (ip_eq(&m->from[i], ip))
			return true;
	return false;
}

static void check(const struct moved *m, const struct moved *before, const struct moved_event *ev,
		  const struct moved_actions *act, bool *asking)
{
	require(moved_deadline(m) > ev->now_ns);
	require(text_is_printable(span_of(act->text)));
	require((act->say == SAY_NOTHING) == !act->text[0]);
	if (act->hang_up)
		*asking = false;
	require(!(act->query && act->check));
	if (act->query || act->check) {
		require(!*asking && act->len > 0 && act->len <= sizeof(act->bytes));
		*asking = true;
	}
	require(*asking == (m->state != MOVED_KEEPS));
	require(!act->query || act->server < m->config->dns.n_servers);
	require(m->n_from <= MOVED_FROM_MAX && !is_from(m, &m->now));
	require(is_from(m, &m->config->ip) || ip_eq(&m->now, &m->config->ip));
	require(act->reroute == !ip_eq(&m->now, &before->now));
	require(!act->reroute || (before->state == MOVED_TRIES && ev->kind == MOVED_EV_STREAM));
}

static struct moved_config config_of(struct reader *in)
{
	struct moved_config config = { .name = "nas.lab", .seed = read_u8(in) };

	config.ip = (struct ip_addr){ config.seed & 1 ? IP_V6 : IP_V4, { 10, 0, 0, 1 } };
	config.version = config.seed & 2 ? 3 : 4;
	config.handle.len = config.seed & 4 ? 128 : 0;
	config.dns.n_servers = config.seed >> 3 & 3;
	memcpy(config.dns.search, "a.lab b.lab", 12);
	return config;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader in = reader_of(bytes, len);
	struct moved_config config = config_of(&in);
	uint64_t now_ns = 1000000000ull;
	bool asking = false;
	struct moved m;

	moved_init(&m, &config, now_ns);
	while (reader_left(&in) && !in.bad) {
		uint8_t what = read_u8(&in), later = read_u8(&in), answer[200] = { 0 };
		size_t n = what >> 2 & 7 ? read_u8(&in) % sizeof(answer) : 0;
		struct moved_event ev = { .kind = what % MOVED_N_EVENTS, .works = what & 0x80 };
		struct moved_actions act;
		const struct moved before = m;
		const uint8_t *p = read_bytes(&in, n);

		if (!p)
			n = 0;
		if (n)
			memcpy(answer, p, n);
		if (what & 0x40) { /* as far as it has to be of this question */
			uint8_t question[DNSASK_QUERY_MAX];
			struct writer w = writer_of(answer + 4, 4);
			size_t len_question = dnsask_write(&m.ask, question);

			if (ev.kind == MOVED_EV_STREAM) {
				write_be32(&w, m.asked.xid);
			} else if (len_question && len_question < sizeof(answer)) {
				memcpy(answer, question, 2);
				memcpy(answer + 12, question + 12, len_question - 12);
			}
		}
		ev.bytes = answer;
		ev.len = n;
		if (ev.kind == MOVED_EV_DEADLINE && later & 0x80)
			now_ns = moved_deadline(&m);
		else
			now_ns += (uint64_t)later * 100000000;
		ev.now_ns = now_ns;
		if (moved_deadline(&m) <= now_ns)
			ev.kind = MOVED_EV_DEADLINE;
		moved_step(&m, &ev, &act);
		check(&m, &before, &ev, &act, &asking);
	}
	return 0;
}
