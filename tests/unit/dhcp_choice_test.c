/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp: what is taken of several servers and a proxyDHCP server, and by Rapid Commit. */
#include "core/dhcp.h"

#include "dhcp_servers.h"

#define RAPID "5000"
/* in reply()'s message */
#define SERVER_ID_AT 243
#define LEN_SERVER_ID 6
#define LEASE_TIME_AT 249
#define LEN_LEASE_TIME 6

/* A proxyDHCP server's: no address, no lease time counts. */
static const char *proxy_offer(uint8_t server, uint8_t siaddr, const char *options)
{
	struct packet p = from(DHCP_TYPE_OFFER, server, 0, options);

	if (siaddr)
		memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, siaddr }, 4);
	return packet(&p);
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

/* Of an OFFER without one it is not known yet what the ACK will have. */
static void offer_of_no_time(void)
{
	static const char *const times[] = { "330400000000", "33020e10" };

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct packet p;

		begin_wanting(0);
		p = from(DHCP_TYPE_OFFER, 1, 50, times[i]);
		memset(p.bytes + LEASE_TIME_AT, 0, LEN_LEASE_TIME); /* as padding */
		eq_str(packet(&p), "refused");
		eq_str(act.text, "unusable OFFER from 10.0.0.1: no usable lease time (option 51)");
		eq_str(offer(2, ""), "selecting>requesting send3@255.255.255.255");
	}
}

/* Somebody who does not say who he is, too, may answer the REQUEST that named a server. */
static void ack_of_nobody(void)
{
	struct packet p;

	begin_wanting(0);
	(void)offer(1, "");
	p = from(DHCP_TYPE_ACK, 1, 66, "");
	memset(p.bytes + SERVER_ID_AT, 0, LEN_SERVER_ID);
	eq_str(packet(&p), "ignored");
	p = from(DHCP_TYPE_ACK, 1, 50, "");
	memset(p.bytes + SERVER_ID_AT, 0, LEN_SERVER_ID);
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(server(), "10.0.0.1");
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
	begin_as_lab();
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
	p = from(DHCP_TYPE_ACK, 1, 50, RAPID);
	memset(p.bytes + 243, DHCP_OPT_PAD, 6);
	eq_str(packet(&p), "refused");
	eq_str(act.text, "unusable ACK: no usable server identifier (option 54)");
}

int main(void)
{
	RUN(good_offer_at_once);
	RUN(good_offer_second);
	RUN(offer_of_no_time);
	RUN(ack_of_nobody);
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
	RUN(rapid);
	RUN(rapid_without_the_option);
	RUN(rapid_lacks);
	RUN(rapid_without_server);
	return test_end();
}
