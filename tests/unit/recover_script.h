/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world of core/recover for its tests: a session, portals that come and go as a script says,
 * and what the machine has done about them. */
#ifndef NETROOT_TESTS_RECOVER_SCRIPT_H
#define NETROOT_TESTS_RECOVER_SCRIPT_H

#include "core/iscsi.h"
#include "core/recover.h"

#include "test.h"

#define S 1000000000ull
#define MS 1000000ull
#define BEGIN (1000 * S)
#define ROUNDS_MAX 100000 /* of one run: a machine that never waits is a failure, no hang */
#define ROOT "iscsi iqn.2026-01.lab:disk0"
#define TARGET "iqn.2026-01.lab:disk0"

static struct recover r;
static struct recover_actions act;
static uint64_t now;

/* The world as it is now: what the kernel says of the session, whether an iscsid is there. */
static enum recover_session session;
static bool other;
static uint32_t replacement_s;

/* What each portal does with a login from its time on; before it, connections are refused. */
static struct {
	uint64_t up_ns;
	uint64_t takes_ns;
} portals[RECOVER_PORTALS_MAX];

/* What was done, and when last. */
static struct {
	int stops, logins, logouts, abandons, cancels, probes, told, replaced;
	uint64_t login_ns, first_login_ns;
	int tried[RECOVER_PORTALS_MAX];
	struct iscsi_portal portal;
	bool goes_over;
	char text[RECOVER_TEXT_MAX]; /* what was said last */
	enum say_weight say;
} seen;

static uint64_t answer_ns; /* when the login or probe under way ends; 0: none is */
static int answering;
static bool probing;

__attribute__((unused)) static void note(void)
{
	seen.stops += act.stop;
	seen.logouts += act.logout;
	seen.abandons += act.abandon;
	seen.cancels += act.cancel;
	seen.probes += act.probe;
	if (act.replacement_s) {
		seen.replaced++;
		replacement_s = act.replacement_s;
	}
	if (act.say != SAY_NOTHING) {
		seen.told++;
		seen.say = act.say;
		memcpy(seen.text, act.text, sizeof(seen.text));
	}
	if (act.abandon || act.cancel)
		answer_ns = 0;
	if (act.stop && session == RECOVER_SESSION_WORKS)
		session = RECOVER_SESSION_FAILED;
	if (!act.login && !act.probe)
		return;
	ok(act.stop == act.login);
	if (act.login && !seen.logins++)
		seen.first_login_ns = now;
	if (act.login)
		seen.login_ns = now;
	probing = act.probe;
	seen.portal = act.portal;
	seen.goes_over = act.goes_over;
	answering = act.portal.ip.bytes[3] - 5;
	seen.tried[answering]++;
	answer_ns = now + (now >= portals[answering].up_ns ? portals[answering].takes_ns : 1 * MS);
}

__attribute__((unused)) static void step(struct recover_event ev)
{
	ev.now_ns = now;
	ev.session = session;
	ev.other = other;
	ev.replacement_s = replacement_s;
	recover_step(&r, &ev, &act);
	note();
}

#define EV(k, ...) step((struct recover_event){ .kind = RECOVER_EV_##k, ##__VA_ARGS__ })

__attribute__((unused)) static void answer(void)
{
	char where[ISCSI_PORTAL_TEXT_MAX];

	answer_ns = 0;
	if (now >= portals[answering].up_ns && probing) {
		EV(ANSWERS);
	} else if (now >= portals[answering].up_ns) {
		session = RECOVER_SESSION_WORKS;
		EV(LOGGED_IN, .time2wait_s = 2,
		   .text = iscsi_portal_text(&seen.portal.ip, seen.portal.port, where));
	} else {
		EV(LOGIN_FAILED, .text = "target " TARGET " at 10.0.0.5:3260: connection refused");
	}
}

/* What comes of it by itself until then. */
__attribute__((unused)) static void run_until(uint64_t end_ns)
{
	for (int rounds = 0;; rounds++) {
		uint64_t at = recover_deadline(&r);

		if (rounds == ROUNDS_MAX) {
			ok(!"an end");
			break;
		}
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

__attribute__((unused)) static void run(uint64_t ns)
{
	run_until(now + ns);
}

/* Up to where the next login begins, within a minute. */
__attribute__((unused)) static void run_to_login(void)
{
	for (uint64_t end_ns = now + 60 * S; (!answer_ns || probing) && now < end_ns;)
		run(10 * MS);
	ok(answer_ns && !probing);
}

/* Up to where the session works again, likewise. */
__attribute__((unused)) static void run_to_keeps(void)
{
	for (uint64_t end_ns = now + 60 * S; r.state != RECOVER_KEEPS && now < end_ns;)
		run(10 * MS);
	eq_int(r.state, RECOVER_KEEPS);
}

/* A session by 10.0.0.5 (and .6, .7: as many portals as asked for) that has lasted. */
__attribute__((unused)) static void begin(uint8_t n_portals)
{
	struct recover_config config = { .n_portals = n_portals,
					 .time2wait_s = 2,
					 .replacement_s = 86400,
					 .seed = 7,
					 .target = TARGET,
					 .root = ROOT };

	for (uint8_t i = 0; i < n_portals; i++) {
		config.portals[i] = (struct iscsi_portal){ .ip = ip4_from_he(0x0a000005u + i),
							   .port = 3260 };
		portals[i].up_ns = 0;
		portals[i].takes_ns = 20 * MS;
	}
	now = BEGIN;
	answer_ns = 0;
	session = RECOVER_SESSION_WORKS;
	other = false;
	replacement_s = 86400;
	recover_init(&r, &config);
	ok(recover_deadline(&r) != RECOVER_NO_DEADLINE);
	EV(BEGIN);
	run(100 * S);
	eq_int(r.state, RECOVER_KEEPS);
	ok(recover_deadline(&r) == RECOVER_NO_DEADLINE);
	memset(&seen, 0, sizeof(seen));
}

__attribute__((unused)) static void pdu(uint8_t opcode, uint8_t event, uint16_t param2,
					uint16_t param3)
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

#endif
