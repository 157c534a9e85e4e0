/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The logout of a session, played: every event in every state. */
#include "test.h"

#include "core/iscsi_logout.h"

#define MS 1000000ull

static struct iscsi_logout m;
static struct iscsi_logout_actions act;

static void step(enum iscsi_logout_event_kind kind, uint64_t ms)
{
	struct iscsi_logout_event ev = { .kind = kind, .now_ns = ms * MS, .text = "why" };

	iscsi_logout_step(&m, &ev, &act);
}

static void start(bool logged_in)
{
	struct iscsi_logout_event ev = { .kind = ISCSI_LOGOUT_EV_START, .logged_in = logged_in };

	m = (struct iscsi_logout){ 0 };
	iscsi_logout_step(&m, &ev, &act);
}

static void asked(void)
{
	start(true);
	step(ISCSI_LOGOUT_EV_UNBOUND, 10);
}

/* The first len bytes of a PDU. */
static void pdu(uint8_t opcode, uint8_t response, size_t len)
{
	uint8_t bytes[64] = { opcode, 0x80, response };
	struct iscsi_logout_event ev = { .kind = ISCSI_LOGOUT_EV_PDU, .bytes = bytes, .len = len };

	iscsi_logout_step(&m, &ev, &act);
}

static void nothing(void)
{
	ok(!act.unbind && !act.send && !act.take_down && !act.clean);
}

static void test_clean(void)
{
	static const uint8_t header[48] = { 0x46, 0x80 };

	start(true);
	ok(act.unbind && !act.send && !act.take_down);
	step(ISCSI_LOGOUT_EV_UNBOUND, 10);
	ok(act.send && !act.unbind && !act.take_down);
	ok(!memcmp(act.header, header, 48));
	pdu(0x26, 0, 48);
	ok(act.take_down && act.clean && !act.send);
	eq_int(m.state, ISCSI_LOGOUT_DONE);
	ok(m.deadline_ns == UINT64_MAX);
}

static void test_not_logged_in(void)
{
	start(false);
	ok(act.take_down && !act.clean && !act.unbind && !act.send);
	eq_str(act.err.text, "the connection was down");
}

static void test_other_pdus(void)
{
	asked();
	pdu(0x20, 0, 48); /* a ping */
	nothing();
	pdu(0x32, 0, 48);
	nothing();
	for (size_t len = 0; len < 48; len++) {
		pdu(0x26, 0, len); /* cut short */
		nothing();
	}
	pdu(0x66, 0, 48); /* a bit that is reserved in answers */
	ok(act.take_down && act.clean);
}

static void test_early_pdu(void)
{
	start(true);
	pdu(0x26, 0, 48); /* to a question that was not asked */
	nothing();
	eq_int(m.state, ISCSI_LOGOUT_UNBINDING);
}

static void test_refused_by_target(void)
{
	asked();
	pdu(0x26, 3, 48);
	ok(act.take_down && !act.clean);
	eq_str(act.err.text, "the target refuses the logout (response 3)");
}

static void test_unbind_limit(void)
{
	start(true);
	eq_int(m.deadline_ns, 1500 * MS);
	step(ISCSI_LOGOUT_EV_DEADLINE, 1499);
	nothing();
	step(ISCSI_LOGOUT_EV_DEADLINE, 1500);
	ok(act.take_down && !act.clean && !act.send);
	eq_str(act.err.text, "its disks could not be flushed within 1500 ms");
}

static void test_answer_limit(void)
{
	asked();
	eq_int(m.deadline_ns, 1010 * MS);
	step(ISCSI_LOGOUT_EV_DEADLINE, 1010);
	ok(act.take_down && !act.clean);
	eq_str(act.err.text, "the target did not answer the logout within 1000 ms");
}

static void test_connection_breaks(void)
{
	start(true);
	step(ISCSI_LOGOUT_EV_CONN_ERROR, 5);
	ok(act.take_down && !act.clean);
	eq_str(act.err.text, "why");
	asked();
	step(ISCSI_LOGOUT_EV_CONN_ERROR, 20);
	ok(act.take_down && !act.clean);
}

static void test_kernel_refuses(void)
{
	start(true);
	step(ISCSI_LOGOUT_EV_REFUSED, 5); /* cannot unbind: asks all the same */
	ok(act.send && !act.take_down);
	step(ISCSI_LOGOUT_EV_REFUSED, 5);
	ok(act.take_down && !act.clean);
	eq_str(act.err.text, "why");
}

/* Nothing comes of it, and the state stays. */
static void test_what_is_not_for_a_state(void)
{
	asked();
	step(ISCSI_LOGOUT_EV_UNBOUND, 20);
	nothing();
	step(ISCSI_LOGOUT_EV_START, 20);
	nothing();
	eq_int(m.state, ISCSI_LOGOUT_ASKED);
	pdu(0x26, 0, 48);
	for (int kind = ISCSI_LOGOUT_EV_START; kind <= ISCSI_LOGOUT_EV_DEADLINE; kind++) {
		step((enum iscsi_logout_event_kind)kind, 9999);
		nothing();
		eq_int(m.state, ISCSI_LOGOUT_DONE);
	}
	m = (struct iscsi_logout){ 0 };
	for (int kind = ISCSI_LOGOUT_EV_UNBOUND; kind <= ISCSI_LOGOUT_EV_DEADLINE; kind++) {
		step((enum iscsi_logout_event_kind)kind, 0);
		nothing();
		eq_int(m.state, ISCSI_LOGOUT_IDLE);
	}
}

int main(void)
{
	RUN(test_clean);
	RUN(test_not_logged_in);
	RUN(test_other_pdus);
	RUN(test_early_pdu);
	RUN(test_refused_by_target);
	RUN(test_unbind_limit);
	RUN(test_answer_limit);
	RUN(test_connection_breaks);
	RUN(test_kernel_refuses);
	RUN(test_what_is_not_for_a_state);
	return test_end();
}
