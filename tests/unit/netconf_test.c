/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core/netconf: what a lease and an ip= word put on a NIC. */
#include "core/netconf.h"

#include "test.h"

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	ok(ip_parse(span_of(text), &a));
	return a;
}

/* address/prefix, broadcast, life time, MTU, routes */
static const char *show(const struct netconf *c)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];

	out_add(&out, "%s/%u %s %u %u", ip_text(&c->address, a), c->prefix,
		ip_text(&c->broadcast, b), c->valid_s, c->mtu);
	for (int i = 0; i < c->n_routes; i++)
		out_add(&out, " %s/%u>%s", ip_text(&c->routes[i].dst, a), c->routes[i].prefix,
			ip_text(&c->routes[i].gateway, b));
	return text;
}

static void from_lease(void)
{
	struct lease l = { .prefix = 24, .lease_s = 3600, .mtu = 1400 };
	struct netconf c;

	l.address = ip("10.0.0.50");
	netconf_from_lease(&l, &c);
	eq_str(show(&c), "10.0.0.50/24 10.0.0.255 3600 1400");
	l.broadcast = ip("10.0.0.0");
	l.prefix = 22;
	netconf_from_lease(&l, &c);
	eq_str(show(&c), "10.0.0.50/22 10.0.0.0 3600 1400");
}

/* A gateway that only another route puts on link comes after it. */
static void on_link_first(void)
{
	struct lease l = { .prefix = 32, .lease_s = 0xffffffff };
	struct netconf c;

	l.address = ip("10.0.0.50");
	l.routes[0] = (struct lease_route){ ip("0.0.0.0"), 0, ip("192.0.2.1") };
	l.routes[1] = (struct lease_route){ ip("192.0.2.1"), 32, ip("0.0.0.0") };
	l.routes[2] = (struct lease_route){ ip("10.9.0.0"), 16, ip("192.0.2.2") };
	l.n_routes = 3;
	netconf_from_lease(&l, &c);
	eq_str(show(&c), "10.0.0.50/32 - 4294967295 0 192.0.2.1/32>0.0.0.0 0.0.0.0/0>192.0.2.1 "
			 "10.9.0.0/16>192.0.2.2");
}

static void all_routes_fit(void)
{
	struct lease l = { .prefix = 24, .n_routes = LEASE_ROUTES_MAX };
	struct netconf c;

	l.address = ip("10.0.0.50");
	netconf_from_lease(&l, &c);
	eq_int(c.n_routes, LEASE_ROUTES_MAX);
}

static void from_ip(void)
{
	struct plan_ip p = { .prefix = 24 };
	struct netconf c;

	p.address = ip("192.168.1.5");
	netconf_from_ip(&p, &c);
	eq_str(show(&c), "192.168.1.5/24 192.168.1.255 4294967295 0");
	p.gateway = ip("192.168.1.1");
	netconf_from_ip(&p, &c);
	eq_str(show(&c), "192.168.1.5/24 192.168.1.255 4294967295 0 0.0.0.0/0>192.168.1.1");
}

static void prefixes(void)
{
	static const struct {
		const char *address;
		uint8_t prefix;
		const char *want;
	} rows[] = {
		{ "10.1.2.3", 30, "10.1.2.3/30 10.1.2.3 4294967295 0" },
		{ "10.1.2.3", 31, "10.1.2.3/31 - 4294967295 0" },
		{ "10.1.2.3", 32, "10.1.2.3/32 - 4294967295 0" },
		{ "10.1.2.3", 9, "10.1.2.3/9 10.127.255.255 4294967295 0" },
		/* nothing said: by class */
		{ "172.16.2.3", 0, "172.16.2.3/16 172.16.255.255 4294967295 0" },
		{ "2001:db8::5", 64, "2001:db8::5/64 - 4294967295 0" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_ip p = { .prefix = rows[i].prefix };
		struct netconf c;

		p.address = ip(rows[i].address);
		netconf_from_ip(&p, &c);
		eq_str(show(&c), rows[i].want);
	}
}

static void gateway_v6(void)
{
	struct plan_ip p = { .prefix = 64 };
	struct netconf c;

	p.address = ip("2001:db8::5");
	p.gateway = ip("fe80::1");
	netconf_from_ip(&p, &c);
	eq_str(show(&c), "2001:db8::5/64 - 4294967295 0 ::/0>fe80::1");
}

int main(void)
{
	RUN(from_lease);
	RUN(on_link_first);
	RUN(all_routes_fit);
	RUN(from_ip);
	RUN(prefixes);
	RUN(gateway_v6);
	return test_end();
}
