/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/recover: sessions that break, played whole against portals that come and go as a script
 * says. */
#include "core/recover.h"

#include "test.h"

#define S 1000000000ull
#define MS 1000000ull
#define BEGIN (1000 * S)
#define ROOT "iscsi iqn.2026-01.lab:disk0"
#define TARGET "iqn.2026-01.lab:disk0"

static struct recover r;
static struct recover_actions act;
static uint64_t now;

/* The world as it is now: what the kernel says of the session, whether an iscsid is there. */
static enum recover_session session;
static bool other;

/* What each portal does with a login from its time on; before it, connections are refused. */
static struct {
	uint64_t up_ns;
	uint64_t takes_ns;
} portals[RECOVER_PORTALS_MAX];

/* What was done, and when last. */
static struct {
	int stops, logins, logouts, abandons, cancels, told;
	uint64_t login_ns, first_login_ns;
	int tried[RECOVER_PORTALS_MAX];
	struct recover_portal portal;
	char text[RECOVER_TEXT_MAX]; /* what was said last */
	enum say_weight say;
} seen;

static uint64_t answer_ns; /* when the login under way ends; 0: none is */
static int answering;

static void note(void)
{
	seen.stops += act.stop;
	seen.logouts += act.logout;
	seen.abandons += act.abandon;
	seen.cancels += act.cancel;
	if (act.say != SAY_NOTHING) {
		seen.told++;
		seen.say = act.say;
		memcpy(seen.text, act.text, sizeof(seen.text));
	}
	if (act.abandon || act.cancel)
		answer_ns = 0;
	if (act.stop && session == RECOVER_SESSION_WORKS)
		session = RECOVER_SESSION_FAILED;
	if (!act.login)
		return;
	ok(act.stop);
	if (!seen.logins++)
		seen.first_login_ns = now;
	seen.login_ns = now;
	seen.portal = act.portal;
	answering = act.portal.ip.bytes[3] - 5;
	seen.tried[answering]++;
	answer_ns = now + (now >= portals[answering].up_ns ? portals[answering].takes_ns : 1 * MS);
}

static void step(struct recover_event ev)
{
	ev.now_ns = now;
	ev.session = session;
	ev.other = other;
	recover_step(&r, &ev, &act);
	note();
}

#define EV(k, ...) step((struct recover_event){ .kind = RECOVER_EV_##k, ##__VA_ARGS__ })

static void answer(void)
{
	answer_ns = 0;
	if (now >= portals[answering].up_ns) {
		session = RECOVER_SESSION_WORKS;
		EV(LOGGED_IN, .time2wait_s = 2);
	} else {
		EV(LOGIN_FAILED, .text = "target " TARGET " at 10.0.0.5:3260: connection refused");
	}
}

/* What comes of it by itself until then. */
static void run_until(uint64_t end_ns)
{
	for (;;) {
		uint64_t at = recover_deadline(&r);

		if (answer_ns && answer_ns <= at)
			at = answer_ns;
		if (at > end_ns)
			break;
		now = at > now ? at : now;
		if (answer_ns == at)
			answer();
		else
			EV(DEADLINE);
	}
	now = end_ns;
}

static void run(uint64_t ns)
{
	run_until(now + ns);
}

/* A session by 10.0.0.5 (and .6, .7: as many portals as asked for) that has lasted. */
static void begin(uint8_t n_portals)
{
	struct recover_config config = {
		.n_portals = n_portals, .time2wait_s = 2, .seed = 7, .target = TARGET, .root = ROOT
	};

	for (uint8_t i = 0; i < n_portals; i++) {
		config.portals[i] = (struct recover_portal){ ip4_from_he(0x0a000005u + i), 3260 };
		portals[i].up_ns = 0;
		portals[i].takes_ns = 20 * MS;
	}
	now = BEGIN;
	answer_ns = 0;
	session = RECOVER_SESSION_WORKS;
	other = false;
	recover_init(&r, &config);
	ok(recover_deadline(&r) != RECOVER_NO_DEADLINE);
	EV(BEGIN);
	run(100 * S);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	memset(&seen, 0, sizeof(seen));
}

static void pdu(uint8_t opcode, uint8_t event, uint16_t param2, uint16_t param3)
{
	uint8_t b[ISCSI_BHS_LEN] = { opcode, 0x80, [36] = event };

	b[40] = (uint8_t)(param2 >> 8);
	b[41] = (uint8_t)param2;
	b[42] = (uint8_t)(param3 >> 8);
	b[43] = (uint8_t)param3;
	EV(PDU, .bytes = b, .len = sizeof(b));
}

static bool contains(const char *part)
{
	return strstr(seen.text, part) != NULL;
}

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
	while (!answer_ns)
		run(10 * MS);
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
		while (r.state != RECOVER_KEEPS)
			run(10 * MS);
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
	while (!answer_ns)
		run(10 * MS);
	answer_ns = 0;
	session = RECOVER_SESSION_WORKS;
	EV(LOGGED_IN, .moved = true, .portal = { ip4_from_he(0x0a000007), 3999 });
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
	run(100 * S);
	eq_int(seen.stops + seen.logins, 0);
	eq_int(seen.told, 1);
	session = RECOVER_SESSION_WORKS; /* it did it */
	run(5 * S);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.told, 1);
	eq_int(seen.stops + seen.logins, 0);
}

static void another_that_dies_in_the_middle_is_replaced(void)
{
	begin(1);
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
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
	EV(LOGGED_IN, .time2wait_s = 2);
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
		if (recover_is_other(span_of(rows[i].line), 77) != rows[i].is)
			test_fail(__FILE__, (int)i, rows[i].line);
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
	RUN(a_target_that_closes_is_logged_in_again);
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
	RUN(a_logout_that_is_asked_for_is_sent);
	RUN(a_logout_without_an_answer_has_an_end);
	RUN(a_target_that_closes_instead_of_answering);
	RUN(a_connection_that_will_be_dropped_is_waited_for);
	RUN(to_negotiate_again_is_to_log_in_again);
	RUN(other_pdus_mean_nothing);
	RUN(what_broke_before_the_beginning_is_found);
	RUN(what_is_just_breaking_at_the_beginning_is_found);
	RUN(lost_events_make_it_look);
	RUN(a_session_that_was_taken_down_is_the_end);
	RUN(a_loss_is_left_to_another);
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
