/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes as a list of events: which, how the session looks and whether another recoverer is there,
 * how much later, up to 48 bytes of a PDU. The shell's side is played: a login is under way from
 * act.login on. Properties: every state but two has a deadline, and a deadline leads to a later
 * one; never two logins or probes at once; STOP_CONN before every login; with another there nothing
 * of the session is touched unless it is overruled, which begins with a target that answers and a
 * session that has failed; no more logins than time allows; texts are whole and printable.
 */

#include "fuzz.h"

#include "core/bytes.h"
#include "core/recover.h"

#define S 1000000000ull

static struct recover_config config_of(struct reader *in)
{
	struct recover_config config = { .n_portals = read_u8(in) % (RECOVER_PORTALS_MAX + 2),
					 .time2wait_s = read_be16(in),
					 .seed = read_u8(in),
					 .target = "iqn.2026-01.lab:disk0",
					 .root = "iscsi iqn.2026-01.lab:disk0" };

	config.replacement_s = config.seed & 1 ? 86400 : 0;
	config.recorded = config.seed & 2;
	for (uint8_t i = 0; i < RECOVER_PORTALS_MAX; i++)
		config.portals[i] = (struct iscsi_portal){ .ip = ip4_from_he(0x0a000001u + i),
							   .port = 3260 };
	return config;
}

static void check(const struct recover *r, const struct recover_event *ev,
		  const struct recover_actions *act, bool *in_login, bool *overruled)
{
	bool begins = r->overrules && !*overruled;
	bool ends = r->state == RECOVER_KEEPS || r->state == RECOVER_OVER;

	require(text_is_printable(span_of(act->text)));
	require((act->say == SAY_NOTHING) == !act->text[0]);
	require(ends || recover_deadline(r) != RECOVER_NO_DEADLINE);
	require(ev->kind != RECOVER_EV_DEADLINE || recover_deadline(r) > ev->now_ns);
	require(!act->abandon || *in_login);
	require(!act->cancel || *in_login);
	if (act->abandon || act->cancel)
		*in_login = false;
	require(!act->login || (!*in_login && act->stop));
	require(!act->probe || (!*in_login && !act->login && !act->stop && ev->other));
	require(!(act->login || act->probe) || act->portal.port == 3260);
	require(!begins || (ev->kind == RECOVER_EV_ANSWERS && ev->other &&
			    ev->session == RECOVER_SESSION_FAILED));
	require(!ev->other || *overruled || begins || !(act->stop || act->login || act->logout));
	*overruled = r->overrules;
	*in_login |= act->login || act->probe;
	require(*in_login == (r->state == RECOVER_LOGIN || r->state == RECOVER_PROBE));
	require(!act->replacement_s || (act->replacement_s == r->config.replacement_s &&
					ev->replacement_s == RECOVER_ISCSID_REPLACEMENT_S));
	require(act->over == (act->over && r->state == RECOVER_OVER));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct reader in = reader_of(bytes, len);
	struct recover_config config = config_of(&in);
	const uint64_t begin_ns = 1000 * S;
	uint64_t now_ns = begin_ns;
	struct recover_actions act;
	struct recover r;
	bool in_login = false, overruled = false;
	uint64_t n_logins = 0;

	recover_init(&r, &config);
	while (reader_left(&in) >= 3) {
		uint8_t kind = read_u8(&in), view = read_u8(&in), later = read_u8(&in);
		struct recover_event ev = { .kind = kind % RECOVER_N_EVENTS,
					    .session = view & 3,
					    .other = view & 4,
					    .replacement_s = view & 32 ? 120 : 86400,
					    .text = view & 8 ? "refused" : "no answer",
					    .time2wait_s = later,
					    .moved = view & 16 };
		struct reader body = read_sub(&in, kind / RECOVER_N_EVENTS < reader_left(&in)
							   ? kind / RECOVER_N_EVENTS
							   : reader_left(&in));

		ev.bytes = body.p;
		ev.len = reader_left(&body);
		ev.code = 1000u + later % 24;
		ev.portal = (struct iscsi_portal){ .ip = ip4_from_he(0x0a000009), .port = 3260 };
		/* the shell tells the end of a login only where there is one */
		if (ev.kind == RECOVER_EV_LOGGED_IN || ev.kind == RECOVER_EV_LOGIN_FAILED ||
		    ev.kind == RECOVER_EV_ANSWERS) {
			if (!in_login ||
			    (ev.kind == RECOVER_EV_LOGGED_IN && r.state != RECOVER_LOGIN) ||
			    (ev.kind == RECOVER_EV_ANSWERS && r.state != RECOVER_PROBE))
				continue;
			in_login = false;
		}
		now_ns += later * (S / 10);
		if (ev.kind == RECOVER_EV_DEADLINE && recover_deadline(&r) > now_ns) {
			if (recover_deadline(&r) == RECOVER_NO_DEADLINE)
				continue;
			now_ns = recover_deadline(&r);
		}
		ev.now_ns = now_ns;
		recover_step(&r, &ev, &act);
		check(&r, &ev, &act, &in_login, &overruled);
		n_logins += act.login;
		/* the closest are the portals of one round */
		require(n_logins <= 8 + (now_ns - begin_ns) / (S / 20));
		if (act.over)
			break;
	}
	return 0;
}
