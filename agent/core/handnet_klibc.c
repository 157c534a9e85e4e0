/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /run/net-<if>.conf as klibc's ipconfig writes it (usr/kinit/ipconfig/main.c, dump_device_config:
 * names, order and quoting), and /run/net6-<if>.conf as Ubuntu's initramfs-tools. Sourced by shells
 * as root, and read by cloud-init: what is not printable is left empty.
 */
#include <string.h>

#include "core/handnet_part.h"
#include "core/rootspec.h"

#define NS_PER_S 1000000000u

/* KEY='value'; ' as '\'' and, as ipconfig does for csh, ! as '\!'. */
static void put(struct out *out, const char *key, struct span value)
{
	if (!text_is_printable(value))
		value.len = 0;
	out_add(out, "%s='", key);
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] == '\'' || value.p[i] == '!')
			out_add(out, "'\\%c'", value.p[i]);
		else
			out_add(out, "%c", value.p[i]);
	}
	out_add(out, "'\n");
}

static void put_ip4(struct out *out, const char *key, const struct ip_addr *ip)
{
	char text[IP_TEXT_MAX];

	put(out, key, span_of(ip && ip->family == IP_V4 ? ip_text(ip, text) : "0.0.0.0"));
}

static void put_number(struct out *out, const char *key, uint64_t n)
{
	out_add(out, "%s='%llu'\n", key, (unsigned long long)n);
}

/* One default route is the gateway; whatever else there is are the routes of option 121. */
static void put_routes(struct out *out, const struct netconf *conf)
{
	if (!conf->n_routes || (conf->n_routes == 1 && hand_is_default(&conf->routes[0]))) {
		put_ip4(out, "IPV4GATEWAY", conf->n_routes ? &conf->routes[0].gateway : NULL);
		return;
	}
	for (uint8_t i = 0; i < conf->n_routes; i++) {
		const struct lease_route *route = &conf->routes[i];
		char dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];

		out_add(out, "IPV4ROUTE%uSUBNET='%s/%u'\nIPV4ROUTE%uGATEWAY='%s'\n", i,
			ip_text(&route->dst, dst), route->prefix, i,
			ip_is_unset(&route->gateway) ? "0.0.0.0"
						     : ip_text(&route->gateway, gateway));
	}
}

/* With a dot behind each name, as ipconfig has decompressed them. */
static void put_search(struct out *out, const char *key, const char *search)
{
	struct span rest = span_of(search), domain;
	bool first = true;

	out_add(out, "%s='", key);
	for (; hand_next_domain(&rest, &domain); first = false)
		out_add(out, "%s%.*s%s", first ? "" : " ", SPAN_ARG(domain),
			domain.p[domain.len - 1] == '.' ? "" : ".");
	out_add(out, "'\n");
}

static void put_names(struct out *out, const struct hand *h, const struct lease *lease)
{
	const char *host = lease && lease->host_name[0] ? lease->host_name : h->in->plan->host_name;
	const char *domain = lease && !h->in->plan->no_peer_dns ? lease->domain : "";

	put(out, "HOSTNAME", span_of(host));
	put(out, "DNSDOMAIN", hand_domain_ok(span_of(domain)) ? span_of(domain) : span_of(""));
}

static void v4(struct hand *h, const struct hand_nic *nic)
{
	const struct lease *lease = nic->lease4;
	const struct ip_addr *server = nic->v4 ? &nic->v4->server : NULL;
	struct out *out = &h->out;
	char search[DNS_SEARCH_MAX], root_path[LEASE_ROOT_PATH_MAX];
	struct ip_addr mask = ip4_from_he(ip4_prefix_to_mask(nic->conf4->prefix));
	struct hand_dns dns;

	if (lease)
		server = ip_is_unset(&lease->siaddr) ? &lease->server_id : &lease->siaddr;
	hand_dns_of(h, nic, IP_V4, true, &dns);
	hand_search_of(h, nic, IP_V4, true, search);
	hand_begin(h);
	put(out, "DEVICE", span_of(nic->name));
	put(out, "PROTO", span_of(lease ? "dhcp" : "none"));
	put_ip4(out, "IPV4ADDR", &nic->conf4->address);
	put_ip4(out, "IPV4BROADCAST", &nic->conf4->broadcast);
	put_ip4(out, "IPV4NETMASK", &mask);
	put_routes(out, nic->conf4);
	put_ip4(out, "IPV4DNS0", dns.n > 0 ? &dns.servers[0] : NULL);
	put_ip4(out, "IPV4DNS1", dns.n > 1 ? &dns.servers[1] : NULL);
	put_names(out, h, lease);
	put(out, "NISDOMAIN", span_of(""));
	put_ip4(out, "ROOTSERVER", server);
	put(out, "ROOTPATH",
	    span_of(rootspec_public(root_path, sizeof(root_path),
				    span_of(lease ? lease->root_path : ""))));
	put(out, "filename", span_of(lease ? lease->boot_file : ""));
	put_number(out, "UPTIME", (lease ? lease->acquired_ns : h->in->now_ns) / NS_PER_S);
	put_number(out, "DHCPLEASETIME", lease ? lease->lease_s : 0);
	put_search(out, "DOMAINSEARCH", search);
	hand_end(h, 0644, "/run/net-%s.conf", nic->name);
}

static const struct ip_addr *gateway6(const struct hand_nic *nic)
{
	for (uint8_t i = 0; nic->conf6 && i < nic->conf6->n_routes; i++)
		if (hand_is_default(&nic->conf6->routes[i]))
			return &nic->conf6->routes[i].gateway;
	for (uint8_t i = 0; nic->ra && i < nic->ra->n_routes; i++)
		if (hand_is_default(&nic->ra->routes[i]))
			return &nic->ra->routes[i].gateway;
	return NULL;
}

static void v6(struct hand *h, const struct hand_nic *nic)
{
	bool by_dhcp = nic->lease6 && hand_has_address(nic->conf6);
	const struct ip_addr *ip = hand_has_address(nic->conf6) ? &nic->conf6->address
								: &nic->slaac;
	const struct ip_addr *gateway = gateway6(nic);
	struct out *out = &h->out;
	char text[IP_TEXT_MAX], search[DNS_SEARCH_MAX];
	struct hand_dns dns;

	hand_dns_of(h, nic, IP_V6, true, &dns);
	hand_search_of(h, nic, IP_V6, true, search);
	hand_begin(h);
	put(out, "DEVICE6", span_of(nic->name));
	/* cloud-init knows no other words; an address made from an advertisement is "none" */
	put(out, "IPV6PROTO", span_of(by_dhcp ? "dhcp6" : "none"));
	put(out, "IPV6ADDR", span_of(ip_text(ip, text)));
	put_number(out, "IPV6NETMASK", ip == &nic->slaac ? 64 : nic->conf6->prefix);
	if (gateway)
		put(out, "IPV6GATEWAY", span_of(ip_text(gateway, text)));
	put(out, "IPV6DNS0", span_of(dns.n > 0 ? ip_text(&dns.servers[0], text) : ""));
	put(out, "IPV6DNS1", span_of(dns.n > 1 ? ip_text(&dns.servers[1], text) : ""));
	put(out, "IPV6DOMAINSEARCH", span_of(search));
	put_names(out, h, nic->lease6);
	hand_end(h, 0644, "/run/net6-%s.conf", nic->name);
}

void hand_klibc(struct hand *h, const struct hand_nic *nic)
{
	if (hand_has_address(nic->conf4))
		v4(h, nic);
	if (hand_has_address(nic->conf6) || !ip_is_unset(&nic->slaac))
		v6(h, nic);
}
