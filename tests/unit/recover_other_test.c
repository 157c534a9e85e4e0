/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/recover: what was not heard, another recoverer beside, what is read of the kernel. */
#include "recover_script.h"

/* --- events that were not heard --- */

static void what_broke_before_the_beginning_is_found(void)
{
	begin(1);
	recover_init(&r, &r.config);
	session = RECOVER_SESSION_FAILED;
	EV(BEGIN);
	eq_int(seen.stops, 1);
	ok(contains("the session is no longer logged in"));
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
}

static void what_is_just_breaking_at_the_beginning_is_found(void)
{
	begin(1);
	recover_init(&r, &r.config);
	EV(BEGIN);
	eq_int(seen.stops, 0);
	session = RECOVER_SESSION_FAILED; /* the kernel has got to it */
	run(10 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
}

static void lost_events_make_it_look(void)
{
	begin(1);
	EV(OVERRUN);
	eq_int(seen.stops, 0);
	run(10 * S);
	eq_int(seen.stops, 0);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	session = RECOVER_SESSION_FAILED;
	EV(OVERRUN);
	eq_int(seen.stops, 1);
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
	/* and again a moment later */
	run(60 * S);
	EV(OVERRUN);
	session = RECOVER_SESSION_FAILED;
	run(10 * S);
	eq_int(seen.logins, 2);
}

static void a_session_that_was_taken_down_is_the_end(void)
{
	for (int how = 0; how < 2; how++) {
		begin(1);
		if (how)
			session = RECOVER_SESSION_GONE;
		if (how)
			EV(OVERRUN);
		else
			EV(GONE);
		ok(act.over);
		eq_int(r.state, RECOVER_OVER);
		ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
		session = RECOVER_SESSION_FAILED;
		EV(CONN_ERROR, .code = 1020);
		ok(!act.stop && !act.login && !act.over);
	}
	/* in the middle of a login nothing of the session is touched any more */
	begin(1);
	portals[0].takes_ns = 10 * S;
	EV(CONN_ERROR, .code = 1020);
	run(4 * S);
	EV(GONE);
	ok(act.over && act.abandon);
}

/* --- another recoverer --- */

/* A session that was lost while an iscsid is there, as the kernel then has it. */
static void lose_beside_another(void)
{
	begin(1);
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
}

static void a_loss_is_left_to_another(void)
{
	begin(1);
	other = true;
	EV(PDU, .bytes = NULL, .len = 0);
	eq_int(seen.told, 0);
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
	eq_int(r.state, RECOVER_ASIDE);
	eq_int(seen.stops, 0);
	ok(contains("another process (iscsid) listens for this session and is left to it"));
	run(29 * S);
	eq_int(seen.stops + seen.logins, 0);
	eq_int(seen.told, 1);
	session = RECOVER_SESSION_WORKS; /* it did it */
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.told, 1);
	eq_int(seen.stops + seen.logins, 0);
}

/* It stops the session without a word to others, does not reach the target, and ends. */
static void what_another_leaves_broken_is_found(void)
{
	begin(1);
	other = true;
	pdu(0x23, 0, 0, 0); /* it takes the session over */
	run(300 * S);
	eq_int(r.state, RECOVER_KEEPS);
	eq_int(seen.stops + seen.told, 0);
	session = RECOVER_SESSION_FAILED;
	other = false;
	run(70 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
}

/* A login of it was refused, and it tries no more. */
static void another_that_does_nothing_is_overruled(void)
{
	lose_beside_another();
	run(28 * S);
	pdu(0x23, 0, 0, 0); /* it was refused */
	run(29 * S);
	eq_int(seen.stops + seen.logins, 0);
	run(12 * S);
	eq_int(seen.logins, 1);
	eq_int(seen.told, 3);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	ok(contains("logged in again after 4."));
	/* the next loss is its own again, and then ours */
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
	run(29 * S);
	eq_int(seen.logins, 1);
	run(12 * S);
	eq_int(seen.logins, 2);
}

static void overruling_is_said_in_one_line(void)
{
	lose_beside_another();
	portals[0].takes_ns = 1 * S;
	run_to_login();
	eq_str(seen.text,
	       "target " TARGET " at 10.0.0.5:3260: the process that has the session (iscsid) "
	       "does not log it in although the target answers: overruled: the root " ROOT
	       " waits, logging in again");
	eq_int(seen.say, SAY_BAD);
	eq_int(seen.told, 2);
}

/* Its connects are not heard: as long as the target is away it may be trying. */
static void another_is_not_overruled_while_the_target_is_away(void)
{
	begin(2);
	portals[0].up_ns = portals[1].up_ns = BEGIN + 1000 * S;
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
	run_until(BEGIN + 1000 * S);
	eq_int(seen.stops + seen.logins, 0);
	ok(seen.tried[0] > 50 && seen.tried[1] > 50);
	eq_int(seen.told, 1);
	run(19 * S);
	eq_int(seen.stops + seen.logins, 0);
	run(16 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
}

static void another_that_tries_is_not_overruled(void)
{
	lose_beside_another();
	for (int i = 0; i < 20; i++) {
		run(27 * S);
		pdu(0x23, 0, 0, 0);
	}
	for (int i = 0; i < 20; i++) {
		run(27 * S);
		EV(CONN_ERROR, .code = 1011);
	}
	eq_int(seen.stops + seen.logins, 0);
	ok(seen.probes);
	/* what is no sign of it */
	run(20 * S);
	pdu(0x32, 0, 0, 0);
	EV(PDU, .bytes = NULL, .len = 0);
	run(20 * S);
	eq_int(seen.logins, 1);
}

static void a_session_that_is_not_known_to_have_failed_is_not_taken(void)
{
	begin(1);
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_UNKNOWN;
	run(200 * S);
	eq_int(seen.stops + seen.logins, 0);
}

/* What is overruled stays so until the session works, also where the first login fails. */
static void overruled_until_it_works(void)
{
	lose_beside_another();
	portals[0].takes_ns = 1 * S;
	run_to_login();
	portals[0].up_ns = now + 40 * S;
	seen.logins = 0;
	run(30 * S);
	ok(seen.logins >= 8);
	run(15 * S);
	eq_int(r.state, RECOVER_KEEPS);
	/* in a login under way the answers are ours as likely as its */
	lose_beside_another();
	portals[0].takes_ns = 1 * S;
	run_to_login();
	eq_int(r.state, RECOVER_LOGIN);
	pdu(0x23, 0, 0, 0);
	eq_int(seen.abandons, 0);
	run(2 * S);
	eq_int(r.state, RECOVER_KEEPS);
}

static void the_overruled_that_wakes_has_way(void)
{
	lose_beside_another();
	while (seen.told < 2 && now < BEGIN + 200 * S)
		run(10 * MS);
	eq_int(r.state, RECOVER_WAITS);
	eq_int(seen.stops, 1); /* which may be all that it lacked */
	seen.stops = 0;
	run(3900 * MS);
	eq_int(seen.logins, 0);
	pdu(0x23, 0, 0, 0);
	eq_int(r.state, RECOVER_ASIDE);
	run(29 * S);
	eq_int(seen.stops + seen.logins, 0);
	/* or has it back before we have begun */
	while (seen.told < 3 && now < BEGIN + 300 * S)
		run(10 * MS);
	eq_int(r.state, RECOVER_WAITS);
	session = RECOVER_SESSION_WORKS;
	run(10 * S);
	eq_int(r.state, RECOVER_KEEPS);
	eq_int(seen.logins, 0);
}

/* Whoever comes later was not overruled, whether the session came back by us or by itself. */
static void overruling_ends_with_the_recovery(void)
{
	for (int by_itself = 0; by_itself < 2; by_itself++) {
		lose_beside_another();
		while (seen.told < 2 && now < BEGIN + 200 * S)
			run(10 * MS);
		if (by_itself)
			session = RECOVER_SESSION_WORKS;
		run(10 * S);
		eq_int(r.state, RECOVER_KEEPS);
		eq_int(seen.logins, !by_itself);
		other = false;
		portals[0].up_ns = UINT64_MAX;
		EV(CONN_ERROR, .code = 1020);
		run(10 * S);
		other = true;
		run(10 * S);
		eq_int(r.state, RECOVER_ASIDE);
	}
}

static void a_probe_is_called_off_where_nothing_comes_of_it(void)
{
	begin(1);
	portals[0].takes_ns = 1000 * S;
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
	run(15 * S);
	eq_int(r.state, RECOVER_PROBE);
	run(60 * S);
	eq_int(seen.cancels, 1);
	ok(seen.probes >= 1 && !seen.logins);
	/* and forgotten with the session */
	while (r.state != RECOVER_PROBE && now < BEGIN + 300 * S)
		run(10 * MS);
	EV(GONE);
	eq_int(seen.abandons, 1);
}

static void another_that_dies_in_the_middle_is_replaced(void)
{
	lose_beside_another();
	run(30 * S);
	other = false;
	run(3 * S);
	ok(seen.logins == 1 && seen.stops >= 1);
	eq_int(r.state, RECOVER_KEEPS);
}

static void another_that_died_before_is_replaced(void)
{
	begin(1);
	other = true;
	EV(CONN_ERROR, .code = 1020);
	run(3 * S);
	other = false;
	eq_int(r.state, RECOVER_KEEPS);
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.stops, 1);
	run(3 * S);
	eq_int(seen.logins, 1);
}

static void another_that_comes_while_waiting_has_way(void)
{
	begin(1);
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(30 * S);
	other = true;
	seen.logins = seen.stops = 0;
	run(30 * S);
	eq_int(r.state, RECOVER_ASIDE);
	eq_int(seen.logins + seen.stops, 0);
}

static void another_that_comes_in_a_login_has_way(void)
{
	begin(1);
	portals[0].takes_ns = 10 * S;
	EV(CONN_ERROR, .code = 1020);
	run(4 * S);
	eq_int(r.state, RECOVER_LOGIN);
	other = true;
	seen.stops = 0;
	pdu(0x23, 0, 0, 0);
	eq_int(seen.abandons, 1);
	eq_int(seen.cancels + seen.stops, 0);
	eq_int(r.state, RECOVER_ASIDE);
	/* a login that failed because of it has nothing left to be forgotten */
	begin(1);
	portals[0].takes_ns = 10 * S;
	EV(CONN_ERROR, .code = 1020);
	run(4 * S);
	other = true;
	answer_ns = 0;
	seen.stops = 0;
	EV(LOGIN_FAILED, .text = "the kernel refuses");
	eq_int(seen.abandons + seen.cancels + seen.stops, 0);
	eq_int(r.state, RECOVER_ASIDE);
}

static void a_login_that_came_through_counts_whoever_is_there(void)
{
	begin(1);
	portals[0].takes_ns = 3 * S;
	EV(CONN_ERROR, .code = 1020);
	run(3 * S);
	other = true;
	answer_ns = 0;
	session = RECOVER_SESSION_WORKS;
	EV(LOGGED_IN, .time2wait_s = 2, .text = "10.0.0.5:3260");
	eq_int(r.state, RECOVER_KEEPS);
}

/* Logged in by one that came and went between two looks. */
static void what_another_has_brought_back_is_not_broken(void)
{
	begin(1);
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(30 * S);
	eq_int(r.state, RECOVER_WAITS);
	session = RECOVER_SESSION_WORKS;
	seen.stops = 0;
	run(20 * S);
	eq_int(r.state, RECOVER_KEEPS);
	eq_int(seen.stops, 0);
}

/* /proc/net/netlink of a Debian 12 (Linux 6.1): the groups are hexadecimal, portids unsigned. */
static void others_are_seen_in_proc(void)
{
	static const struct {
		const char *line;
		bool is;
	} rows[] = {
		{ "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode",
		  false },
		{ "ffff9c7b42e1e000 8   412        00000001 0        0        0     2        0        15877   ",
		  true },
		{ "0000000000000000 8   2863311530 00000001 0        0        0     2        0        15877",
		  true },
		{ "ffff9c7b42e1e000 8   77         00000001 0        0        0     2        0        15877",
		  false },
		{ "ffff9c7b42e1e000 8   412        00000003 0        0        0     2        0        1",
		  true },
		{ "ffff9c7b42e1e000 8   412        00000002 0        0        0     2        0        1",
		  false },
		{ "ffff9c7b42e1e000 8   0          00000000 0        0        0     2        0        1",
		  false },
		{ "ffff9c7b42e1e000 0   412        00000001 0        0        0     2        0        1",
		  false },
		{ "ffff9c7b42e1e000 15  412        00000001 0        0        0     2        0        1",
		  false },
		{ "ffff9c7b42e1e000 8 412", false },
		{ "", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ok_row(recover_is_other(span_of(rows[i].line), 77) == rows[i].is, rows[i].line);
}

static void the_state_of_a_session_is_read(void)
{
	eq_int(recover_session_of(span_of("LOGGED_IN\n")), RECOVER_SESSION_WORKS);
	eq_int(recover_session_of(span_of("FAILED\n")), RECOVER_SESSION_FAILED);
	eq_int(recover_session_of(span_of("FREE\n")), RECOVER_SESSION_FAILED);
	eq_int(recover_session_of(span_of("LOGGED_IN2\n")), RECOVER_SESSION_UNKNOWN);
	eq_int(recover_session_of(span_of("")), RECOVER_SESSION_UNKNOWN);
}

/* Every event in every state: no state but those two is left without a deadline. */
static void every_state_leads_on(void)
{
	for (int state = RECOVER_NEW; state <= RECOVER_OVER; state++)
		for (int kind = 0; kind < RECOVER_N_EVENTS; kind++)
			for (int how = 0; how < 8; how++) {
				struct recover_event ev = { .kind = (enum recover_event_kind)kind,
							    .now_ns = BEGIN + 200 * S,
							    .session = how >> 1,
							    .other = how & 1,
							    .text = "refused" };

				begin(2);
				r.state = (enum recover_state)state;
				r.deadline_ns = state == RECOVER_OVER ? RECOVER_NO_DEADLINE : BEGIN;
				recover_step(&r, &ev, &act);
				ok(r.state != RECOVER_NEW);
				ok(recover_deadline(&r) > ev.now_ns || kind != RECOVER_EV_DEADLINE);
				ok((r.state == RECOVER_KEEPS || r.state == RECOVER_OVER) ||
				   recover_deadline(&r) != RECOVER_NO_DEADLINE);
				ok(strcmp(recover_state_name(r.state), "?") != 0);
			}
}

static void a_logout_request_is_as_the_rfc_draws_it(void)
{
	uint8_t b[ISCSI_BHS_LEN];

	memset(b, 0xff, sizeof(b));
	iscsi_logout_request_encode(b);
	eq_int(b[0], 0x46);
	eq_int(b[1], 0x80);
	for (size_t i = 2; i < sizeof(b); i++)
		eq_int(b[i], 0);
}

int main(void)
{
	RUN(what_broke_before_the_beginning_is_found);
	RUN(what_is_just_breaking_at_the_beginning_is_found);
	RUN(lost_events_make_it_look);
	RUN(a_session_that_was_taken_down_is_the_end);
	RUN(a_loss_is_left_to_another);
	RUN(what_another_leaves_broken_is_found);
	RUN(another_that_does_nothing_is_overruled);
	RUN(overruling_is_said_in_one_line);
	RUN(another_is_not_overruled_while_the_target_is_away);
	RUN(another_that_tries_is_not_overruled);
	RUN(a_session_that_is_not_known_to_have_failed_is_not_taken);
	RUN(overruled_until_it_works);
	RUN(the_overruled_that_wakes_has_way);
	RUN(overruling_ends_with_the_recovery);
	RUN(a_probe_is_called_off_where_nothing_comes_of_it);
	RUN(another_that_dies_in_the_middle_is_replaced);
	RUN(another_that_died_before_is_replaced);
	RUN(another_that_comes_while_waiting_has_way);
	RUN(another_that_comes_in_a_login_has_way);
	RUN(a_login_that_came_through_counts_whoever_is_there);
	RUN(what_another_has_brought_back_is_not_broken);
	RUN(others_are_seen_in_proc);
	RUN(the_state_of_a_session_is_read);
	RUN(every_state_leads_on);
	RUN(a_logout_request_is_as_the_rfc_draws_it);
	return test_end();
}
