/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which name servers and domains count, the file made of them, the names a host may stand for. */
#include "test.h"

#include "core/dnsconf.h"

static struct plan plan;
static struct lease leases[3];
static struct dnsconf dns;

static void add_ip(struct ip_addr *list, uint8_t *n, const char *text)
{
	ok(ip_parse(span_of(text), &list[*n]));
	++*n;
}

static void begin(void)
{
	memset(&plan, 0, sizeof(plan));
	memset(leases, 0, sizeof(leases));
	for (int i = 0; i < 3; i++)
		(void)snprintf(leases[i].ifname, sizeof(leases[i].ifname), "eth%d", i);
}

static const char *servers(uint8_t n_leases)
{
	static char text[512];
	struct out out = out_to(text, sizeof(text));
	char one[DNS_SERVER_TEXT_MAX];

	dnsconf_make(&plan, leases, n_leases, &dns);
	for (uint8_t i = 0; i < dns.n_servers; i++)
		out_add(&out, "%s%s", i ? " " : "", dns_server_text(&dns.servers[i], one));
	return text;
}

static const char *file(uint8_t n_leases)
{
	static char text[2048];
	struct out out = out_to(text, sizeof(text));

	dnsconf_make(&plan, leases, n_leases, &dns);
	dnsconf_text(&dns, &out);
	return text;
}

static void order_of_servers(void)
{
	begin();
	eq_str(servers(0), "");
	add_ip(leases[0].dns, &leases[0].n_dns, "10.0.0.3");
	add_ip(leases[0].dns, &leases[0].n_dns, "10.0.0.1");
	add_ip(leases[1].dns, &leases[1].n_dns, "fe80::1");
	add_ip(leases[2].dns, &leases[2].n_dns, "fe80::1");
	add_ip(leases[2].dns, &leases[2].n_dns, "fd00::1");
	eq_str(servers(3), "10.0.0.3 10.0.0.1 fe80::1%eth1 fe80::1%eth2 fd00::1");
	/* nameserver= first, then ip=, each server once */
	plan.n_ips = 2;
	add_ip(plan.ips[0].dns, &plan.ips[0].n_dns, "10.0.0.2");
	add_ip(plan.ips[1].dns, &plan.ips[1].n_dns, "10.0.0.1");
	add_ip(plan.ips[1].dns, &plan.ips[1].n_dns, "fe80::9");
	(void)text_copy(plan.ips[1].port.ifname, IFNAME_MAX, span_of("lan"));
	add_ip(plan.dns, &plan.n_dns, "10.0.0.1");
	add_ip(plan.dns, &plan.n_dns, "0.0.0.0");
	eq_str(servers(3),
	       "10.0.0.1 10.0.0.2 fe80::9%lan 10.0.0.3 fe80::1%eth1 fe80::1%eth2 fd00::1");
	plan.no_peer_dns = true;
	eq_str(servers(3), "10.0.0.1 10.0.0.2 fe80::9%lan");
}

static void at_most_eight(void)
{
	begin();
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < LEASE_DNS_MAX; k++)
			leases[i].dns[leases[i].n_dns++] =
				ip4_from_he(0x0a000000u + (uint32_t)(i * 16 + k + 1));
	eq_str(servers(3),
	       "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.17 10.0.0.18 10.0.0.19 10.0.0.20");
}

static void search_list(void)
{
	static const struct {
		const char *domain, *search, *domain2, *search2;
		const char *want_domain, *want_search;
	} rows[] = {
		{ "", "", "", "", "", "" },
		{ "a.lab", "", "", "", "a.lab", "a.lab" },
		{ "a.lab", "b.lab c.lab", "", "", "a.lab", "b.lab c.lab" },
		/* both leases; what one gave without a list counts only where no lease gave one */
		{ "a.lab", "", "d.lab", "b.lab", "a.lab", "b.lab" },
		{ "a.lab", "b.lab", "", "b.lab c.lab", "a.lab", "b.lab c.lab" },
		{ "", "", "d.lab", "", "d.lab", "d.lab" },
		{ "a.lab", "", "d.lab", "", "a.lab", "a.lab" },
		/* option 15 as a list; trailing dots */
		{ "a.lab b.lab", "", "", "", "a.lab", "a.lab b.lab" },
		{ "a.lab.", "b.lab. c.lab.", "", "", "a.lab", "b.lab c.lab" },
		/* nothing that could begin a line of its own */
		{ "a\nnameserver 1.2.3.4", "b.lab\nx", "", "", "", "1.2.3.4" },
		{ "a;b", "$(id) 'x' #c ok.lab", "", "", "", "ok.lab" },
		{ ".", ". ..", "", "", "", "" },
		{ "_msdcs.a.lab", "", "", "", "_msdcs.a.lab", "_msdcs.a.lab" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin();
		(void)text_copy(leases[0].domain, LEASE_NAME_MAX, span_of(rows[i].domain));
		(void)text_copy(leases[0].search, LEASE_NAME_MAX, span_of(rows[i].search));
		(void)text_copy(leases[1].domain, LEASE_NAME_MAX, span_of(rows[i].domain2));
		(void)text_copy(leases[1].search, LEASE_NAME_MAX, span_of(rows[i].search2));
		dnsconf_make(&plan, leases, 2, &dns);
		eq_str(dns.domain, rows[i].want_domain);
		eq_str(dns.search, rows[i].want_search);
	}
}

/* A list that is too long keeps whole names. */
static void long_search_list(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		memset(leases[i].search, 'a' + i, 253);
		leases[i].search[100] = '.';
	}
	dnsconf_make(&plan, leases, 3, &dns);
	eq_int(strlen(dns.search), 253 + 1 + 253);
	eq_int(dns.search[253], ' ');
}

static void resolv_conf(void)
{
	begin();
	eq_str(file(0), "");
	add_ip(plan.dns, &plan.n_dns, "10.0.0.1");
	add_ip(leases[0].dns, &leases[0].n_dns, "fe80::1");
	add_ip(leases[0].dns, &leases[0].n_dns, "10.0.0.2");
	add_ip(leases[0].dns, &leases[0].n_dns, "10.0.0.3");
	(void)text_copy(leases[0].search, LEASE_NAME_MAX, span_of("a.lab b.lab"));
	eq_str(file(1), "nameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver 10.0.0.2\n"
			"# nameserver 10.0.0.3\nsearch a.lab b.lab\n");
}

static void candidates(void)
{
	static const struct {
		const char *name, *search, *want;
	} rows[] = {
		{ "nas", "", "nas" },
		{ "nas", "a.lab", "nas.a.lab nas" },
		{ "nas", "a.lab b.lab", "nas.a.lab nas.b.lab nas" },
		{ "nas.b", "", "nas.b" },
		{ "nas.b", "a.lab b.lab", "nas.b nas.b.a.lab nas.b.b.lab" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256], one[DNS_NAME_MAX];
		struct out out = out_to(text, sizeof(text));

		memset(&dns, 0, sizeof(dns));
		(void)text_copy(dns.search, sizeof(dns.search), span_of(rows[i].search));
		for (unsigned int k = 0; k < 9 && dnsconf_candidate(&dns, rows[i].name, k, one);
		     k++)
			out_add(&out, "%s%s", k ? " " : "", one);
		eq_str(text, rows[i].want);
	}
}

int main(void)
{
	RUN(order_of_servers);
	RUN(at_most_eight);
	RUN(search_list);
	RUN(long_search_list);
	RUN(resolv_conf);
	RUN(candidates);
	return test_end();
}
