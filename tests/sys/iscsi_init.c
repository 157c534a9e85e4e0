/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /init of the VM of tests/sys/iscsi: agent/sys/iscsi_login and iscsi_watch against a real kernel
 * and a real target, without anything else of the agent. Prints "ok NAME" or "not ok NAME: WHY" per
 * check and powers off. Modules are /m/000.ko and on, the address is 10.99.0.2/24, the
 * target 10.99.0.1.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "iscsi_vm.h"
#include "sys/mount.h"

/* --- checks --- */

static void check_good(void)
{
	static const uint8_t lun[8] = { 0, 1 };
	char first[17];
	struct err err;
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("login", o.err.text, "");
	printf("connect %llu us, login %llu us\n", (unsigned long long)o.result.tcp_ns / 1000,
	       (unsigned long long)o.result.login_ns / 1000);
	check_attributes(o.result.sid, "iqn.2026-01.lab:disk0");
	check(iscsi_scan(o.result.host_no, lun, &err) == 0, "scan", "%s", err.text);
	read_disk(first, sizeof(first));
	check_str("first-sector", first, "netroot test 001");
	iscsi_login_cancel(o.login);
	check_nothing_left("cancel-takes-down");
}

static void check_refusals(void)
{
	static const struct {
		const char *name, *ip;
		uint16_t port;
		const char *target, *want;
	} rows[] = {
		{ "wrong-iqn", "10.99.0.1", 3260, "iqn.2026-01.lab:nope",
		  "target iqn.2026-01.lab:nope at 10.99.0.1:3260: target not found (status "
		  "0x0203): check the IQN, and that the target is on this portal and open to "
		  "initiator " INITIATOR },
		{ "acl", "10.99.0.1", 3260, "iqn.2026-01.lab:closed",
		  "target iqn.2026-01.lab:closed at 10.99.0.1:3260: target not found (status "
		  "0x0203): check the IQN, and that the target is on this portal and open to "
		  "initiator " INITIATOR },
		{ "chap", "10.99.0.1", 3260, "iqn.2026-01.lab:chap",
		  "target iqn.2026-01.lab:chap at 10.99.0.1:3260: authentication failed (status "
		  "0x0201): the target demands CHAP (rd.iscsi.username= and rd.iscsi.password= "
		  "give it), or refuses initiator " INITIATOR },
		{ "nothing-listens", "10.99.0.1", 3299, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 10.99.0.1:3299: connection refused: nothing "
		  "listens there, or a firewall refuses" },
		{ "no-route", "192.0.2.1", 3260, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 192.0.2.1:3260: no route: no address or route "
		  "of this machine leads there" },
		{ "no-host", "10.99.0.77", 3260, "iqn.2026-01.lab:disk0",
		  "target iqn.2026-01.lab:disk0 at 10.99.0.77:3260: connection timed out: the "
		  "host is off, or a firewall drops packets" },
		{ "redirect-loop", "10.99.0.1", 3260, "iqn.2026-01.lab:loop",
		  "target iqn.2026-01.lab:loop at 10.99.0.1:3260: redirected more than 4 times, "
		  "now to 10.99.0.1:3260 (status 0x0101): check the array's virtual addresses" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct outcome o;

		login(&o, rows[i].ip, rows[i].port, rows[i].target);
		check_str(rows[i].name, o.err.text, rows[i].want);
	}
	check_nothing_left("refusals-leave-nothing");
}

static void check_digests(void)
{
	static const uint8_t lun[8] = { 0, 1 };
	char first[17];
	struct err err;
	struct outcome o;

	digest = DIGEST_CRC32C;
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:digest");
	digest = DIGEST_NONE;
	check_str("digests", o.err.text, "");
	if (o.err.text[0])
		return;
	attribute("iscsi_connection/connection", o.result.sid, "header_digest", "1");
	attribute("iscsi_connection/connection", o.result.sid, "data_digest", "1");
	check(iscsi_scan(o.result.host_no, lun, &err) == 0, "digest-scan", "%s", err.text);
	read_disk(first, sizeof(first));
	check_str("digest-first-sector", first, "netroot test 001");
	iscsi_login_cancel(o.login);
}

static void check_redirect(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:moved");
	/* tgt redirects wherever it is asked, so the second hop loops; the message names the
	 * portal it was led to */
	check(strstr(o.err.text, " at 10.99.0.3:3260: redirected more than 4 times") != NULL,
	      "redirect-is-followed", "%s", o.err.text);
}

/* By the boot NIC's link-local network; its own address may still be checked for duplicates. */
static void check_link_local(void)
{
	uint64_t until_ns = clock_now_ns() + 10 * NS_PER_S;
	char path[96], text[64] = "";
	struct outcome o;

	do {
		login(&o, "fe80::1", 3280, "iqn.2026-01.lab:disk0");
	} while (o.err.code == EADDRNOTAVAIL && clock_now_ns() < until_ns);
	check_str("link-local", o.err.text, "");
	(void)snprintf(path, sizeof(path),
		       "/sys/class/iscsi_connection/connection%u:0/persistent_address",
		       o.result.sid);
	(void)file_read(path, text, sizeof(text));
	check_str("link-local-is-told-with-its-nic", text, "fe80::1%eth0");
	iscsi_login_cancel(o.login);
	login(&o, "fe80::1", 3299, "iqn.2026-01.lab:disk0");
	check_str(
		"link-local-nothing-listens", o.err.text,
		"target iqn.2026-01.lab:disk0 at [fe80::1%eth0]:3299: connection refused: nothing "
		"listens there, or a firewall refuses");
}

static void check_parallel(void)
{
	struct outcome o[ISCSI_LOGINS_MAX];
	struct outcome over;

	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++)
		begin(&o[i], i & 1 ? "10.99.0.3" : "10.99.0.1", 3260,
		      i & 2 ? "iqn.2026-01.lab:nope" : "iqn.2026-01.lab:disk0");
	begin(&over, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("one-too-many", over.err.text, "more than 8 iSCSI logins");
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++) {
		await(&o[i].done, 30);
		check(o[i].done && !o[i].err.text[0] == !(i & 2), "side-by-side", "%zu: %s", i,
		      o[i].err.text);
	}
	for (size_t i = 0; i < ISCSI_LOGINS_MAX; i++)
		if (!o[i].err.text[0])
			iscsi_login_cancel(o[i].login);
	check_nothing_left("side-by-side-taken-down");
}

static void check_cancel_early(void)
{
	struct outcome o;

	begin(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	iscsi_login_cancel(o.login);
	begin(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	while (!o.done && count_in("/sys/class/iscsi_session") == 0)
		loop_turn(loop);
	check(!o.done, "cancel-in-mid-login", "%s", o.err.text);
	iscsi_login_cancel(o.login);
	check_nothing_left("cancel-leaves-nothing");
	await(&o.done, 1);
	check(!o.done, "cancelled-is-silent", "%s", o.err.text);
}

/* The kernel's own target as a second peer: other stages, other texts, other statuses. */
static void check_lio(void)
{
	struct outcome o;

	lio_begin();
	login(&o, "127.0.0.1", 3260, "iqn.2026-01.lab:lio");
	check_str("lio-login", o.err.text, "");
	if (!o.err.text[0]) {
		attribute("iscsi_session/session", o.result.sid, "state", "LOGGED_IN");
		attribute("iscsi_session/session", o.result.sid, "tpgt", "7");
		attribute("iscsi_connection/connection", o.result.sid, "max_xmit_dlength",
			  "262144");
		iscsi_login_cancel(o.login);
	}
	login(&o, "127.0.0.1", 3261, "iqn.2026-01.lab:lio-acl");
	check_str(
		"lio-acl", o.err.text,
		"target iqn.2026-01.lab:lio-acl at 127.0.0.1:3261: initiator not authorised (status "
		"0x0202): set the initiator name it expects (DHCP option 203), or admit on the target "
		"initiator " INITIATOR);
	login(&o, "127.0.0.1", 3262, "iqn.2026-01.lab:lio-chap");
	check_str(
		"lio-chap", o.err.text,
		"target iqn.2026-01.lab:lio-chap at 127.0.0.1:3262: connection lost in the security stage "
		"of the login: the target closed the connection (kernel error 1020): perhaps the target "
		"demands CHAP (rd.iscsi.username= and rd.iscsi.password= give it), or refuses initiator " INITIATOR);
	login(&o, "127.0.0.1", 3262, "iqn.2026-01.lab:lio");
	check_str(
		"lio-other-portal", o.err.text,
		"target iqn.2026-01.lab:lio at 127.0.0.1:3262: service unavailable (status 0x0301): the "
		"target is starting, off, not on this portal, or still holds the last session");
	check_lio_chap();
	check_lio_discovery();
	check_fake();
	check_nothing_left("lio-leaves-nothing");
}

/* The runner's firewall drops the first SYN to this port; the kernel would try again after 1 s. */
static void check_lost_syn(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3270, "iqn.2026-01.lab:disk0");
	check_str("lost-syn", o.err.text, "");
	if (o.err.text[0])
		return;
	check(o.result.tcp_ns > 150 * NS_PER_MS && o.result.tcp_ns < 800 * NS_PER_MS,
	      "lost-syn-costs-little", "%llu ms",
	      (unsigned long long)(o.result.tcp_ns / NS_PER_MS));
	iscsi_login_cancel(o.login);
}

/* Last: the target is ended by the runner when it reads the line. */
static void check_loss(void)
{
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("login-again", o.err.text, "");
	printf("target may end now\n");
	await(&o.lost, 30);
	check(o.lost, "loss-is-told", "nothing came");
	printf("loss: %s\n", o.lost_text);
	check(strstr(o.lost_text, "kernel error 10") != NULL, "loss-is-explained", "%s",
	      o.lost_text);
	iscsi_login_cancel(o.login);
	check_nothing_left("lost-session-taken-down");
}

int main(void)
{
	struct err err = { 0 };
	struct outcome o;

	vm_begin();
	loop = ticking_loop(&err);
	if (!loop) {
		printf("not ok loop: %s\n", err.text);
		return 1;
	}
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("no-modules", o.err.text,
		  "the kernel has no iSCSI over TCP: module iscsi_tcp is not loaded");
	load_modules("/m");
	set_address();
	/* an emulated machine has no random numbers for its first seconds */
	(void)getrandom(&o, 1, 0);
	check_good();
	check_digests();
	check_refusals();
	check_chap();
	check_discovery();
	check_leave();
	check_redirect();
	check_link_local();
	check_parallel();
	check_cancel_early();
	check_lost_syn();
	check_lio();
	check_resume();
	check_loss();
	vm_end();
	return 0;
}
