/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: messages that the kernel does not take are sent again soon, whatever the back-off. */
#include "core/dhcp.h"

#include "dhcp_machine.h"

static bool soon(void)
{
	return until_deadline_ms() >= 187 && until_deadline_ms() <= 313;
}

/* As on a bond that negotiates for some seconds. */
static void discover(void)
{
	begin();
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
	eq_str(event(DHCP_EV_UNSENT), "unsent");
	ok(soon());
	for (int i = 0; i < 20; i++) {
		/* not a retry: nothing is said of it */
		eq_str(deadline(), "send1@255.255.255.255");
		eq_str(event(DHCP_EV_UNSENT), "");
		ok(soon());
	}
	/* now it goes out: the first one, as far as anybody knows, secs included */
	eq_str(deadline(), "send1@255.255.255.255");
	eq_int(act.message[8] << 8 | act.message[9], 1);
	ok(soon());
	eq_str(deadline(), "send1@255.255.255.255 waiting");
	ok(until_deadline_ms() >= 375 && until_deadline_ms() <= 625);
	/* worth saying again */
	eq_str(event(DHCP_EV_UNSENT), "unsent");
	ok(soon());
}

static void less_often_in_time(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	for (int i = 0; i < 40; i++) {
		(void)event(DHCP_EV_UNSENT);
		ok(soon());
		(void)deadline();
	}
	for (int i = 0; i < 300; i++) {
		(void)event(DHCP_EV_UNSENT);
		ok(until_deadline_ms() >= 1500 && until_deadline_ms() <= 2500);
		(void)deadline();
	}
}

/* Tries that nobody has seen are none: after five of them the server would be given up. */
static void request(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255");
	for (int i = 0; i < 12; i++) {
		(void)event(DHCP_EV_UNSENT);
		eq_str(deadline(), "send3@255.255.255.255");
	}
	eq_str(serve(DHCP_TYPE_ACK), "requesting>bound lease");
}

/* Not later than it would have been, and T2 stays what it is. */
static void renewal(void)
{
	uint64_t t2_ns;

	bind_lease();
	eq_str(deadline(), "bound>renewing send3@10.0.0.1");
	t2_ns = d.lease.acquired_ns + d.lease.t2_s * S;
	while (dhcp_deadline(&d) < t2_ns)
		(void)deadline();
	now = t2_ns - 100 * MS;
	(void)event(DHCP_EV_UNSENT);
	eq_int(dhcp_deadline(&d), t2_ns);
	eq_str(deadline(), "renewing>rebinding send3@255.255.255.255");
}

static void decline(void)
{
	uint64_t at;

	bind_lease();
	(void)event(DHCP_EV_CONFLICT);
	at = dhcp_deadline(&d);
	eq_str(event(DHCP_EV_UNSENT), "ignored");
	eq_int(dhcp_deadline(&d), at);
}

int main(void)
{
	RUN(discover);
	RUN(less_often_in_time);
	RUN(request);
	RUN(renewal);
	RUN(decline);
	return test_end();
}
