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
	l.routes[0] = (struct lease_route){ ip("0.0.0.0"), 0, ip("192.0.2.1"), 0, 0 };
	l.routes[1] = (struct lease_route){ ip("192.0.2.1"), 32, ip("0.0.0.0"), 0, 0 };
	l.routes[2] = (struct lease_route){ ip("10.9.0.0"), 16, ip("192.0.2.2"), 0, 0 };
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
		{ "2001:db8::5", 0, "2001:db8::5/64 - 4294967295 0" },
		{ "2001:db8::5", 128, "2001:db8::5/128 - 4294967295 0" },
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

static void mtu_limits(void)
{
	static const struct {
		enum lease_kind kind;
		uint16_t mtu, want;
	} rows[] = {
		{ LEASE_DHCP4, 575, 0 }, { LEASE_DHCP4, 576, 576 },   { LEASE_DHCP4, 9000, 9000 },
		{ LEASE_RA, 1279, 0 },	 { LEASE_RA, 1280, 1280 },    { LEASE_RA, 0, 0 },
		{ LEASE_DHCP4, 68, 0 },	 { LEASE_DHCP6, 1500, 1500 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lease l = { .kind = rows[i].kind, .mtu = rows[i].mtu };
		struct netconf c;

		netconf_from_lease(&l, &c);
		eq_int(c.mtu, rows[i].want);
	}
}

/* The server says an address, and nothing of the link it is on. */
static void from_dhcp6(void)
{
	struct lease l = {
		.kind = LEASE_DHCP6, .prefix = 64, .lease_s = 7200, .preferred_s = 3600
	};
	struct netconf c;

	l.address = ip("2001:db8::50");
	netconf_from_lease(&l, &c);
	eq_str(show(&c), "2001:db8::50/128 - 7200 0");
	eq_int(c.preferred_s, 3600);
	eq_int(c.origin, NETCONF_DHCP);
	l.preferred_s =
		9000; /* the kernel refuses an address that is preferred longer than valid */
	netconf_from_lease(&l, &c);
	eq_int(c.preferred_s, 7200);
}

/* No address of its own; each route has its time. */
static void from_advertisement(void)
{
	struct lease l = { .kind = LEASE_RA, .lease_s = 1800, .mtu = 1400 };
	struct netconf c;

	l.address.family = IP_V6; /* :: */
	l.routes[0] = (struct lease_route){ ip("::"), 0, ip("fe80::1"), 0, 0 };
	l.routes[1] = (struct lease_route){ ip("2001:db8:1::"), 48, ip("fe80::1"), 600, 0 };
	l.routes[2] = (struct lease_route){ ip("2001:db8:2::"), 48, ip("fe80::1"), UINT32_MAX, 0 };
	l.n_routes = 3;
	netconf_from_lease(&l, &c);
	eq_str(show(&c), "-/0 - 1800 1400 ::/0>fe80::1 2001:db8:1::/48>fe80::1 "
			 "2001:db8:2::/48>fe80::1");
	eq_int(c.routes[0].valid_s, 1800);
	eq_int(c.routes[1].valid_s, 600);
	eq_int(c.routes[2].valid_s, UINT32_MAX);
	eq_int(c.origin, NETCONF_RA);
}

static void origins(void)
{
	struct plan_ip p = { .prefix = 24 };
	struct lease l = { .prefix = 24 };
	struct netconf c;

	netconf_from_lease(&l, &c);
	eq_int(c.origin, NETCONF_DHCP);
	netconf_from_ip(&p, &c);
	eq_int(c.origin, NETCONF_STATIC);
}

/* --- what a renewal takes away --- */

static void route_to(struct netconf *c, const char *dst, uint8_t prefix, const char *gateway)
{
	c->routes[c->n_routes++] = (struct lease_route){ ip(dst), prefix, ip(gateway), 0, 0 };
}

static struct netconf conf_of(const char *address, uint8_t prefix)
{
	return (struct netconf){ .address = ip(address), .prefix = prefix };
}

/* "address", then routes in the order of the answer */
static const char *minus(const struct netconf *before, const struct netconf *now)
{
	static char text[2048];
	struct out out = out_to(text, sizeof(text));
	char a[IP_TEXT_MAX], b[IP_TEXT_MAX];
	struct netconf_rest rest;

	netconf_minus(before, now, &rest);
	out_add(&out, "%s", rest.address ? "address" : "");
	for (uint8_t i = 0; i < rest.n_routes; i++)
		out_add(&out, " %s/%u>%s", ip_text(&rest.routes[i].dst, a), rest.routes[i].prefix,
			ip_text(&rest.routes[i].gateway, b));
	return text;
}

static void minus_same(void)
{
	struct netconf c = conf_of("10.0.0.5", 24), later = c;

	route_to(&c, "0.0.0.0", 0, "10.0.0.1");
	route_to(&later, "0.0.0.0", 0, "10.0.0.1");
	later.valid_s = 600;
	later.mtu = 1400;
	later.routes[0].valid_s = 60;
	eq_str(minus(&c, &later), "");
	eq_str(minus(&later, &c), "");
}

static void minus_all(void)
{
	struct netconf c = conf_of("10.0.0.5", 24);

	route_to(&c, "0.0.0.0", 0, "10.0.0.1");
	route_to(&c, "10.9.0.0", 16, "10.0.0.2");
	eq_str(minus(&c, NULL), "address 10.9.0.0/16>10.0.0.2 0.0.0.0/0>10.0.0.1");
	c.address = (struct ip_addr){ 0 };
	eq_str(minus(&c, NULL), " 10.9.0.0/16>10.0.0.2 0.0.0.0/0>10.0.0.1");
}

/* Another address, another prefix of the same, none any more. */
static void minus_address(void)
{
	struct netconf c = conf_of("10.0.0.5", 24), other = conf_of("10.0.0.6", 24);
	struct netconf wider = conf_of("10.0.0.5", 16), none = { 0 };

	eq_str(minus(&c, &other), "address");
	eq_str(minus(&c, &wider), "address");
	eq_str(minus(&c, &none), "address");
	eq_str(minus(&none, &c), "");
}

/* Gateway, destination and prefix length each make another route of it. */
static void minus_routes(void)
{
	struct netconf a = conf_of("10.0.0.5", 24), b = a;

	route_to(&a, "0.0.0.0", 0, "10.0.0.1");
	route_to(&a, "10.9.0.0", 16, "10.0.0.2");
	route_to(&a, "10.8.0.0", 16, "10.0.0.2");
	route_to(&a, "10.7.0.0", 16, "0.0.0.0");
	route_to(&b, "10.9.0.0", 24, "10.0.0.2");
	route_to(&b, "0.0.0.0", 0, "10.0.0.3");
	route_to(&b, "10.8.0.0", 16, "10.0.0.2");
	b.routes[b.n_routes++] = (struct lease_route){ .dst = ip("10.7.0.0"), .prefix = 16 };
	eq_str(minus(&a, &b), " 10.9.0.0/16>10.0.0.2 0.0.0.0/0>10.0.0.1");
	eq_str(minus(&b, &a), " 0.0.0.0/0>10.0.0.3 10.9.0.0/24>10.0.0.2");
}

/* A host route stays while anything goes through it, comes once, and goes last. */
static void minus_host_routes(void)
{
	struct netconf a = conf_of("10.0.0.5", 32), b = a;

	route_to(&a, "0.0.0.0", 0, "192.0.2.1");
	route_to(&a, "10.9.0.0", 16, "192.0.2.1");
	route_to(&a, "10.8.0.0", 16, "192.0.2.2");
	eq_str(minus(&a, NULL), "address 10.8.0.0/16>192.0.2.2 10.9.0.0/16>192.0.2.1 "
				"0.0.0.0/0>192.0.2.1 192.0.2.2/32>- 192.0.2.1/32>-");
	route_to(&b, "10.9.0.0", 16, "192.0.2.1");
	eq_str(minus(&a, &b), " 10.8.0.0/16>192.0.2.2 0.0.0.0/0>192.0.2.1 192.0.2.2/32>-");
	/* the server says it itself now */
	route_to(&b, "192.0.2.2", 32, "0.0.0.0");
	eq_str(minus(&a, &b), " 10.8.0.0/16>192.0.2.2 0.0.0.0/0>192.0.2.1");
	/* the network has become larger: the gateway is on link */
	b = conf_of("192.0.2.5", 24);
	route_to(&b, "0.0.0.0", 0, "192.0.2.1");
	eq_str(minus(&a, &b), "address 10.8.0.0/16>192.0.2.2 10.9.0.0/16>192.0.2.1 "
			      "192.0.2.2/32>- 192.0.2.1/32>-");
}

/* Every route with a gateway of its own outside: the most there can be. */
static void minus_fits(void)
{
	struct netconf c = conf_of("10.0.0.5", 32);
	struct netconf_rest rest;

	for (unsigned int i = 0; i < LEASE_ROUTES_MAX; i++)
		c.routes[c.n_routes++] =
			(struct lease_route){ .dst = ip4_from_he(0x0a090000 + i),
					      .prefix = 32,
					      .gateway = ip4_from_he(0xc0000201 + i) };
	netconf_minus(&c, NULL, &rest);
	eq_int(rest.n_routes, NETCONF_ROUTES_MAX);
}

/* Link-local gateways are on every link. */
static void minus_v6(void)
{
	struct netconf a = conf_of("2001:db8::5", 128), b = a;

	route_to(&a, "::", 0, "fe80::1");
	route_to(&a, "2001:db8:9::", 48, "fe80::2");
	route_to(&b, "::", 0, "fe80::1");
	eq_str(minus(&a, &b), " 2001:db8:9::/48>fe80::2");
	eq_str(minus(&a, NULL), "address 2001:db8:9::/48>fe80::2 ::/0>fe80::1");
}

static void follow(void)
{
	struct netconf given = { .address = ip("10.0.0.5"), .prefix = 24, .mtu = 1400 }, c;
	struct netconf_rules none = { 0 }, rules = { .no_default = true, .mtu = 9000 };

	given.routes[0] = (struct lease_route){ ip("0.0.0.0"), 0, ip("10.0.0.1"), 0, 0 };
	given.routes[1] = (struct lease_route){ ip("10.9.0.0"), 16, ip("10.0.0.2"), 0, 0 };
	given.n_routes = 2;
	c = given;
	netconf_follow(&c, &none);
	eq_str(show(&c), "10.0.0.5/24 - 0 1400 0.0.0.0/0>10.0.0.1 10.9.0.0/16>10.0.0.2");
	rules.routes[0] = (struct lease_route){ ip("10.8.0.0"), 16, ip("10.0.0.3"), 0, 0 };
	rules.n_routes = 1;
	c = given;
	netconf_follow(&c, &rules);
	eq_str(show(&c), "10.0.0.5/24 - 0 9000 10.9.0.0/16>10.0.0.2 10.8.0.0/16>10.0.0.3");
	rules = (struct netconf_rules){ .mtu_otherwise = 1300 };
	c = given;
	netconf_follow(&c, &rules);
	eq_int(c.mtu, 1400);
	given.mtu = 0;
	c = given;
	netconf_follow(&c, &rules);
	eq_int(c.mtu, 1300);
	/* no more than fit */
	rules.n_routes = LEASE_ROUTES_MAX;
	c = given;
	netconf_follow(&c, &rules);
	eq_int(c.n_routes, LEASE_ROUTES_MAX);
}

static void other_ways(void)
{
	struct netconf a = { .address = ip("10.0.0.5"), .prefix = 24, .valid_s = 30 }, b;

	a.routes[0] = (struct lease_route){ ip("0.0.0.0"), 0, ip("10.0.0.1"), 0, 0 };
	a.n_routes = 1;
	b = a;
	b.valid_s = 60;
	ok(!netconf_other_ways(&a, &b));
	b.mtu = 1400;
	ok(netconf_other_ways(&a, &b));
	ok(!netconf_other_ways(&b, &a)); /* not given any more: it stays */
	b = a;
	b.routes[0].gateway = ip("10.0.0.2");
	ok(netconf_other_ways(&a, &b));
	b.n_routes = 0;
	ok(netconf_other_ways(&a, &b));
	ok(netconf_other_ways(&b, &a));
}

/* As it was static before: the same on the NIC, and by nobody. */
static void firmware_lease(void)
{
	struct plan_ip word = { .v4 = IP4_STATIC, .leased = true, .prefix = 24 };
	struct netconf was, is;
	struct lease l;

	word.address = ip("10.0.0.50");
	word.gateway = ip("10.0.0.1");
	netconf_from_ip(&word, &was);
	netconf_firmware_lease(&word, &l);
	netconf_from_lease(&l, &is);
	ok(ip_is_unset(&l.server_id) && l.kind == LEASE_DHCP4);
	eq_str(show(&is), "10.0.0.50/24 10.0.0.255 4294967295 0 0.0.0.0/0>10.0.0.1");
	ok(!netconf_other_ways(&was, &is));
}

int main(void)
{
	RUN(firmware_lease);
	RUN(mtu_limits);
	RUN(from_dhcp6);
	RUN(from_advertisement);
	RUN(origins);
	RUN(from_lease);
	RUN(on_link_first);
	RUN(all_routes_fit);
	RUN(from_ip);
	RUN(prefixes);
	RUN(gateway_v6);
	RUN(minus_same);
	RUN(minus_all);
	RUN(minus_address);
	RUN(minus_routes);
	RUN(minus_host_routes);
	RUN(minus_fits);
	RUN(minus_v6);
	RUN(follow);
	RUN(other_ways);
	return test_end();
}
