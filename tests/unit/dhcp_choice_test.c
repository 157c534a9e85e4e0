/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: several servers, a proxyDHCP server, INIT-REBOOT, Rapid Commit, DECLINE, a lease that
 * is gone on with. */
#include "core/dhcp.h"

#include "dhcp_machine.h"

#define ROOT "110568656c6c6f" /* 17: hello */
#define PXE "3c09505845436c69656e74" /* 60: PXEClient */
#define RAPID "5000"

static const char discover[] = "send1@255.255.255.255";

/* reply() of server 10.0.0.<server> with siaddr 0 and these options. */
static struct packet from(uint8_t type, uint8_t server, const char *options)
{
	struct packet p = reply(type);

	memset(p.bytes + 20, 0, 4);
	p.bytes[248] = server;
	p.len--;
	add_hex(&p, options);
	add_hex(&p, "ff");
	return p;
}

static const char *offer(uint8_t server, const char *options)
{
	struct packet p = from(DHCP_TYPE_OFFER, server, options);

	return packet(&p);
}

static const char *ack(uint8_t server, const char *options)
{
	struct packet p = from(DHCP_TYPE_ACK, server, options);

	return packet(&p);
}

static const char *nak(uint8_t server)
{
	struct packet p = from(DHCP_TYPE_NAK, server, "");

	return packet(&p);
}

/* A proxyDHCP server's: no address, no lease time counts. */
static const char *proxy_offer(uint8_t server, uint8_t siaddr, const char *options)
{
	struct packet p = from(DHCP_TYPE_OFFER, server, options);

	memset(p.bytes + 16, 0, 4);
	if (siaddr)
		memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, siaddr }, 4);
	return packet(&p);
}

static void begin_wanting(unsigned int wants)
{
	struct dhcp_config c = config;

	c.wants = wants;
	begin_with(&c);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
}

/* The vendor class of the message that was sent. */
static const char *sent_class(void)
{
	static char text[64];

	for (size_t at = 240; at < act.len && act.message[at] != 255;
	     at += 2u + act.message[at + 1]) {
		if (act.message[at] != DHCP_OPT_VENDOR_CLASS)
			continue;
		(void)snprintf(text, sizeof(text), "%.*s", act.message[at + 1],
			       (const char *)act.message + at + 2);
		return text;
	}
	return "";
}

/* Whether the message that was sent has the option. */
static bool sent_option(uint8_t code)
{
	for (size_t at = 240; at < act.len && act.message[at] != 255;
	     at += 2u + act.message[at + 1])
		if (act.message[at] == code)
			return true;
	return false;
}

static const char *server(void)
{
	static char ip[IP_TEXT_MAX];

	return ip_text(&d.lease.server_id, ip);
}

static void good_offer_at_once(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	eq_str(offer(1, ROOT), "selecting>requesting send3@255.255.255.255");
	eq_str(sent_class(), "netroot");
	eq_str(act.text, "");
}

static void good_offer_second(void)
{
	uint32_t xid;

	begin_wanting(DHCP_WANT_ROOT);
	xid = d.xid;
	now += 3 * MS;
	/* the first lacks the root: firmware's DISCOVER, under the same xid */
	eq_str(offer(1, ""), "send1@255.255.255.255 waiting");
	eq_str(act.text, "10.0.0.1 has no root-path, waiting 500 ms for a better offer");
	eq_str(sent_class(), "PXEClient:Arch:00000:UNDI:003016");
	ok(sent_option(DHCP_OPT_ARCH));
	eq_int(be32_at(4), xid);
	eq_int(until_deadline_ms(), 500);
	now += 2 * MS;
	eq_str(offer(2, ROOT), "selecting>requesting send3@255.255.255.255 chosen");
	eq_str(act.text, "2 offers, 10.0.0.1 has no root-path, taking 10.0.0.2");
	eq_str(nak(1), "ignored");
	eq_str(ack(2, ROOT), "requesting>bound lease");
	eq_str(server(), "10.0.0.2");
	eq_str(d.lease.root_path, "hello");
}

static void no_better_offer(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)offer(1, "");
	eq_str(offer(2, ""), "");
	/* the first of equals, asked for as it was offered: to ourselves */
	eq_str(deadline(), "selecting>requesting send3@255.255.255.255 chosen");
	eq_int(now, 5 * S + 500 * MS);
	eq_str(act.text,
	       "2 offers, 10.0.0.1 has no root-path, 10.0.0.2 has no root-path, taking 10.0.0.1");
	eq_str(sent_class(), "netroot");
	eq_str(ack(1, ""), "requesting>bound lease");
}

/* The better of two that both lack something. */
static void half_good(void)
{
	begin_wanting(DHCP_WANT_ROOT | DHCP_WANT_SERVER);
	eq_str(offer(1, ""), "send1@255.255.255.255 waiting");
	eq_str(act.text, "10.0.0.1 has no root-path and no next-server, waiting 500 ms for a "
			 "better offer");
	(void)offer(2, ROOT);
	(void)offer(3, "");
	(void)deadline();
	eq_str(act.text, "3 offers, 10.0.0.1 has no root-path and no next-server, 10.0.0.2 has no "
			 "next-server, 10.0.0.3 has no root-path and no next-server, taking "
			 "10.0.0.2");
	eq_str(ack(2, ROOT), "requesting>bound lease");
}

static void offers_are_full(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	for (uint8_t i = 1; i < DHCP_OFFERS_MAX; i++)
		ok(!strstr(offer(i, ""), "requesting"));
	/* the same server again is no further one */
	eq_str(offer(1, ""), "");
	eq_str(offer(DHCP_OFFERS_MAX, ""), "selecting>requesting send3@255.255.255.255 chosen");
}

/* A server that tells firmware more: it is asked as firmware. */
static void more_for_firmware(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)offer(1, "");
	eq_str(offer(1, ROOT), "selecting>requesting send3@255.255.255.255");
	eq_str(sent_class(), "PXEClient:Arch:00000:UNDI:003016");
	(void)ack(1, ROOT);
	/* and so by the renewal */
	(void)deadline();
	eq_str(sent_class(), "PXEClient:Arch:00000:UNDI:003016");
}

static void given_class(void)
{
	struct dhcp_config c = config;

	c.wants = DHCP_WANT_ROOT;
	memcpy(c.vendor_class, "lab", sizeof("lab"));
	begin_with(&c);
	(void)event(DHCP_EV_CARRIER_UP);
	eq_str(offer(1, ""), "waiting");
	eq_int(until_deadline_ms(), 500);
	(void)deadline();
	eq_str(sent_class(), "lab");
}

static void class_of_efi(void)
{
	struct dhcp_config c = config;

	c.wants = DHCP_WANT_ROOT;
	c.arch = 7;
	begin_with(&c);
	(void)event(DHCP_EV_CARRIER_UP);
	(void)offer(1, "");
	eq_str(sent_class(), "PXEClient:Arch:00007:UNDI:003016");
	ok(sent_option(DHCP_OPT_ARCH) && sent_option(DHCP_OPT_UNDI) && !sent_option(DHCP_OPT_UUID));
}

static void window_and_carrier(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)offer(1, "");
	eq_str(event(DHCP_EV_CARRIER_DOWN), "selecting>idle");
	eq_int(dhcp_deadline(&d), DHCP_NO_DEADLINE);
	eq_str(event(DHCP_EV_CARRIER_UP), "idle>selecting send1@255.255.255.255");
	eq_str(sent_class(), "netroot");
	ok(until_deadline_ms() < 400);
}

/* Beside a server that gives addresses: what the proxy has goes where the lease has nothing. */
static void proxy(void)
{
	char ip[IP_TEXT_MAX];

	begin_wanting(DHCP_WANT_ROOT);
	eq_str(offer(1, ""), "send1@255.255.255.255 waiting");
	eq_str(proxy_offer(9, 8, PXE ROOT " 43026162"),
	       "selecting>requesting send3@255.255.255.255 chosen");
	eq_str(act.text, "1 offer, 10.0.0.1 has no root-path, taking 10.0.0.1, with what proxyDHCP "
			 "server 10.0.0.9 adds");
	eq_str(ack(1, ""), "requesting>bound lease");
	eq_str(d.lease.root_path, "hello");
	eq_str(d.lease.boot_file, "ab");
	eq_str(ip_text(&d.lease.siaddr, ip), "10.0.0.8");
	eq_str(ip_text(&d.lease.proxy_id, ip), "10.0.0.9");
	/* also in the lease's renewal, where only the server is asked */
	(void)deadline();
	eq_str(ack(1, "43026364"), "renewing>bound lease");
	eq_str(d.lease.root_path, "hello");
	eq_str(d.lease.boot_file, "cd");
	/* and gone with the round */
	(void)event(DHCP_EV_AGAIN);
	(void)offer(1, ROOT);
	(void)ack(1, ROOT);
	ok(ip_is_unset(&d.lease.proxy_id));
}

/* The server's own siaddr is no reason to look for the proxy's path there. */
static void proxy_with_path_and_server(void)
{
	struct packet p;
	char ip[IP_TEXT_MAX];

	begin_wanting(DHCP_WANT_ROOT);
	p = reply(DHCP_TYPE_OFFER);
	memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, 1 }, 4);
	(void)packet(&p);
	(void)proxy_offer(9, 8, PXE ROOT);
	p = reply(DHCP_TYPE_ACK);
	memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, 1 }, 4);
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(d.lease.root_path, "hello");
	eq_str(ip_text(&d.lease.siaddr, ip), "10.0.0.8");
	/* but where the proxy has no path, the server's counts */
	begin_wanting(DHCP_WANT_ROOT);
	(void)proxy_offer(9, 8, PXE);
	p = reply(DHCP_TYPE_OFFER);
	memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, 1 }, 4);
	(void)packet(&p);
	(void)deadline();
	p = reply(DHCP_TYPE_ACK);
	memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, 1 }, 4);
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(ip_text(&d.lease.siaddr, ip), "10.0.0.1");
}

/* The NFS server is in siaddr, or in the root path. */
static void server_wanted(void)
{
	begin_wanting(DHCP_WANT_SERVER);
	eq_str(offer(1, ""), "send1@255.255.255.255 waiting");
	eq_str(act.text, "10.0.0.1 has no next-server, waiting 500 ms for a better offer");
	eq_str(offer(2, "11022f78"), ""); /* /x */
	/* 10.0.0.5:/x */
	eq_str(offer(3, "110b31302e302e302e353a2f78"),
	       "selecting>requesting send3@255.255.255.255 chosen");
	begin_wanting(DHCP_WANT_SERVER);
	eq_str(serve(DHCP_TYPE_OFFER), "selecting>requesting send3@255.255.255.255"); /* siaddr */
	begin_wanting(DHCP_WANT_SERVER);
	eq_str(proxy_offer(9, 8, PXE), "");
	eq_str(offer(1, ""), "selecting>requesting send3@255.255.255.255 chosen");
}

static void proxy_first(void)
{
	begin_wanting(DHCP_WANT_SERVER);
	eq_str(proxy_offer(9, 8, PXE), "");
	eq_str(offer(1, ""), "selecting>requesting send3@255.255.255.255 chosen");
	/* of two proxies the first, unless the second has the root */
	begin_wanting(DHCP_WANT_ROOT);
	(void)offer(1, "");
	eq_str(proxy_offer(9, 8, PXE), "");
	eq_str(proxy_offer(7, 7, PXE), "");
	eq_str(proxy_offer(6, 6, PXE ROOT), "selecting>requesting send3@255.255.255.255 chosen");
}

/* What is no proxy's: an offer of nothing. */
static void no_proxy(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	eq_str(proxy_offer(9, 8, ROOT), "refused");
	eq_str(act.text, "unusable OFFER from 10.0.0.9: 0.0.0.0 is not an address a host can have");
	eq_str(proxy_offer(9, 8, "3c0a505845436c69656e7478" ROOT), "refused");
}

/* Only a proxy is there: DISCOVER goes on. */
static void proxy_alone(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)proxy_offer(9, 8, PXE ROOT);
	eq_str(deadline(), "send1@255.255.255.255 waiting");
	eq_str(offer(1, ""), "selecting>requesting send3@255.255.255.255 chosen");
}

/* A flood of offers that nobody can take: said thrice, then less and less. */
static void useless_offers(void)
{
	unsigned int n_said = 0;

	begin_wanting(0);
	for (int i = 1; i <= 3; i++)
		eq_str(proxy_offer(9, 8, ""), "refused");
	eq_str(proxy_offer(9, 8, ""), "refused");
	eq_str(act.text, "4 unusable answers so far: unusable OFFER from 10.0.0.9: 0.0.0.0 is not "
			 "an address a host can have");
	eq_str(proxy_offer(9, 8, ""), "ignored");
	for (int i = 0; i < 1000; i++)
		n_said += !strcmp(proxy_offer(9, 8, ""), "refused");
	eq_int(n_said, 7); /* at 8, 16 ... 512 */
	/* a good one counts as ever, and then all begins anew */
	eq_str(offer(1, ""), "selecting>requesting send3@255.255.255.255");
	(void)ack(1, "");
	(void)event(DHCP_EV_AGAIN);
	eq_str(proxy_offer(9, 8, ""), "refused");
	eq_str(act.text, "unusable OFFER from 10.0.0.9: 0.0.0.0 is not an address a host can have");
}

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
	p = from(DHCP_TYPE_ACK, 1, "");
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

/* --- Rapid Commit --- */

static void begin_rapidly(unsigned int wants)
{
	struct dhcp_config c = config;

	c.rapid_commit = true;
	c.wants = wants;
	begin_with(&c);
	(void)event(DHCP_EV_CARRIER_UP);
	ok(sent_option(DHCP_OPT_RAPID_COMMIT));
}

static void rapid(void)
{
	begin_rapidly(DHCP_WANT_ROOT);
	now += 2 * MS;
	eq_str(ack(1, ROOT RAPID), "selecting>bound lease");
	eq_int(d.lease.acquired_ns, 5 * S);
	(void)deadline();
	ok(!sent_option(DHCP_OPT_RAPID_COMMIT));
}

static void rapid_without_the_option(void)
{
	begin_rapidly(0);
	eq_str(ack(1, ""), "ignored");
	/* and where it was not asked for */
	begin();
	(void)event(DHCP_EV_CARRIER_UP);
	ok(!sent_option(DHCP_OPT_RAPID_COMMIT));
	eq_str(ack(1, RAPID), "ignored");
}

/* An offer among others, where it lacks something. */
static void rapid_lacks(void)
{
	begin_rapidly(DHCP_WANT_ROOT);
	eq_str(ack(1, RAPID), "send1@255.255.255.255 waiting");
	eq_str(offer(2, ROOT), "selecting>requesting send3@255.255.255.255 chosen");
	begin_rapidly(DHCP_WANT_ROOT);
	(void)ack(1, RAPID);
	eq_str(deadline(), "selecting>requesting send3@255.255.255.255 chosen");
	eq_str(ack(1, ""), "requesting>bound lease");
}

static void rapid_without_server(void)
{
	struct packet p;

	begin_rapidly(0);
	p = from(DHCP_TYPE_ACK, 1, RAPID);
	memset(p.bytes + 243, DHCP_OPT_PAD, 6);
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable ACK: no usable server identifier (option 54)");
}

/* --- DECLINE --- */

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
		p = from(DHCP_TYPE_OFFER, 1, "");
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
	RUN(good_offer_at_once);
	RUN(good_offer_second);
	RUN(no_better_offer);
	RUN(half_good);
	RUN(offers_are_full);
	RUN(more_for_firmware);
	RUN(given_class);
	RUN(class_of_efi);
	RUN(window_and_carrier);
	RUN(proxy);
	RUN(proxy_with_path_and_server);
	RUN(server_wanted);
	RUN(proxy_first);
	RUN(no_proxy);
	RUN(proxy_alone);
	RUN(useless_offers);
	RUN(reboot_kept);
	RUN(reboot_refused);
	RUN(reboot_without_answer);
	RUN(reboot_interrupted);
	RUN(reboot_with_another_address);
	RUN(lease_ends_while_rebooting);
	RUN(lease_refused_while_rebooting);
	RUN(rapid);
	RUN(rapid_without_the_option);
	RUN(rapid_lacks);
	RUN(rapid_without_server);
	RUN(conflict);
	RUN(conflict_elsewhere);
	RUN(conflict_after_reboot);
	RUN(resume);
	RUN(resume_late);
	RUN(resume_with_proxy);
	RUN(six_seconds);
	return test_end();
}
