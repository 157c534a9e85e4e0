/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/recover: sessions that break, played whole: losses, portals, what the target says. */
#include "recover_script.h"

/* --- a loss, and the way back --- */

static void a_target_that_closes_is_logged_in_again(void)
{
	begin(1);
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.stops, 1);
	eq_int(seen.logins, 0);
	eq_int(r.state, RECOVER_WAITS);
	eq_int(seen.say, SAY_BAD);
	eq_str(seen.text, "target " TARGET " at 10.0.0.5:3260: the target closed the connection "
			  "(kernel error 1020): the root " ROOT " waits, logging in again");
	run(5 * S);
	eq_int(seen.logins, 1);
	eq_int(seen.stops, 2);
	/* Time2Wait, and what keeps a fleet apart */
	ok(seen.login_ns >= BEGIN + 102 * S && seen.login_ns <= BEGIN + 102250 * MS);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	eq_int(seen.say, SAY_INFO);
	ok(contains("logged in again after 2."));
}

/* One of several paths: nothing waits for it. */
static void a_path_is_no_root(void)
{
	begin(1);
	r.config.is_path = true;
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.say, SAY_WARN);
	eq_str(seen.text,
	       "target " TARGET " at 10.0.0.5:3260: the target closed the connection "
	       "(kernel error 1020): a path of the root " ROOT " is down, logging in again");
	run(5 * S);
	eq_int(seen.logins, 1);
	ok(contains("attempt 1: a path of the root " ROOT " is back"));
}

static void a_ping_without_answer_is_a_loss(void)
{
	begin(1);
	EV(CONN_ERROR, .code = 1022);
	ok(contains("no answer to a ping (kernel error 1022)"));
	run(5 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
}

static void time2wait_is_what_was_negotiated(void)
{
	begin(1);
	r.config.time2wait_s = 7;
	EV(CONN_ERROR, .code = 1011);
	run(6900 * MS);
	eq_int(seen.logins, 0);
	run(400 * MS);
	eq_int(seen.logins, 1);
	run(60 * S);
	/* and the next one what the last login has brought */
	memset(&seen, 0, sizeof(seen));
	EV(CONN_ERROR, .code = 1011);
	run(2300 * MS);
	eq_int(seen.logins, 1);
}

static void time2wait_has_a_bound(void)
{
	begin(1);
	r.config.time2wait_s = 3600;
	EV(CONN_ERROR, .code = 1011);
	run(60300 * MS);
	eq_int(seen.logins, 1);
}

static void attempts_go_on_for_ever_with_a_cap(void)
{
	uint64_t back_ns = BEGIN + 100 * S + 86400 * S;

	begin(1);
	portals[0].up_ns = back_ns;
	EV(CONN_ERROR, .code = 1020);
	run_until(back_ns);
	/* 3 s and a quarter, at most; 2.25 s at least */
	ok(seen.logins > 86400 / 4 && seen.logins < 86400 / 2);
	eq_int(seen.logins, seen.stops - 1);
	eq_int(r.state, RECOVER_WAITS);
	run(4 * S);
	eq_int(r.state, RECOVER_KEEPS);
	ok(seen.login_ns <= back_ns + 3800 * MS);
	ok(contains("logged in again after 8640"));
}

static void the_first_attempts_are_close_together(void)
{
	begin(1);
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(5 * S);
	ok(seen.logins >= 4);
}

static void a_cause_is_told_once_a_minute(void)
{
	begin(1);
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(30 * S);
	eq_int(seen.told, 2);
	ok(contains("connection refused: trying on"));
	run(600 * S);
	ok(seen.told >= 10 && seen.told <= 12);
	/* another cause at once */
	seen.told = 0;
	run_to_login();
	answer_ns = 0;
	EV(LOGIN_FAILED, .text = "target not found");
	eq_int(seen.told, 1);
	ok(contains("target not found: trying on (6"));
}

static void a_fleet_does_not_come_back_at_one_moment(void)
{
	uint64_t first[3];

	for (int i = 0; i < 3; i++) {
		begin(1);
		r.rng = (uint64_t)i * 1234567;
		EV(CONN_ERROR, .code = 1020);
		run(5 * S);
		first[i] = seen.first_login_ns;
	}
	ok(first[0] != first[1] && first[1] != first[2] && first[0] != first[2]);
}

/* Two machines of one initiator name throw each other out for ever. */
static void sessions_that_do_not_last_come_slower(void)
{
	int logins = 0;

	begin(1);
	r.config.time2wait_s = 0;
	for (int i = 0; i < 8; i++) {
		run(1 * S);
		EV(CONN_ERROR, .code = 1020);
		ok(contains("does another machine have this initiator name?") == (i >= 4));
		run_to_keeps();
		r.config.time2wait_s = 0;
		logins++;
	}
	eq_int(seen.logins, logins);
	ok(now > BEGIN + 100 * S + 8 * 1 * S + 12 * S);
	/* one that lasts has made up for it */
	run(30 * S);
	EV(CONN_ERROR, .code = 1020);
	ok(!contains("does another machine"));
	run(300 * MS);
	eq_int(seen.logins, logins + 1);
}

static void a_login_without_an_end_has_one(void)
{
	begin(1);
	portals[0].takes_ns = 10000 * S;
	EV(CONN_ERROR, .code = 1020);
	run(61 * S);
	eq_int(seen.cancels, 0);
	run(1255 * MS);
	eq_int(seen.cancels, 1);
	ok(contains("no end of the login within 60 s"));
	portals[0].takes_ns = 20 * MS;
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
}

static void errors_of_a_login_under_way_are_its_own(void)
{
	begin(1);
	portals[0].takes_ns = 3 * S;
	EV(CONN_ERROR, .code = 1020);
	run(3 * S);
	eq_int(r.state, RECOVER_LOGIN);
	EV(CONN_ERROR, .code = 1020);
	EV(OVERRUN);
	eq_int(r.state, RECOVER_LOGIN);
	run(5 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
}

/* --- portals --- */

static void all_portals_are_tried_in_turn(void)
{
	begin(3);
	portals[0].up_ns = portals[1].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(4 * S);
	eq_int(seen.tried[0], 1);
	eq_int(seen.tried[1], 1);
	eq_int(seen.tried[2], 1);
	eq_int(r.state, RECOVER_KEEPS);
	ok(contains("at 10.0.0.7:3260: logged in again"));
	/* without the wait that a round costs */
	ok(seen.login_ns - seen.first_login_ns < 500 * MS);
	/* the one that worked is the first to be tried next time */
	run(60 * S);
	memset(&seen, 0, sizeof(seen));
	EV(CONN_ERROR, .code = 1020);
	run(4 * S);
	eq_int(seen.tried[2], 1);
	eq_int(seen.logins, 1);
}

static void rounds_wait_not_portals(void)
{
	begin(2);
	portals[0].up_ns = portals[1].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(60 * S);
	ok(seen.tried[0] - seen.tried[1] <= 1 && seen.tried[0] >= seen.tried[1]);
	ok(seen.tried[0] >= 15 && seen.tried[0] <= 30);
}

/* Where the kernel says that the session is kept is where iscsid logs it in: at the portal that
 * works, and at no other because that was tried. */
static void another_portal_that_works_is_gone_over_to(void)
{
	begin(2);
	EV(CONN_ERROR, .code = 1020);
	run_to_login();
	eq_int(seen.portal.ip.bytes[3], 5);
	ok(!seen.goes_over);
	run(60 * S);
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run_to_login();
	eq_int(seen.portal.ip.bytes[3], 6);
	ok(seen.goes_over);
	run(60 * S);
	EV(CONN_ERROR, .code = 1020); /* that portal is the session's now */
	run_to_login();
	eq_int(seen.portal.ip.bytes[3], 6);
	ok(!seen.goes_over);
}

/* core/iscsi follows a temporary redirection within one login: the next one begins here again. */
static void after_a_temporary_redirection_the_portal_is_the_old_one(void)
{
	begin(1);
	EV(CONN_ERROR, .code = 1020);
	run(60 * S);
	EV(CONN_ERROR, .code = 1020);
	run(5 * S);
	eq_int(seen.tried[0], 2);
}

static void where_a_target_has_moved_for_good_it_is_sought(void)
{
	begin(2);
	EV(CONN_ERROR, .code = 1020);
	run_to_login();
	answer_ns = 0;
	session = RECOVER_SESSION_WORKS;
	EV(LOGGED_IN, .moved = true, .portal = { .ip = ip4_from_he(0x0a000007), .port = 3999 },
	   .text = "10.0.0.8:3260 (redirected)");
	ok(contains(" at 10.0.0.8:3260 (redirected): logged in again"));
	run(60 * S);
	EV(CONN_ERROR, .code = 1020);
	ok(contains(" at 10.0.0.7:3999: "));
	run(3 * S);
	eq_int(seen.portal.port, 3999);
}

/* --- what the target says --- */

static void a_logout_that_is_asked_for_is_sent(void)
{
	begin(1);
	pdu(0x32, 1, 0, 10);
	eq_int(seen.logouts, 1);
	eq_int(seen.stops, 0);
	eq_int(r.state, RECOVER_LOGOUT);
	run(100 * MS);
	pdu(0x26, 0, 4, 0); /* Time2Wait 4 */
	eq_int(seen.stops, 1);
	ok(contains("the target asked for a logout"));
	run(3900 * MS);
	eq_int(seen.logins, 0);
	run(500 * MS);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
}

static void a_logout_without_an_answer_has_an_end(void)
{
	begin(1);
	pdu(0x32, 1, 0, 3);
	run(2900 * MS);
	eq_int(seen.stops, 0);
	run(200 * MS);
	eq_int(seen.stops, 1);
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
	/* also where the target names no limit, or a long one */
	begin(1);
	pdu(0x32, 1, 0, 3600);
	run(6 * S);
	eq_int(r.state, RECOVER_WAITS);
}

static void a_target_that_closes_instead_of_answering(void)
{
	begin(1);
	pdu(0x32, 1, 0, 10);
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.stops, 1);
	run(5 * S);
	eq_int(seen.logins, 1);
	eq_int(r.state, RECOVER_KEEPS);
}

static void a_connection_that_will_be_dropped_is_waited_for(void)
{
	for (uint8_t event = 2; event <= 3; event++) {
		begin(1);
		pdu(0x32, event, 5, 20); /* come back after 5 s */
		eq_int(seen.stops, 1);
		eq_int(seen.logouts, 0);
		ok(contains("drops the connection"));
		run(4900 * MS);
		eq_int(seen.logins, 0);
		run(500 * MS);
		eq_int(seen.logins, 1);
		eq_int(r.state, RECOVER_KEEPS);
	}
}

static void to_negotiate_again_is_to_log_in_again(void)
{
	begin(1);
	pdu(0x32, 4, 0, 3);
	eq_int(seen.stops, 1);
	run(1 * S);
	eq_int(seen.logins, 1);
}

static void other_pdus_mean_nothing(void)
{
	uint8_t part[40] = { 0x32, 0x80, [36] = 1 };

	begin(1);
	pdu(0x32, 0, 0, 0); /* SCSI's */
	pdu(0x32, 255, 0, 0); /* a vendor's */
	pdu(0x23, 1, 0, 0); /* somebody's login */
	pdu(0x26, 1, 0, 0);
	EV(PDU, .bytes = part, .len = sizeof(part));
	EV(PDU, .bytes = part, .len = 0);
	eq_int(r.state, RECOVER_KEEPS);
	eq_int(seen.stops + seen.logouts + seen.told, 0);
}

int main(void)
{
	RUN(a_target_that_closes_is_logged_in_again);
	RUN(a_path_is_no_root);
	RUN(a_ping_without_answer_is_a_loss);
	RUN(time2wait_is_what_was_negotiated);
	RUN(time2wait_has_a_bound);
	RUN(attempts_go_on_for_ever_with_a_cap);
	RUN(the_first_attempts_are_close_together);
	RUN(a_cause_is_told_once_a_minute);
	RUN(a_fleet_does_not_come_back_at_one_moment);
	RUN(sessions_that_do_not_last_come_slower);
	RUN(a_login_without_an_end_has_one);
	RUN(errors_of_a_login_under_way_are_its_own);
	RUN(all_portals_are_tried_in_turn);
	RUN(rounds_wait_not_portals);
	RUN(after_a_temporary_redirection_the_portal_is_the_old_one);
	RUN(where_a_target_has_moved_for_good_it_is_sought);
	RUN(another_portal_that_works_is_gone_over_to);
	RUN(a_logout_that_is_asked_for_is_sent);
	RUN(a_logout_without_an_answer_has_an_end);
	RUN(a_target_that_closes_instead_of_answering);
	RUN(a_connection_that_will_be_dropped_is_waited_for);
	RUN(to_negotiate_again_is_to_log_in_again);
	RUN(other_pdus_mean_nothing);
	return test_end();
}
