/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/dhcp_boot, core/dhcp_pxe: the boot server that firmware is sent to, on its port 4011. */
#include "core/dhcp.h"

#include "dhcp_servers.h"

#define ASK_9 "send3@10.0.0.9:4011"

static char ip[IP_TEXT_MAX];

/* did(), and the port where it is not the DHCP server's. */
static const char *did_at(const char *did)
{
	static char text[280];
	struct out out = out_to(text, sizeof(text));

	out_add(&out, "%s", did);
	if (act.send && act.port != 67)
		out_add(&out, ":%u", act.port);
	return text;
}

/* A lease of 10.0.0.1 without a root; the proxy's offer comes with these options. */
static void bind_beside_proxy(const char *options)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	(void)serves(DHCP_TYPE_OFFER, 9, 0, options);
	(void)deadline();
	eq_str(serves(DHCP_TYPE_ACK, 1, 50, ""), "requesting>bound lease");
}

static const char *boot_server(void)
{
	return ip_text(&d.lease.boot_server, ip);
}

/* The value of an option of the message that was sent, in hex. */
static const char *sent(uint8_t code)
{
	static char text[128];
	struct out out = out_to(text, sizeof(text));

	for (size_t at = 240; at < act.len && act.message[at] != 255;
	     at += 2u + act.message[at + 1])
		for (uint8_t i = 0; act.message[at] == code && i < act.message[at + 1]; i++)
			out_add(&out, "%02x", act.message[at + 2 + i]);
	return text;
}

/* The lease is told first; the answer completes it. */
static void proxy_on_4011(void)
{
	uint32_t xid;

	bind_beside_proxy(PXE);
	eq_str(boot_server(), "10.0.0.9");
	eq_str(d.lease.root_path, "");
	xid = d.xid;
	eq_int(until_deadline_ms(), 0);
	eq_str(did_at(deadline()), ASK_9);
	/* as firmware: ciaddr, its class, the server, no address asked for */
	eq_int(be32_at(12), 0x0a000032);
	eq_int(be32_at(4), xid);
	eq_str(sent(DHCP_OPT_VENDOR_CLASS),
	       "505845436c69656e743a417263683a30303030303a554e44493a303033303136");
	eq_str(sent(DHCP_OPT_ARCH), "0000");
	eq_str(sent(DHCP_OPT_SERVER_ID), "0a000009");
	eq_str(sent(DHCP_OPT_REQUESTED), "");
	eq_str(sent(DHCP_OPT_VENDOR), "");
	now += 2 * MS;
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, PXE ROOT "43026162"), "lease");
	eq_str(act.text, "");
	eq_str(d.lease.root_path, "hello");
	eq_str(d.lease.boot_file, "ab");
	eq_str(ip_text(&d.lease.proxy_id, ip), "10.0.0.9");
	eq_str(boot_server(), "-");
	eq_str(ip_text(&d.lease.server_id, ip), "10.0.0.1");
	eq_int(until_deadline_ms(), 60000 - 2);
	/* kept by the renewal, which asks nobody else */
	(void)deadline();
	eq_str(serves(DHCP_TYPE_ACK, 1, 50, ""), "renewing>bound lease");
	eq_str(d.lease.root_path, "hello");
	eq_str(boot_server(), "-");
	ok(until_deadline_ms() > 50000);
}

static void no_answer(void)
{
	uint64_t bound_at;

	bind_beside_proxy(PXE);
	bound_at = now;
	eq_str(did_at(deadline()), ASK_9);
	ok(until_deadline_ms() >= 187 && until_deadline_ms() <= 313);
	eq_str(did_at(deadline()), "send3@10.0.0.9 waiting:4011");
	eq_str(did_at(deadline()), "send3@10.0.0.9 waiting:4011");
	ok(!strncmp(act.text,
		    "no answer to the question to boot server 10.0.0.9 after 2 tries, sent again",
		    75));
	eq_str(did_at(deadline()), "lease");
	eq_str(act.text, "boot server 10.0.0.9 does not answer on port 4011");
	ok(now - bound_at >= 1300 * MS && now - bound_at <= 2200 * MS);
	eq_str(boot_server(), "-");
	/* too late, then as ever */
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, PXE ROOT), "ignored");
	eq_str(deadline(), "bound>renewing send3@10.0.0.1");
	eq_str(serves(DHCP_TYPE_ACK, 1, 50, ""), "renewing>bound lease");
	eq_str(boot_server(), "-");
}

/* An answer that does not have it either, but something. */
static void half_an_answer(void)
{
	bind_beside_proxy(PXE);
	(void)deadline();
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, PXE "43026162"), "lease");
	eq_str(act.text, "boot server 10.0.0.9 does not tell a root-path either");
	eq_str(d.lease.boot_file, "ab");
	eq_str(boot_server(), "-");
}

/* An NFS server is what is missing. */
static void next_server(void)
{
	begin_wanting(DHCP_WANT_SERVER);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, PXE);
	eq_str(boot_server(), "10.0.0.1");
	(void)deadline();
	eq_str(serves(DHCP_TYPE_ACK, 1, 50, "43026162"), "lease");
	eq_str(act.text, "boot server 10.0.0.1 does not tell a next-server either");
}

static void next_server_is_told(void)
{
	struct packet p;

	begin_wanting(DHCP_WANT_SERVER);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, PXE);
	(void)deadline();
	p = from(DHCP_TYPE_ACK, 1, 50, "");
	memcpy(p.bytes + 20, (const uint8_t[]){ 10, 0, 0, 8 }, 4);
	eq_str(packet(&p), "lease");
	eq_str(act.text, "");
	eq_str(ip_text(&d.lease.siaddr, ip), "10.0.0.8");
}

/* Whose answer it is: the server's, under the question's xid, and an ACK. */
static void other_answers(void)
{
	struct packet late;

	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	(void)serves(DHCP_TYPE_OFFER, 9, 0, PXE);
	(void)deadline();
	late = from(DHCP_TYPE_ACK, 9, 50, ROOT);
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "ignored"); /* not asked yet */
	(void)deadline();
	eq_str(packet(&late), "ignored");
	eq_str(serves(DHCP_TYPE_ACK, 7, 0, ROOT), "ignored");
	eq_str(serves(DHCP_TYPE_OFFER, 9, 0, ROOT), "ignored");
	eq_str(serves(DHCP_TYPE_NAK, 9, 0, ""), "ignored");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "lease");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "ignored");
}

/* PXE 2.1, 2.2.3: both services on one host. */
static void same_host(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(boot_server(), "10.0.0.1");
	eq_str(did_at(deadline()), "send3@10.0.0.1:4011");
	eq_str(serves(DHCP_TYPE_ACK, 1, 50, ROOT), "lease");
	eq_str(d.lease.root_path, "hello");
}

/* A proxy is there for nothing else: it is asked rather than a DHCP server. */
static void proxy_before_server(void)
{
	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)serves(DHCP_TYPE_OFFER, 9, 0, PXE);
	(void)serves(DHCP_TYPE_OFFER, 8, 0, PXE);
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(boot_server(), "10.0.0.9");
}

/* Option 43 of the proxy: who is asked, and for what. */
static void option_43(void)
{
	static const struct {
		const char *options, *server, *sent;
	} rows[] = {
		/* no 43 at all */
		{ PXE, "10.0.0.9", "" },
		/* broadcast and multicast discovery are off, there is a menu */
		{ PXE "2b09 060103 0903000041 ff", "10.0.0.9", "" },
		/* type 0x8001 by 10.0.0.7, and 10.0.0.6 */
		{ PXE "2b0e 080b 8001 02 0a000007 0a000006 ff", "10.0.0.7", "470480010000ff" },
		/* the first one with a usable address */
		{ PXE "2b12 0810 0001 00 0002 02 00000000 0a000005 0000", "-", "" },
		{ PXE "2b10 080e 0001 00 0002 02 00000000 0a000005", "10.0.0.5", "470400020000ff" },
		/* "just the boot file" */
		{ PXE "2b04 060108 ff", "-", "" },
		/* and a server all the same */
		{ PXE "2b0d 060108 0807 0001 01 0a000007 ff", "10.0.0.7", "470400010000ff" },
		/* malformed: cut, a control byte of no length */
		{ PXE "2b02 0809", "-", "" },
		{ PXE "2b03 0600 ff", "-", "" },
		{ PXE "2b03 080100", "-", "" },
		/* without PXEClient it is any vendor's */
		{ "2b0a 0807 0001 01 0a000007 ff", "-", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bind_beside_proxy(rows[i].options);
		eq_str(boot_server(), rows[i].server);
		if (ip_is_unset(&d.lease.boot_server))
			continue;
		(void)deadline();
		eq_str(sent(DHCP_OPT_VENDOR), rows[i].sent);
	}
}

/* Nothing is missing, or the root came with an offer. */
static void not_needed(void)
{
	begin_wanting(0);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(boot_server(), "-");
	eq_int(until_deadline_ms(), 60000);
	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)serves(DHCP_TYPE_OFFER, 9, 0, PXE ROOT);
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(d.lease.root_path, "hello");
	eq_str(boot_server(), "-");
}

/* What ends the question with the lease it belongs to. */
static void called_off(void)
{
	bind_beside_proxy(PXE);
	(void)deadline();
	eq_str(event(DHCP_EV_CARRIER_DOWN), "bound>idle");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "ignored");
	ok(until_deadline_ms() > 100000); /* only the lease's end */
	bind_beside_proxy(PXE);
	(void)deadline();
	eq_str(event(DHCP_EV_CONFLICT), "bound>selecting send4@255.255.255.255 lost");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "ignored");
	/* asked anew where there is still a proxy, and only there */
	bind_beside_proxy(PXE);
	(void)event(DHCP_EV_AGAIN);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(boot_server(), "-");
	ok(until_deadline_ms() > 50000);
}

/* Gone on with by somebody else, who asks no boot server. */
static void resumed_while_asking(void)
{
	struct lease had;

	bind_beside_proxy(PXE);
	had = d.lease;
	eq_str(boot_server(), "10.0.0.9");
	dhcp_resume(&d, &config, &had);
	eq_str(boot_server(), "-");
	ok(until_deadline_ms() > 50000);
}

/* A lease so short that its renewal is due first. */
static void renewal_first(void)
{
	struct packet p;

	begin_wanting(DHCP_WANT_ROOT);
	(void)serves(DHCP_TYPE_OFFER, 1, 50, "");
	(void)serves(DHCP_TYPE_OFFER, 9, 0, PXE);
	(void)deadline();
	p = from(DHCP_TYPE_ACK, 1, 50, "");
	p.bytes[254] = 4;
	eq_str(packet(&p), "requesting>bound lease");
	eq_str(did_at(deadline()), ASK_9);
	now += 2 * S;
	eq_str(event(DHCP_EV_DEADLINE), "bound>renewing send3@10.0.0.1");
	eq_str(serves(DHCP_TYPE_ACK, 9, 0, ROOT), "refused");
}

/* The class that was given is kept: who chooses by it shall find it. */
static void given_class(void)
{
	begin_as_lab();
	(void)serves(DHCP_TYPE_OFFER, 1, 50, PXE);
	(void)deadline();
	(void)serves(DHCP_TYPE_ACK, 1, 50, "");
	eq_str(did_at(deadline()), "send3@10.0.0.1:4011");
	eq_str(sent(DHCP_OPT_VENDOR_CLASS), "6c6162");
}

int main(void)
{
	RUN(proxy_on_4011);
	RUN(no_answer);
	RUN(half_an_answer);
	RUN(next_server);
	RUN(next_server_is_told);
	RUN(other_answers);
	RUN(same_host);
	RUN(proxy_before_server);
	RUN(option_43);
	RUN(not_needed);
	RUN(called_off);
	RUN(resumed_while_asking);
	RUN(renewal_first);
	RUN(given_class);
	return test_end();
}
