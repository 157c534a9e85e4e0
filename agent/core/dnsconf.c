/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Name servers and search list of the boot, and the names that a host may be meant by. */
#include "core/dnsconf.h"

#include <string.h>

/* What glibc and musl read of resolv.conf (MAXNS). */
#define READERS_MAX 3

static void add_server(struct dnsconf *dns, const struct ip_addr *ip, const char *ifname)
{
	struct dns_server made = { .ip = *ip };

	if (ip_is_unset(ip) || dns->n_servers == DNS_SERVERS_MAX)
		return;
	if (ip_is_link_local(ip))
		(void)text_copy(made.scope, sizeof(made.scope), span_of(ifname));
	for (uint8_t i = 0; i < dns->n_servers; i++)
		if (ip_eq(&dns->servers[i].ip, ip) &&
		    strcmp(dns->servers[i].scope, made.scope) == 0)
			return;
	dns->servers[dns->n_servers++] = made;
}

static bool domain_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

/* The file's readers know no quoting: nothing that could begin a line or a word of its own. */
static bool domain_valid(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!domain_char(name.p[i]))
			return false;
	return name.len && name.len < LEASE_NAME_MAX && name.p[0] != '.';
}

static bool has_domain(const char *list, struct span name)
{
	struct span rest = span_of(list);

	while (rest.p) {
		struct span one = span_cut(&rest, ' ');

		if (one.len == name.len && !memcmp(one.p, name.p, name.len))
			return true;
	}
	return false;
}

/* Names between blanks, each once, as long as there is room for whole ones. */
static void add_search(struct dnsconf *dns, const char *names)
{
	struct span rest = span_of(names);

	while (rest.p) {
		struct span name = span_cut(&rest, ' ');
		size_t len = strlen(dns->search);
		struct out out = { .text = dns->search, .len = len, .size = sizeof(dns->search) };

		while (name.len && name.p[name.len - 1] == '.')
			name.len--;
		if (!domain_valid(name) || has_domain(dns->search, name))
			continue;
		if (len + name.len + 2 <= sizeof(dns->search))
			out_add(&out, "%s%.*s", len ? " " : "", SPAN_ARG(name));
	}
}

/* Option 15 is one name; sites that knew of nothing else put a list there. */
static void take_domain(struct dnsconf *dns, const char *domain)
{
	struct span rest = span_of(domain), first = span_cut(&rest, ' ');

	while (first.len && first.p[first.len - 1] == '.')
		first.len--;
	if (!dns->domain[0] && domain_valid(first))
		(void)text_copy(dns->domain, sizeof(dns->domain), first);
}

void dnsconf_make(const struct plan *plan, const struct lease *leases, uint8_t n_leases,
		  struct dnsconf *ret)
{
	struct dnsconf dns = { .n_servers = 0 };

	for (uint8_t i = 0; i < plan->n_dns; i++)
		add_server(&dns, &plan->dns[i], "");
	for (uint8_t i = 0; i < plan->n_ips; i++)
		for (uint8_t k = 0; k < plan->ips[i].n_dns; k++)
			add_server(&dns, &plan->ips[i].dns[k], plan->ips[i].port.ifname);
	for (uint8_t i = 0; i < n_leases; i++) {
		for (uint8_t k = 0; !plan->no_peer_dns && k < leases[i].n_dns; k++)
			add_server(&dns, &leases[i].dns[k], leases[i].ifname);
		take_domain(&dns, leases[i].domain);
		add_search(&dns, leases[i].search);
	}
	for (uint8_t i = 0; i < n_leases && !dns.search[0]; i++)
		add_search(&dns, leases[i].domain);
	*ret = dns;
}

char *dns_server_text(const struct dns_server *server, char dst[static DNS_SERVER_TEXT_MAX])
{
	struct out out = out_to(dst, DNS_SERVER_TEXT_MAX);
	char ip[IP_TEXT_MAX];

	out_add(&out, "%s%s%s", ip_text(&server->ip, ip), server->scope[0] ? "%" : "",
		server->scope);
	return dst;
}

void dnsconf_text(const struct dnsconf *dns, struct out *out)
{
	char text[DNS_SERVER_TEXT_MAX];

	for (uint8_t i = 0; i < dns->n_servers; i++)
		out_add(out, "%snameserver %s\n", i < READERS_MAX ? "" : "# ",
			dns_server_text(&dns->servers[i], text));
	/* "domain" would only undo "search" (resolv.conf(5): the last one counts) */
	if (dns->search[0])
		out_add(out, "search %s\n", dns->search);
}

bool dnsconf_candidate(const struct dnsconf *dns, const char *name, unsigned int i,
		       char dst[static DNS_NAME_MAX])
{
	struct span rest = span_of(dns->search), as_is = span_of(name);
	bool dotted = span_find(as_is, '.') < as_is.len;

	if (dotted && !i--)
		return text_copy(dst, DNS_NAME_MAX, as_is);
	while (rest.len) {
		struct span domain = span_cut(&rest, ' ');
		struct out out = out_to(dst, DNS_NAME_MAX);

		if (i--)
			continue;
		out_add(&out, "%s.%.*s", name, SPAN_ARG(domain));
		return !out.cut;
	}
	return !dotted && !i && text_copy(dst, DNS_NAME_MAX, as_is);
}
