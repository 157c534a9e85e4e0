/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp6: a lease that is there already: renewed, lost, declined, asked for again, gone on
 * with. */
#include "dhcp6_machine.h"

static void renewal(void)
{
	uint32_t xid;

	bind_lease();
	eq_str(deadline(), "bound>renewing RENEW");
	eq_int(now, 65 * S);
	ok(sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(sent_address(), "fd00::100");
	xid = d.xid;
	ok(near(until_deadline_ms(), 10000));
	eq_str(deadline(), "RENEW waiting");
	eq_int(d.xid, xid);
	ok(elapsed_cs() >= 900 && elapsed_cs() <= 1100);
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	eq_int(d.lease.acquired_ns, 65 * S);
}

/* Of a lease of eight seconds: half of what is left, a second at least. */
static void short_lease(void)
{
	config = plain;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA);
	(void)serve(DHCP6_REPLY, "00030028 00000001 00000002 00000006"
				 "00050018 fd000000000000000000000000000100 00000008 00000008");
	eq_str(deadline(), "bound>renewing RENEW");
	eq_int(now, 7 * S);
	ok(near(until_deadline_ms(), 2000));
	eq_str(deadline(), "RENEW waiting");
	ok(near(until_deadline_ms(), 1000));
}

static void rebinding(void)
{
	char last[64] = "";
	int renews = 1;

	bind_lease();
	(void)deadline();
	for (; d.state == DHCP6_RENEWING && renews < 20; renews++)
		(void)snprintf(last, sizeof(last), "%s", deadline());
	eq_str(last, "renewing>rebinding REBIND");
	eq_int(now, (5 + 96) * S);
	ok(renews >= 3 && renews <= 9);
	ok(!sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(sent_address(), "fd00::100");
	/* then until the end */
	for (int i = 0; d.state == DHCP6_REBINDING && i < 30; i++)
		(void)snprintf(last, sizeof(last), "%s", deadline());
	eq_int(now, (5 + 120) * S);
	eq_str(last, "rebinding>soliciting SOLICIT lost");
	eq_str(act.text, "the lease of fd00::100 ended");
	eq_str(sent_address(), "none");
}

static void renewal_answers(void)
{
	/* forgotten: asked for again, of that server, at once */
	bind_lease();
	(void)deadline();
	eq_str(serve(DHCP6_REPLY, IN_IA("0003")), "renewing>requesting REQUEST refused");
	eq_str(act.text, "REPLY from fe80::1: NoBinding");
	eq_str(sent_address(), "fd00::100");
	ok(d.have_lease && sent_option(DHCP6_OPT_SERVER_ID));
	eq_str(serve(DHCP6_REPLY, IA), "requesting>bound lease");
	/* anything else is no end: the lease lasts, and another may say otherwise */
	bind_lease();
	(void)deadline();
	eq_str(serve(DHCP6_REPLY, STATUS("0001")), "refused");
	eq_str(serve(DHCP6_REPLY, OTHER_IA), "refused");
	eq_str(act.text, "unusable REPLY from fe80::1: renewed with another address");
	eq_str(serve(DHCP6_REPLY, "00030028 00000001 00000000 00000000"
				  "00050018 fd000000000000000000000000000100 00000000 00000000"),
	       "refused");
	eq_int(d.state, DHCP6_RENEWING);
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	/* a REPLY that is older than its lease */
	bind_lease();
	(void)deadline();
	now += 20 * S;
	eq_str(serve(DHCP6_REPLY, "00030028 00000001 00000000 00000000"
				  "00050018 fd000000000000000000000000000100 0000000a 0000000a"),
	       "refused");
	eq_str(act.text, "unusable REPLY from fe80::1: the lease is over already");
}

static void conflict(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_CONFLICT), "bound>soliciting DECLINE lost");
	eq_str(act.text, "somebody else on the link has fd00::100");
	eq_str(sent_address(), "fd00::100");
	ok(sent_option(DHCP6_OPT_SERVER_ID));
	ok(near(until_deadline_ms(), 250));
	/* the answer to the DECLINE is nothing that is waited for */
	eq_str(serve(DHCP6_REPLY, STATUS("0000")), "ignored");
	eq_str(deadline(), "SOLICIT");
	eq_str(sent_address(), "none");
	eq_str(event(DHCP_EV_CONFLICT), "ignored");
}

static void carrier(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "bound>idle");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "ignored");
	ok(d.have_lease);
	now += 10 * S;
	/* what we have is asked for */
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>soliciting SOLICIT");
	eq_str(sent_address(), "fd00::100");
	(void)event(DHCP_EV_CARRIER_DOWN);
	/* and ends in its time */
	eq_int(dhcp6_deadline(&d), 125 * S);
	eq_str(deadline(), "lost");
	eq_int(dhcp6_deadline(&d), DHCP_NO_DEADLINE);
}

static void again(void)
{
	config = plain;
	begin();
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(event(DHCP_EV_AGAIN), "ignored");
	bind_lease();
	eq_str(event(DHCP_EV_AGAIN), "bound>soliciting SOLICIT");
	eq_str(sent_address(), "fd00::100");
	ok(d.have_lease);
	(void)serve(DHCP6_ADVERTISE, OTHER_IA);
	/* the lease at hand ends meanwhile */
	now = 125 * S;
	eq_str(event(DHCP_EV_DEADLINE), "lost");
	eq_int(d.state, DHCP6_REQUESTING);
}

static void too_early(void)
{
	bind_lease();
	eq_str(event(DHCP_EV_DEADLINE), "ignored");
}

static void resumed(void)
{
	struct lease had;

	bind_lease();
	had = d.lease;
	memset(&d, 0x5a, sizeof(d));
	dhcp6_resume(&d, &config, &had);
	now = 20 * S;
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_int(dhcp6_deadline(&d), 65 * S);
	eq_str(deadline(), "bound>renewing RENEW");
	eq_str(serve(DHCP6_REPLY, IA), "renewing>bound lease");
	/* after its time already */
	dhcp6_resume(&d, &config, &had);
	now = 200 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>soliciting SOLICIT lost");
}

static bool asks_for_url(void)
{
	static const uint8_t url[] = { 0, 59 };

	for (size_t at = 4; at + 4 <= act.len; at += 4u + act.message[at + 3])
		if (act.message[at + 1] == 6) /* ORO */
			return memmem(act.message + at + 4, act.message[at + 3], url, sizeof(url));
	return false;
}

/* Who renews a lease for the booted system has no use for the root, which may name a secret. */
static void nothing_secret(void)
{
	struct lease had;

	bind_lease();
	had = d.lease;
	config.keeps = true;
	dhcp6_resume(&d, &config, &had);
	eq_str(deadline(), "bound>renewing RENEW");
	ok(!asks_for_url());
	eq_str(serve(DHCP6_REPLY, IA ROOT), "renewing>bound lease");
	eq_str(d.lease.root_path, "");
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serve(DHCP6_ADVERTISE, IA ROOT);
	ok(!memmem(&d, sizeof(d), "nfs:", 4));
	config.keeps = false;
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(asks_for_url());
	(void)serve(DHCP6_ADVERTISE, IA ROOT);
	ok(memmem(&d, sizeof(d), "nfs:", 4));
}

int main(void)
{
	RUN(renewal);
	RUN(short_lease);
	RUN(rebinding);
	RUN(renewal_answers);
	RUN(conflict);
	RUN(carrier);
	RUN(again);
	RUN(too_early);
	RUN(resumed);
	RUN(nothing_secret);
	return test_end();
}
