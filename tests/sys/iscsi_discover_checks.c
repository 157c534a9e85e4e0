/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agent/sys/iscsi_discover against tgt and LIO, and sessions left by a logout. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "iscsi_vm.h"
#include "sys/iscsi_discover.h"

static struct iscsi_targets told;
static struct err told_err;
static bool told_done;

static void on_told(void *arg, const struct iscsi_targets *targets, const struct err *err)
{
	(void)arg;
	told_done = true;
	if (err)
		told_err = *err;
	else
		told = *targets;
}

static void on_lookup(void *arg, struct iscsi_discovery *x, const char *name, uint16_t port)
{
	(void)arg;
	(void)port;
	iscsi_discovery_address(x, address_of(name), "no such name");
}

const char *ask(const char *ip, uint16_t port)
{
	static char text[1024];
	struct iscsi_config config = { .port = port, .initiator = INITIATOR, .chap = chap };
	struct out out = out_to(text, sizeof(text));
	struct err err;

	(void)ip_parse(span_of(ip), &config.portal);
	memset(&told, 0, sizeof(told));
	memset(&told_err, 0, sizeof(told_err));
	told_done = false;
	if (!iscsi_discovery_start(loop, &config, on_told, on_lookup, NULL, &err))
		return "not begun";
	await(&told_done, 30);
	if (told_err.text[0])
		return told_err.text;
	iscsi_targets_text(&told, &out);
	return text;
}

static const char *first_portal(void)
{
	static char text[ISCSI_PORTAL_TEXT_MAX + 8];
	char portal[ISCSI_PORTAL_TEXT_MAX];

	if (!told.n_portals)
		return "none";
	(void)snprintf(text, sizeof(text), "%s,%u",
		       iscsi_portal_text(&told.portals[0].ip, told.portals[0].port, portal),
		       told.portals[0].tag);
	return text;
}

/* All but the one that is open to another initiator. */
void check_discovery(void)
{
	check_str("discovery-tgt", ask("10.99.0.1", 3260),
		  "iqn.2026-01.lab:disk0, iqn.2026-01.lab:chap, iqn.2026-01.lab:mutual, "
		  "iqn.2026-01.lab:digest, iqn.2026-01.lab:loop, iqn.2026-01.lab:moved");
	check_str("discovery-tgt-portal", first_portal(), "10.99.0.1:3260,1");
	check_str("discovery-nothing-listens", ask("10.99.0.1", 3299),
		  "asking 10.99.0.1:3299 for its targets: connection refused: nothing listens "
		  "there, or a firewall refuses");
	check_nothing_left("discovery-leaves-nothing");
}

void check_lio_discovery(void)
{
	/* LIO tells of targets also to those whom their ACL refuses (demo_mode_discovery) */
	const char *all = "iqn.2026-01.lab:lio, iqn.2026-01.lab:lio-acl, "
			  "iqn.2026-01.lab:lio-chap, iqn.2026-01.lab:lio-mutual";

	check_str("discovery-lio", ask("127.0.0.1", 3260), all);
	check_str("discovery-lio-portal", first_portal(), "127.0.0.1:3260,7");
	write_to(LIO "iscsi/discovery_auth/userid", "somebody");
	write_to(LIO "iscsi/discovery_auth/password", "0123456789abcdef");
	write_to(LIO "iscsi/discovery_auth/enforce_discovery_auth", "1");
	check(strstr(ask("127.0.0.1", 3260), "perhaps the target demands CHAP") != NULL,
	      "discovery-without-chap", "%s", told_err.text);
	(void)snprintf(chap.user, sizeof(chap.user), "somebody");
	(void)snprintf(chap.secret, sizeof(chap.secret), "0123456789abcdef");
	check_str("discovery-chap", ask("127.0.0.1", 3260), all);
	chap.secret[0] = 'x';
	check(strstr(ask("127.0.0.1", 3260), "authentication failed (status 0x0201)") != NULL,
	      "discovery-wrong-chap", "%s", told_err.text);
	memset(&chap, 0, sizeof(chap));
	write_to(LIO "iscsi/discovery_auth/enforce_discovery_auth", "0");
}

/* The target hears of the end: nothing is lost to it, and nothing stays in the kernel. */
void check_leave(void)
{
	uint64_t began_ns;
	struct outcome o;

	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	check_str("leave-login", o.err.text, "");
	if (o.err.text[0])
		return;
	began_ns = clock_now_ns();
	iscsi_login_leave(o.login);
	while (count_in("/sys/class/iscsi_session") && clock_now_ns() < began_ns + 5 * NS_PER_S)
		loop_turn(loop);
	/* not by the limit of a target that is silent */
	check(clock_now_ns() < began_ns + 800 * NS_PER_MS, "leave-is-answered", "%llu ms",
	      (unsigned long long)((clock_now_ns() - began_ns) / NS_PER_MS));
	check(!o.lost, "leave-is-no-loss", "%s", o.lost_text);
	check_nothing_left("leave-leaves-nothing");
	login(&o, "10.99.0.1", 3260, "iqn.2026-01.lab:disk0");
	if (o.err.text[0])
		return;
	iscsi_login_leave(o.login);
	iscsi_login_leave_now();
	check_nothing_left("leave-now-waits-for-nothing");
}
