/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which NIC a lease, and firmware's address, goes to. */
#include "test.h"

#include "core/claim.h"

#define N 4

static struct plan plan;
static struct plan_ip words[N];
static struct ip_addr addresses[N];
static struct lease leases[N];
static struct claim_nic nics[N];
/* the plan was made with leases of NICs 11 and 12 */
static const int lease_ifindex[] = { 11, 12 };

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

static struct lease lease_with(enum lease_kind kind, const char *address)
{
	struct lease l = { .kind = kind };

	if (address)
		l.address = ip(address);
	return l;
}

/* --- what becomes of a lease --- */

static const char *const use_names[] = {
	[CLAIM_NOT] = "not",
	[CLAIM_FIRMWARE] = "firmware's stays",
	[CLAIM_PUT] = "put",
};

/* A root of words, one that came with the first lease, with the second, or none; no root, but
 * settings from where a word says, or from the second lease's server. */
static void root_by(const char *by)
{
	memset(&plan, 0, sizeof(plan));
	if (!strncmp(by, "config", 6)) {
		plan.config.given.by = plan.config.server_given.by = FROM_CMDLINE;
		if (strcmp(by, "config 12") != 0)
			return;
		plan.config.server_given = (struct given){ .by = FROM_DHCP, .lease = 1 };
		return;
	}
	plan.n_roots = strcmp(by, "none") != 0;
	plan.roots[0].given.by = strcmp(by, "words") ? FROM_DHCP : FROM_CMDLINE;
	plan.roots[0].given.lease = !strcmp(by, "12");
}

static void use(void)
{
	static const struct {
		const char *what, *root; /* "11" and "12": with a lease of that NIC, which is 11 */
		enum ip4_method v4;
		const char *named, *has; /* NULL: no name, no address */
		enum lease_kind kind;
		const char *gives; /* NULL: no address */
		bool boot_server;
		const char *want;
	} rows[] = {
		{ "a root of words", "words", IP4_DHCP, NULL, NULL, LEASE_DHCP4, "10.0.0.5", false,
		  "put" },
		{ "the root came with it", "11", IP4_DHCP, NULL, NULL, LEASE_DHCP4, "10.0.0.5",
		  false, "put" },
		{ "the root came with another NIC's", "12", IP4_DHCP, NULL, NULL, LEASE_DHCP4,
		  "10.0.0.5", false, "not" },
		{ "another NIC's, but a word names this one", "12", IP4_DHCP, "eth0", NULL,
		  LEASE_DHCP4, "10.0.0.5", false, "put" },
		{ "another NIC's, and this is a renewal", "12", IP4_DHCP, NULL, "10.0.0.5",
		  LEASE_DHCP4, "10.0.0.5", false, "put" },
		{ "another NIC's, and this has another address", "12", IP4_DHCP, NULL, "10.0.0.6",
		  LEASE_DHCP4, "10.0.0.5", false, "not" },
		{ "no root yet", "none", IP4_DHCP, NULL, NULL, LEASE_DHCP4, "10.0.0.5", false,
		  "not" },
		{ "settings may say it", "config", IP4_DHCP, NULL, NULL, LEASE_DHCP4, "10.0.0.5",
		  false, "put" },
		{ "settings of another NIC's server", "config 12", IP4_DHCP, NULL, NULL,
		  LEASE_DHCP4, "10.0.0.5", false, "not" },
		{ "no root yet, a boot server is to say it", "none", IP4_DHCP, NULL, NULL,
		  LEASE_DHCP4, "10.0.0.5", true, "put" },
		{ "DHCPv6 without an address", "words", IP4_OFF, NULL, NULL, LEASE_DHCP6, NULL,
		  false, "not" },
		{ "DHCPv6 with one", "words", IP4_OFF, NULL, NULL, LEASE_DHCP6, "fd00::5", false,
		  "put" },
		{ "an advertisement", "words", IP4_OFF, NULL, NULL, LEASE_RA, "fd00::5", false,
		  "not" },
		{ "firmware's own", "words", IP4_STATIC, NULL, "10.0.0.5", LEASE_DHCP4, "10.0.0.5",
		  false, "put" },
		{ "another than firmware's", "words", IP4_STATIC, NULL, "10.0.0.6", LEASE_DHCP4,
		  "10.0.0.5", false, "firmware's stays" },
		{ "firmware's is on another NIC", "words", IP4_STATIC, NULL, NULL, LEASE_DHCP4,
		  "10.0.0.5", false, "put" },
		{ "another than before", "words", IP4_DHCP, NULL, "10.0.0.6", LEASE_DHCP4,
		  "10.0.0.5", false, "put" },
		{ "DHCPv6 beside a static IPv4 address", "words", IP4_STATIC, NULL, "fd00::6",
		  LEASE_DHCP6, "fd00::5", false, "put" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_ip word = { .v4 = rows[i].v4 };
		struct ip_addr has;
		struct claim_nic nic = { .ifindex = 11, .ip = &word };
		struct lease lease = lease_with(rows[i].kind, rows[i].gives);
		int before = test_failed_checks;

		root_by(rows[i].root);
		if (rows[i].named)
			memcpy(word.port.ifname, rows[i].named, strlen(rows[i].named) + 1);
		if (rows[i].boot_server)
			lease.boot_server = ip("10.0.0.1");
		if (rows[i].has) {
			has = ip(rows[i].has);
			nic.has = &has;
		}
		eq_str(use_names[claim_use_of(&plan, lease_ifindex, &nic, &lease)], rows[i].want);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].what);
	}
}

static void use_where_nothing_is_configured(void)
{
	struct lease lease = lease_with(LEASE_DHCP4, "10.0.0.5");
	struct plan_ip word = { .v4 = IP4_DHCP };
	struct claim_nic nic = { .ifindex = 11 };

	root_by("words");
	eq_int(claim_use_of(&plan, lease_ifindex, &nic, &lease), CLAIM_NOT);
	nic.ip = &word;
	eq_int(claim_use_of(&plan, lease_ifindex, &nic, &lease), CLAIM_PUT);
	nic.ifindex = 0;
	eq_int(claim_use_of(&plan, lease_ifindex, &nic, &lease), CLAIM_NOT);
	/* by its MAC a word names a NIC, too */
	root_by("12");
	nic.ifindex = 11;
	ok(mac_parse(span_of("52:54:00:00:00:01"), &word.port.mac));
	eq_int(claim_use_of(&plan, lease_ifindex, &nic, &lease), CLAIM_PUT);
}

/* --- firmware's address --- */

/*
 * A letter per NIC: '-' none; of those with firmware's word 'n' no carrier, 'c' carrier and no
 * address, 'f' with firmware's address, 'F' the same and its lease, 'o' with another lease and
 * address, 'l' firmware's address and another lease; 'w' firmware's address by a word that names
 * the NIC; 's' a static address that nobody leases.
 */
static void nics_as(const char *letters)
{
	memset(nics, 0, sizeof(nics));
	for (int i = 0; i < N && letters[i]; i++) {
		char c = letters[i];

		if (c == '-')
			continue;
		words[i] = (struct plan_ip){ .v4 = IP4_STATIC, .leased = c != 's' };
		words[i].address = ip("10.0.0.5");
		if (c == 'w')
			memcpy(words[i].port.ifname, "eth0", 5);
		addresses[i] = ip(c == 'o' ? "10.0.0.7" : "10.0.0.5");
		leases[i] = lease_with(LEASE_DHCP4, c == 'F' ? "10.0.0.5" : "10.0.0.7");
		nics[i] = (struct claim_nic){
			.ifindex = 10 + i, .ip = &words[i], .carrier = c != 'n', .asks = true
		};
		if (c != 'n' && c != 'c')
			nics[i].has = &addresses[i];
		if (c == 'F' || c == 'o' || c == 'l')
			nics[i].lease = &leases[i];
	}
}

static void losers(void)
{
	static const struct {
		const char *nics;
		uint8_t which;
		const char *gives;
		uint32_t want; /* bits */
	} rows[] = {
		{ "fc", 1, "10.0.0.5", 1 }, /* the first had it on trial, the second is leased it */
		{ "ff", 0, "10.0.0.5", 2 }, { "fcff", 1, "10.0.0.5", 13 },
		{ "fc", 1, "10.0.0.7", 0 }, /* another address says nothing of it */
		{ "fc", 0, "10.0.0.5", 0 }, /* where it is already */
		{ "Fc", 1, "10.0.0.5", 0 }, /* two servers gave it: which is right nobody knows */
		{ "lc", 1, "10.0.0.5", 1 }, /* the server of the other one gives another */
		{ "oc", 1, "10.0.0.5", 0 }, { "wc", 1, "10.0.0.5", 0 }, /* a word names that NIC */
		{ "fw", 1, "10.0.0.5", 0 }, { "sc", 1, "10.0.0.5", 0 },
		{ "nc", 1, "10.0.0.5", 0 }, { "-c", 1, "10.0.0.5", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ip_addr gives = ip(rows[i].gives);
		int before = test_failed_checks;

		nics_as(rows[i].nics);
		eq_int(claim_losers(nics, N, rows[i].which, &gives), rows[i].want);
		if (test_failed_checks != before)
			printf("%s, %u\n", rows[i].nics, rows[i].which);
	}
}

static void next(void)
{
	static const struct {
		const char *nics;
		uint8_t boot;
		int want;
	} rows[] = {
		{ "fc", 0, 1 },	  { "fcc", 0, 1 }, { "cfc", 1, 2 }, { "ccf", 2, 0 }, /* round */
		{ "fn", 0, -1 }, /* no carrier there */
		{ "fnc", 0, 2 },  { "foc", 0, 2 }, /* has an address of its own */
		{ "f--c", 0, 3 }, { "f", 0, -1 },  { "Fc", 0, -1 }, /* a server said that it is this
								       NIC's */
		{ "lc", 0, 1 },	  { "oc", 0, -1 }, /* it was reached with another address */
		{ "wc", 0, -1 },  { "sc", 0, -1 }, { "-c", 0, -1 }, /* no boot NIC */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		nics_as(rows[i].nics);
		eq_int(claim_next(nics, N, rows[i].boot), rows[i].want);
		if (test_failed_checks != before)
			printf("%s, %u\n", rows[i].nics, rows[i].boot);
	}
}

/* What the guard goes on asking for. */
static void still_asked(void)
{
	static const struct {
		char letter;
		bool want;
	} rows[] = { { 'f', true },  { 'w', true },  { 'F', false }, { 'l', false }, { 'o', false },
		     { 'c', false }, { 'n', false }, { 's', false }, { '-', false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char letters[] = { rows[i].letter, '\0' };
		int before = test_failed_checks;

		nics_as(letters);
		eq_int(claim_open(&nics[0]), rows[i].want);
		nics[0].asks = false;
		ok(!claim_open(&nics[0]));
		if (test_failed_checks != before)
			printf("%s\n", letters);
	}
}

int main(void)
{
	RUN(use);
	RUN(use_where_nothing_is_configured);
	RUN(losers);
	RUN(next);
	RUN(still_asked);
	return test_end();
}
