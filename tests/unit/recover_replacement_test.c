/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/recover: the replacement time-out that an iscsid sets when it takes the session over. */
#include "recover_script.h"

#define LOGIN_RESPONSE 0x23

/* As iscsid does it: the timers go before its login. */
static void taken_over(uint32_t seconds)
{
	other = true;
	replacement_s = seconds;
	pdu(LOGIN_RESPONSE, 0, 0, 0);
}

static void the_default_is_set_back(void)
{
	begin(1);
	taken_over(120);
	eq_int(seen.replaced, 1);
	eq_int(replacement_s, 86400);
	eq_int(seen.say, SAY_INFO);
	eq_str(seen.text,
	       "target " TARGET ": iscsid has given its session the default replacement time-out "
	       "of 120 s, after which the root " ROOT " could not be read or written any more: set "
	       "back to 86400 s; a node record of this target in the root, or another value in its "
	       "iscsid.conf, is left as it is");
	eq_int(seen.stops + seen.logins, 0);
}

/* Whatever the order in which the other works. */
static void what_is_set_after_its_login_is_seen(void)
{
	begin(1);
	taken_over(86400);
	eq_int(seen.replaced, 0);
	replacement_s = 120;
	run(3 * S);
	eq_int(seen.replaced, 1);
}

static void it_is_set_back_at_each_login_and_told_once(void)
{
	begin(1);
	for (int i = 1; i <= 3; i++) {
		taken_over(120);
		run(10 * S);
		eq_int(seen.replaced, i);
		eq_int(seen.told, 1);
	}
}

static void it_is_set_back_where_the_other_is_gone_already(void)
{
	begin(1);
	replacement_s = 120;
	pdu(LOGIN_RESPONSE, 0, 0, 0);
	eq_int(seen.replaced, 1);
}

static void it_is_set_back_while_the_other_recovers(void)
{
	begin(1);
	other = true;
	EV(CONN_ERROR, .code = 1020);
	session = RECOVER_SESSION_FAILED;
	run(8 * S);
	eq_int(seen.told, 1); /* that it is left to the other */
	replacement_s = 120;
	run(3 * S);
	eq_int(seen.replaced, 1);
	eq_int(seen.told, 2);
	eq_int(r.state, RECOVER_ASIDE);
}

/* Two things to tell at one moment. */
static void it_is_told_with_the_next_event_where_there_is_more_to_tell(void)
{
	begin(1);
	other = true;
	replacement_s = 120;
	EV(CONN_ERROR, .code = 1020);
	eq_int(seen.replaced, 1);
	ok(contains("is left to it"));
	run(3 * S);
	ok(contains("set back to 86400 s"));
	eq_int(seen.replaced, 1);
	eq_int(seen.told, 2);
}

static void what_somebody_has_chosen_stays(void)
{
	static const uint32_t chosen[] = { 1, 119, 121, 300, 86400, 0 /* for ever */ };

	for (size_t i = 0; i < sizeof(chosen) / sizeof(*chosen); i++) {
		begin(1);
		taken_over(chosen[i]);
		run(10 * S);
		eq_int(seen.replaced, 0);
		eq_int(replacement_s, chosen[i]);
	}
}

static void a_record_in_the_root_has_its_way(void)
{
	begin(1);
	r.config.recorded = true;
	taken_over(120);
	run(10 * S);
	eq_int(seen.replaced + seen.told, 0);
	eq_int(replacement_s, 120);
}

/* iscsid looks its records up by the portal. */
static void a_record_of_the_portal_that_was_left_has_not(void)
{
	begin(2);
	r.config.recorded = true;
	portals[0].up_ns = UINT64_MAX;
	EV(CONN_ERROR, .code = 1020);
	run(60 * S);
	eq_int(seen.portal.ip.bytes[3], 6);
	taken_over(120);
	eq_int(seen.replaced, 1);
	eq_int(replacement_s, 86400);
}

/* rd.iscsi.param=node.session.timeo.replacement_timeout= */
static void the_value_of_the_command_line_is_what_is_set(void)
{
	begin(1);
	r.config.replacement_s = 300;
	taken_over(120);
	eq_int(replacement_s, 300);
	ok(contains("set back to 300 s"));
	/* the default itself, wanted */
	begin(1);
	r.config.replacement_s = 120;
	taken_over(120);
	run(10 * S);
	eq_int(seen.replaced + seen.told, 0);
}

/* The kernel keeps what was written to sysfs, whatever is asked of it after that. */
static void what_is_pinned_is_asked_for_once(void)
{
	begin(1);
	taken_over(120);
	for (int i = 0; i < 5; i++) {
		replacement_s = 120;
		run(10 * S);
		pdu(LOGIN_RESPONSE, 0, 0, 0);
	}
	eq_int(seen.replaced, 1);
	eq_int(seen.told, 1);
}

static void a_session_that_is_gone_is_left_alone(void)
{
	begin(1);
	replacement_s = 120;
	EV(GONE);
	eq_int(seen.replaced, 0);
}

static void seconds_are_read_of_sysfs(void)
{
	eq_int(recover_seconds_of(span_of("86400\n")), 86400);
	eq_int(recover_seconds_of(span_of("120")), 120);
	eq_int(recover_seconds_of(span_of("off\n")), 0);
	eq_int(recover_seconds_of(span_of("-1\n")), 0);
	eq_int(recover_seconds_of(span_of("")), 0);
	eq_int(recover_seconds_of(span_of("4294967296\n")), 0);
	eq_int(recover_seconds_of(span_of("120 s\n")), 0);
}

int main(void)
{
	RUN(the_default_is_set_back);
	RUN(what_is_set_after_its_login_is_seen);
	RUN(it_is_set_back_at_each_login_and_told_once);
	RUN(it_is_set_back_where_the_other_is_gone_already);
	RUN(it_is_set_back_while_the_other_recovers);
	RUN(it_is_told_with_the_next_event_where_there_is_more_to_tell);
	RUN(what_somebody_has_chosen_stays);
	RUN(a_record_in_the_root_has_its_way);
	RUN(a_record_of_the_portal_that_was_left_has_not);
	RUN(the_value_of_the_command_line_is_what_is_set);
	RUN(what_is_pinned_is_asked_for_once);
	RUN(a_session_that_is_gone_is_left_alone);
	RUN(seconds_are_read_of_sysfs);
	return test_end();
}
