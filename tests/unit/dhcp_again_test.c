/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: an address that is there already: confirmed by INIT-REBOOT, declined, gone on with. */
#include "core/dhcp.h"

#include "dhcp_servers.h"

/* --- INIT-REBOOT --- */

static void reboot_kept(void)
{
	begin_rebooting();
	/* RFC 2131 table 5: 50, neither ciaddr nor 54 */
	eq_int(be32_at(12), 0);
	eq_int(be32_at(252), 0x32040a00);
	ok(!sent_option(DHCP_OPT_SERVER_ID));
	eq_str(offer(1, ROOT), "ignored");
	now += 4 * MS;
	eq_str(ack(1, ROOT), "rebooting>bound lease");
	eq_int(d.lease.acquired_ns, 5 * S);
	eq_str(server(), "10.0.0.1");
}

static void reboot_refused(void)
{
	begin_rebooting();
	eq_str(nak(1), "rebooting>selecting send1@255.255.255.255 refused");
	/* not again after the carrier came back either */
	(void)event(DHCP_EV_CARRIER_DOWN);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
}

static void reboot_without_answer(void)
{
	begin_rebooting();
	ok(until_deadline_ms() >= 187 && until_deadline_ms() <= 313);
	eq_str(deadline(), "send3@255.255.255.255 waiting");
	ok(until_deadline_ms() >= 374 && until_deadline_ms() <= 626);
	eq_str(deadline(), "rebooting>selecting send1@255.255.255.255 waiting");
	eq_str(act.text, "nobody confirms 10.0.0.50, the address from before, asking anew");
	/* it may still be had */
	eq_int(be32_at(252), 0x32040a00);
	eq_str(offer(1, ""), "selecting>requesting send3@255.255.255.255");
}

/* The carrier went before anybody answered: tried again. */
static void reboot_interrupted(void)
{
	begin_rebooting();
	(void)event(DHCP_EV_CARRIER_DOWN);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>rebooting send3@255.255.255.255");
}

static void reboot_with_another_address(void)
{
	struct packet p;

	begin_rebooting();
	p = from(DHCP_TYPE_ACK, 1, 50, "");
	p.bytes[19] = 51;
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable ACK from 10.0.0.1: another address than was asked for");
}

static void lease_ends_while_rebooting(void)
{
	bind_lease();
	(void)event(DHCP_EV_CARRIER_DOWN);
	now = 5 * S + 119950 * MS;
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>rebooting send3@255.255.255.255");
	eq_str(deadline(), "rebooting>selecting send1@255.255.255.255 lost");
	eq_int(now, 125 * S);
}

/* Who refuses the lease we came back with takes it. */
static void lease_refused_while_rebooting(void)
{
	bind_lease();
	(void)event(DHCP_EV_CARRIER_DOWN);
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(nak(1), "rebooting>selecting send1@255.255.255.255 lost refused");
}

/* --- DECLINE --- */

static const char discover[] = "send1@255.255.255.255";

static void conflict(void)
{
	static const uint64_t want_ms[] = { 1000, 2000, 4000, 8000, 10000, 10000 };

	bind_lease();
	for (uint8_t i = 0; i < 6; i++) {
		struct packet p;
		uint64_t ms;

		eq_str(event(DHCP_EV_CONFLICT), "bound>selecting send4@255.255.255.255 lost");
		ok(!strncmp(act.text, "somebody else has 10.0.0.", 25));
		/* table 5: 50 and 54, no ciaddr, secs 0 */
		eq_int(be32_at(8), 0);
		eq_int(be32_at(12), 0);
		eq_int(be32_at(252), 0x32040a00);
		eq_int(act.message[257], 50 + i);
		eq_int(be32_at(260), 0x0a000001);
		ok(!d.have_lease);
		ms = until_deadline_ms();
		ok(ms >= want_ms[i] - want_ms[i] / 4 - 1 && ms <= want_ms[i] + want_ms[i] / 4);
		eq_str(offer(1, ""), "ignored");
		eq_str(deadline(), discover);
		ok(!sent_option(DHCP_OPT_REQUESTED));
		/* it is not taken again, whoever offers it */
		p = from(DHCP_TYPE_OFFER, 1, 50, "");
		p.bytes[19] = (uint8_t)(50 + i);
		eq_str(packet(&p), "refused");
		eq_str(act.text,
		       "OFFER from 10.0.0.1: somebody else has that address, it was declined");
		p.bytes[19]++;
		eq_str(packet(&p), "selecting>requesting send3@255.255.255.255");
		p.bytes[242] = DHCP_TYPE_ACK;
		eq_str(packet(&p), "requesting>bound lease");
	}
}

static void conflict_elsewhere(void)
{
	begin();
	eq_str(event(DHCP_EV_CONFLICT), "ignored");
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(event(DHCP_EV_CONFLICT), "ignored");
	/* while asking again, or without a carrier, the lease is as lost */
	bind_lease();
	(void)event(DHCP_EV_AGAIN);
	eq_str(event(DHCP_EV_CONFLICT), "send4@255.255.255.255 lost");
	bind_lease();
	(void)event(DHCP_EV_CARRIER_DOWN);
	eq_str(event(DHCP_EV_CONFLICT), "lost");
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
	ok(!sent_option(DHCP_OPT_REQUESTED));
}

/* What firmware had is somebody else's: not asked for by INIT-REBOOT or in DISCOVER. */
static void conflict_after_reboot(void)
{
	begin_rebooting();
	(void)ack(1, "");
	(void)event(DHCP_EV_CONFLICT);
	(void)event(DHCP_EV_CARRIER_DOWN);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
	ok(!sent_option(DHCP_OPT_REQUESTED));
}

/* A server may acknowledge another address than it has offered, but not one that was declined. */
static void conflict_by_another_ack(void)
{
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	eq_str(serves(DHCP_TYPE_ACK, 1, 60, ""), "requesting>bound lease");
	(void)event(DHCP_EV_CONFLICT);
	eq_str(act.text, "somebody else has 10.0.0.60, declined");
	(void)deadline();
	eq_str(serves(DHCP_TYPE_OFFER, 1, 60, ""), "refused");
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	eq_str(serves(DHCP_TYPE_ACK, 1, 60, ""),
	       "requesting>selecting send1@255.255.255.255 refused");
	eq_str(act.text,
	       "unusable ACK from 10.0.0.1: somebody else has that address, it was declined");
}

/* --- going on with a lease --- */

static struct lease had(uint32_t lease_s, uint64_t acquired_ns)
{
	struct lease l = { .lease_s = lease_s, .acquired_ns = acquired_ns };

	l.address = ip4_from_he(0x0a000032);
	l.server_id = ip4_from_he(0x0a000001);
	return l;
}

static void resume(void)
{
	struct lease l = had(120, 2 * S);

	begin();
	dhcp_resume(&d, &config, &l);
	eq_int(d.state, DHCP_BOUND);
	eq_int(dhcp_deadline(&d), 62 * S);
	eq_str(event(DHCP_EV_CARRIER_UP), "ignored");
	eq_str(deadline(), "bound>renewing send3@10.0.0.1");
	eq_str(ack(1, ROOT), "renewing>bound lease");
	/* another root than before is the owner's business */
	eq_str(d.lease.root_path, "hello");
	eq_int(d.lease.acquired_ns, 62 * S);
}

/* T1, T2 or the end went by meanwhile. */
static void resume_late(void)
{
	struct lease l = had(120, 1 * S);

	l.t1_s = 60;
	l.t2_s = 105;
	begin();
	dhcp_resume(&d, &config, &l);
	now = 90 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>renewing send3@10.0.0.1");
	dhcp_resume(&d, &config, &l);
	now = 110 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>rebinding send3@255.255.255.255");
	dhcp_resume(&d, &config, &l);
	now = 121 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>selecting send1@255.255.255.255 lost");
	l = had(UINT32_MAX, 1 * S);
	dhcp_resume(&d, &config, &l);
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
}

static void resume_with_proxy(void)
{
	struct lease l = had(120, 2 * S);
	char ip[IP_TEXT_MAX];

	l.proxy_id = ip4_from_he(0x0a000009);
	memcpy(l.root_path, "old", 4);
	begin();
	dhcp_resume(&d, &config, &l);
	(void)deadline();
	(void)ack(1, "");
	eq_str(d.lease.root_path, "old");
	eq_str(ip_text(&d.lease.proxy_id, ip), "10.0.0.9");
}

/* --- what is kept --- */

/* Anywhere in what the machine holds, or told. */
static bool holds(const char *text)
{
	return memmem(&d, sizeof(d), text, strlen(text)) ||
	       memmem(&act, sizeof(act), text, strlen(text));
}

#define SECRETS "af0b be04 75736572 bf03 707764 " /* 175: "user", "pwd" */
#define PATH "110a 6e66733a736563726574 " /* 17: "nfs:secret" */
#define FILE_ "4304 66696c65 " /* 67: "file" */

static bool holds_any(void)
{
	return holds("user") || holds("pwd") || holds("nfs:") || holds("file");
}

static bool asks_for(uint8_t code)
{
	for (size_t at = 240; at < act.len && act.message[at] != 255;
	     at += 2u + act.message[at + 1])
		if (act.message[at] == DHCP_OPT_PARAMETERS)
			return memchr(act.message + at + 2, code, act.message[at + 1]);
	return false;
}

static bool asks_for_boot(void)
{
	return asks_for(DHCP_OPT_ROOT_PATH) || asks_for(DHCP_OPT_BOOT_FILE) ||
	       asks_for(DHCP_OPT_IPXE);
}

/* Who renews a lease for the booted system has no use for secrets, nor for the root. */
static void nothing_secret(void)
{
	struct dhcp_config keeps = config;
	struct lease l = had(120, 2 * S);

	keeps.keeps = true;
	now = 5 * S;
	dhcp_resume(&d, &keeps, &l);
	eq_str(deadline(), "bound>renewing send3@10.0.0.1");
	ok(!asks_for_boot() && asks_for(DHCP_OPT_DNS));
	eq_str(ack(1, SECRETS PATH FILE_ "0f03 6c6162"), "renewing>bound lease");
	ok(!holds_any());
	eq_str(d.lease.domain, "lab");
	/* from the beginning, with a proxy */
	begin_with(&keeps);
	(void)event(DHCP_EV_CARRIER_UP);
	ok(!asks_for_boot());
	(void)serves(DHCP_TYPE_OFFER, 9, 0, PXE SECRETS PATH FILE_);
	ok(!holds_any());
	eq_str(offer(1, SECRETS PATH FILE_), "selecting>requesting send3@255.255.255.255");
	ok(!holds_any() && !asks_for_boot());
	eq_str(ack(1, SECRETS PATH FILE_), "requesting>bound lease");
	ok(!holds_any());
	/* by Rapid Commit */
	keeps.rapid_commit = true;
	begin_with(&keeps);
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(ack(1, "5000" SECRETS PATH FILE_), "selecting>bound lease");
	ok(!holds_any());
	/* who boots has */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(asks_for(DHCP_OPT_ROOT_PATH) && asks_for(DHCP_OPT_BOOT_FILE) && asks_for(DHCP_OPT_IPXE));
	(void)offer(1, SECRETS PATH FILE_);
	(void)ack(1, SECRETS PATH FILE_);
	ok(holds("user") && holds("pwd") && holds("nfs:") && holds("file"));
}

/* ISC dhcpd's six seconds: more than one try before T2, and one by broadcast before the end. */
static void six_seconds(void)
{
	struct lease l = had(6, 5 * S);
	int n_unicast = 0, n_broadcast = 0;

	begin();
	dhcp_resume(&d, &config, &l);
	eq_int(d.lease.t1_s, 3);
	eq_int(d.lease.t2_s, 5);
	while (d.have_lease) {
		const char *what = deadline();

		n_unicast += strstr(what, "send3@10.0.0.1") != NULL;
		n_broadcast += strstr(what, "send3@255") != NULL;
	}
	eq_int(now, 11 * S);
	ok(n_unicast >= 2 && n_unicast <= 4);
	ok(n_broadcast >= 1 && n_broadcast <= 3);
}

int main(void)
{
	RUN(nothing_secret);
	RUN(reboot_kept);
	RUN(reboot_refused);
	RUN(reboot_without_answer);
	RUN(reboot_interrupted);
	RUN(reboot_with_another_address);
	RUN(lease_ends_while_rebooting);
	RUN(lease_refused_while_rebooting);
	RUN(conflict);
	RUN(conflict_elsewhere);
	RUN(conflict_after_reboot);
	RUN(conflict_by_another_ack);
	RUN(resume);
	RUN(resume_late);
	RUN(resume_with_proxy);
	RUN(six_seconds);
	return test_end();
}
