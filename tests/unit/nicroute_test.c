/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rd.route=: over which NIC, and why over none. */
#include "test.h"

#include "core/linkspec.h"
#include "core/nicroute.h"

static struct netconf confs[3];
static struct bootnic_candidate nics[3];

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

/* eth0 10.0.0.5/24; eth1 by advertisement alone; eth2 10.2.0.5/16 and by DHCPv6. */
static void three(void)
{
	memset(nics, 0, sizeof(nics));
	memset(confs, 0, sizeof(confs));
	confs[0] = (struct netconf){ .address = ip("10.0.0.5"), .prefix = 24 };
	confs[1] = (struct netconf){ .address = ip("10.2.0.5"), .prefix = 16 };
	confs[2] = (struct netconf){ .address = ip("2001:db8:2::5"), .prefix = 128 };
	nics[0] = (struct bootnic_candidate){ .ifname = "eth0", .v4 = &confs[0] };
	nics[1] = (struct bootnic_candidate){ .ifname = "eth1", .slaac = ip("2001:db8:1::5") };
	nics[2] = (struct bootnic_candidate){ .ifname = "eth2", .v4 = &confs[1], .v6 = &confs[2] };
}

static struct plan_route route_of(const char *word)
{
	struct plan_route route = { .ifname = "" };
	char text[160];
	struct out out = out_to(text, sizeof(text));
	struct err err;

	eq_int(linkspec_route(span_of(word), &route, &out, &err), 0);
	return route;
}

/* "add eth0", "with eth0", or the reason for none. */
static const char *over(const char *word, int boot)
{
	static char text[160];
	struct out out = out_to(text, sizeof(text));
	struct plan_route route = route_of(word);
	uint8_t i = 99;

	switch (nicroute_of(&route, nics, 3, boot, &i)) {
	case NICROUTE_NONE:
		eq_int(i, 99);
		nicroute_why_not(&route, nics, 3, &out);
		break;
	case NICROUTE_THERE:
		out_add(&out, "with %s", nics[i].ifname);
		break;
	case NICROUTE_ADD:
		out_add(&out, "add %s", nics[i].ifname);
		break;
	}
	return text;
}

static void which(void)
{
	static const struct {
		const char *word;
		int boot;
		const char *want;
	} rows[] = {
		{ "10.9.0.0/16:10.0.0.1", 2, "with eth0" },
		{ "10.9.0.0/16:10.2.7.1", 0, "with eth2" },
		{ "10.9.0.0/16:10.0.0.1:eth2", 0, "with eth2" },
		{ "10.9.0.0/16::eth0", 2, "with eth0" },
		/* a gateway on nobody's network: the boot NIC, once there is one */
		{ "10.9.0.0/16:10.7.0.1", 0, "add eth0" },
		{ "10.9.0.0/16:10.7.0.1", 2, "add eth2" },
		{ "10.9.0.0/16:10.7.0.1", -1,
		  "no NIC has 10.7.0.1 on its network, and the one booted over has no IPv4 "
		  "address" },
		{ "10.9.0.0/16:10.7.0.1", 1,
		  "no NIC has 10.7.0.1 on its network, and the one booted over has no IPv4 "
		  "address" },
		{ "10.9.0.0/16:10.0.0.1:eth1", 0, "eth1 has no IPv4 address" },
		{ "10.9.0.0/16:10.0.0.1:eth7", 0,
		  "eth7 has no address, or there is none of that name" },
		/* by advertisement alone */
		{ "[2001:db8:9::]/48:[2001:db8:1::1]", -1, "add eth1" },
		{ "[2001:db8:9::]/48:[2001:db8:1::1]:eth1", -1, "add eth1" },
		{ "[2001:db8:9::]/48:[fe80::1]:eth1", -1, "add eth1" },
		{ "[2001:db8:9::]/48::eth1", -1, "add eth1" },
		{ "[2001:db8:9::]/48:[2001:db8:7::1]", 1, "add eth1" },
		{ "[2001:db8:9::]/48:[2001:db8:7::1]:eth2", -1, "with eth2" },
		{ "[2001:db8:9::]/48:[2001:db8:7::1]:eth0", -1, "eth0 has no IPv6 address" },
		/* link-local only, by the word alone */
		{ "[2001:db8:9::]/48:[fe80::1]:eth0", -1, "add eth0" },
	};

	three();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int before = test_failed_checks;

		eq_str(over(rows[i].word, rows[i].boot), rows[i].want);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].word);
	}
}

static void what_is_set(void)
{
	struct plan_route route = route_of("[2001:db8:9::]/48:[2001:db8:1::1]");
	struct netconf conf;

	three();
	nicroute_conf(&route, &nics[1], &conf);
	ok(ip_is_unset(&conf.address));
	eq_int(conf.n_routes, 1);
	ok(ip_eq(&conf.routes[0].gateway, &route.route.gateway) && conf.routes[0].prefix == 48);
	/* elsewhere: the gateway itself is on link first */
	route = route_of("[2001:db8:9::]/48:[2001:db8:7::1]");
	nicroute_conf(&route, &nics[1], &conf);
	eq_int(conf.n_routes, 2);
	ok(ip_eq(&conf.routes[0].dst, &route.route.gateway) && conf.routes[0].prefix == 128);
	ok(ip_is_unset(&conf.routes[0].gateway));
	route = route_of("[2001:db8:9::]/48:[fe80::1]:eth1");
	nicroute_conf(&route, &nics[1], &conf);
	eq_int(conf.n_routes, 1);
	route = route_of("[2001:db8:9::]/48::eth1");
	nicroute_conf(&route, &nics[1], &conf);
	eq_int(conf.n_routes, 1);
}

/* A letter per NIC: '-' none given, 'g' given and not set, 's' given and set; capitals: of the one
 * that bootdev= names. */
static uint8_t defaults_as(const char *letters, struct nicroute_default *nics_)
{
	uint8_t n = 0;

	for (; letters[n]; n++) {
		char c = letters[n];

		nics_[n] = (struct nicroute_default){ .given = strchr("gsGS", c) != NULL,
						      .set = c == 's' || c == 'S',
						      .bootdev = strchr("GSB", c) != NULL };
	}
	return n;
}

static void default_route(void)
{
	static const struct {
		const char *nics;
		int boot;
		bool bootdev;
		const char *may; /* per NIC */
		bool moves;
	} rows[] = {
		/* no boot NIC yet: who had it first */
		{ "gg", -1, false, "yy", false },
		{ "sg", -1, false, "yn", false },
		{ "gs", -1, false, "ny", false },
		{ "-s", -1, false, "ny", false },
		/* bootdev= is known before: it alone */
		{ "gG", -1, true, "ny", false },
		{ "gg", -1, true, "nn", false },
		{ "sG", -1, true, "ny", false },
		/* the boot NIC was given one */
		{ "gg", 1, false, "ny", true },
		{ "sg", 1, false, "ny", true },
		{ "gs", 1, false, "ny", false },
		{ "Gg", 1, true, "ny", true },
		/* it was not: the first of the others */
		{ "g-", 1, false, "yy", false },
		{ "sg-", 2, false, "yny", false },
		{ "B-g", 0, true, "yyy", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nicroute_default of[4];
		uint8_t n = defaults_as(rows[i].nics, of);
		int before = test_failed_checks;
		char may[5] = "";

		for (uint8_t k = 0; k < n; k++)
			may[k] = nicroute_may_default(of, n, rows[i].boot, rows[i].bootdev, k)
					 ? 'y'
					 : 'n';
		eq_str(may, rows[i].may);
		eq_int(nicroute_default_moves(of, rows[i].boot), rows[i].moves);
		if (test_failed_checks != before)
			printf("%s\n", rows[i].nics);
	}
}

int main(void)
{
	RUN(default_route);
	RUN(which);
	RUN(what_is_set);
	return test_end();
}
