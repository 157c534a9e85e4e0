/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /run/netplan/<NIC of the root>.yaml as Ubuntu's initramfs-tools: the same NIC, the same client
 * identity, and critical, which is netplan's word for KeepConfiguration. Texts are in double
 * quotes.
 */
#include <string.h>

#include "core/handnet_part.h"

static void put_list(struct out *out, const char *key, const struct hand_dns *dns)
{
	char text[IP_TEXT_MAX];

	out_add(out, "        %s: [", key);
	for (uint8_t i = 0; i < dns->n; i++)
		out_add(out, "%s\"%s\"", i ? ", " : "", ip_text(&dns->servers[i], text));
	out_add(out, "]\n");
}

static void put_names(struct hand *h, const struct hand_nic *nic)
{
	struct out *out = &h->out;
	char search[DNS_SEARCH_MAX];
	struct span rest, domain;
	struct hand_dns dns;
	bool first = true;

	hand_dns_of(h, nic, IP_NONE, true, &dns);
	hand_search_of(h, nic, IP_NONE, true, search);
	rest = span_of(search);
	if (!dns.n && !search[0])
		return;
	out_add(out, "      nameservers:\n");
	if (dns.n)
		put_list(out, "addresses", &dns);
	if (!search[0])
		return;
	out_add(out, "        search: [");
	for (; hand_next_domain(&rest, &domain); first = false)
		out_add(out, "%s\"%.*s\"", first ? "" : ", ", SPAN_ARG(domain));
	out_add(out, "]\n");
}

static void put_addresses(struct out *out, const struct hand_nic *nic)
{
	bool four = nic->v4 && nic->v4->v4 == IP4_STATIC && hand_has_address(nic->conf4);
	bool six = nic->v6 && nic->v6->v6 == IP6_STATIC && hand_has_address(nic->conf6);
	char text[IP_TEXT_MAX];

	if (!four && !six)
		return;
	out_add(out, "      addresses:\n");
	if (four)
		out_add(out, "        - \"%s/%u\"\n", ip_text(&nic->conf4->address, text),
			nic->conf4->prefix);
	if (six)
		out_add(out, "        - \"%s/%u\"\n", ip_text(&nic->conf6->address, text),
			nic->conf6->prefix);
}

static void put_route(struct out *out, bool *begun, const struct netconf *conf,
		      const struct lease_route *route)
{
	char text[IP_TEXT_MAX];

	if (!*begun)
		out_add(out, "      routes:\n");
	*begun = true;
	out_add(out, "        - to: \"%s/%u\"\n", ip_text(&route->dst, text), route->prefix);
	if (ip_is_unset(&route->gateway)) {
		out_add(out, "          scope: link\n");
		return;
	}
	out_add(out, "          via: \"%s\"\n", ip_text(&route->gateway, text));
	if (hand_gateway_off_link(conf, &route->gateway))
		out_add(out, "          on-link: true\n");
}

static void put_routes(struct hand *h, const struct hand_nic *nic)
{
	bool four = nic->v4 && nic->v4->v4 == IP4_STATIC, begun = false;
	bool six = nic->v6 && nic->v6->v6 == IP6_STATIC;

	for (uint8_t i = 0; four && nic->conf4 && i < nic->conf4->n_routes; i++)
		put_route(&h->out, &begun, nic->conf4, &nic->conf4->routes[i]);
	for (uint8_t i = 0; six && nic->conf6 && i < nic->conf6->n_routes; i++)
		put_route(&h->out, &begun, nic->conf6, &nic->conf6->routes[i]);
	for (uint8_t i = 0; i < h->in->plan->n_routes; i++) {
		const struct plan_route *route = &h->in->plan->routes[i];

		if (hand_plan_route_here(h, nic, route))
			put_route(&h->out, &begun,
				  route->route.gateway.family == IP_V6 ? nic->conf6 : nic->conf4,
				  &route->route);
	}
}

/* dhcp4 with an identity that cannot be given would be another lease. */
static bool dhcp4(const struct hand *h, const struct hand_nic *nic)
{
	return nic->v4 && nic->v4->v4 == IP4_DHCP && hand_client_id_is_mac(h, nic);
}

static void put_methods(struct hand *h, const struct hand_nic *nic)
{
	enum ip6_method six = nic->v6 ? nic->v6->v6 : IP6_OFF;
	struct out *out = &h->out;

	if (nic->mtu)
		out_add(out, "      mtu: %u\n", nic->mtu);
	if (!nic->boot)
		out_add(out, "      optional: true\n");
	out_add(out, "      dhcp4: %s\n", dhcp4(h, nic) ? "true" : "false");
	if (dhcp4(h, nic))
		out_add(out, "      dhcp-identifier: mac\n");
	if (six == IP6_DHCP || six == IP6_EITHER)
		out_add(out, "      dhcp6: true\n");
	/* as networkd's file: of itself it would wait for a router that nobody has asked for */
	if (nic->v6 || !dhcp4(h, nic))
		out_add(out, "      accept-ra: %s\n", hand_accepts_ra(nic) ? "true" : "false");
	out_add(out, "      critical: true\n");
}

/* One thing that netplan does not know, and it takes nothing of the file: NICs without a MAC of
 * Ethernet, VLANs on what is not in it. */
static bool can_be_said(const struct hand *h, const struct hand_nic *nic)
{
	uint8_t n_below = 0;

	/* by MAC, VLANs may seem to lie on each other */
	for (; nic && n_below <= h->in->n_nics; n_below++) {
		if (!hand_name_plain(nic->name) || nic->mac.len != 6)
			return false;
		if (!nic->link || nic->link->kind != LINK_VLAN)
			return true;
		nic = hand_vlan_parent(h, nic);
	}
	return false;
}

static bool is_port(const struct hand *h, const struct hand_nic *port, const struct hand_nic *nic)
{
	return port->master && !strcmp(port->master, nic->name) && can_be_said(h, port);
}

static void put_members(struct hand *h, const struct hand_nic *nic)
{
	bool first = true;

	out_add(&h->out, "      interfaces: [");
	for (uint8_t i = 0; i < h->in->n_nics; i++) {
		if (!is_port(h, &h->in->nics[i], nic))
			continue;
		out_add(&h->out, "%s\"%s\"", first ? "" : ", ", h->in->nics[i].name);
		first = false;
	}
	out_add(&h->out, "]\n");
}

/* The kernel's name of a bond option (bonding.rst) and netplan's, of 0.106 and later. */
static const struct bond_row {
	const char *option, *key;
	bool list; /* of commas there, a sequence here */
} rows[] = {
	{ "miimon", "mii-monitor-interval", false },
	{ "updelay", "up-delay", false },
	{ "downdelay", "down-delay", false },
	{ "lacp_rate", "lacp-rate", false },
	{ "xmit_hash_policy", "transmit-hash-policy", false },
	{ "ad_select", "ad-select", false },
	{ "fail_over_mac", "fail-over-mac-policy", false },
	{ "arp_interval", "arp-interval", false },
	{ "arp_ip_target", "arp-ip-targets", true },
	{ "arp_validate", "arp-validate", false },
	{ "arp_all_targets", "arp-all-targets", false },
	{ "primary", "primary", false },
	{ "primary_reselect", "primary-reselect-policy", false },
	{ "resend_igmp", "resend-igmp", false },
	{ "packets_per_slave", "packets-per-slave", false },
	{ "num_grat_arp", "gratuitous-arp", false },
	{ "num_unsol_na", "gratuitous-arp", false },
	{ "min_links", "min-links", false },
	{ "lp_interval", "learn-packet-interval", false },
};

static bool has_port(const struct hand *h, const struct hand_nic *nic, const char *name)
{
	for (uint8_t i = 0; i < h->in->n_nics; i++)
		if (is_port(h, &h->in->nics[i], nic) && !strcmp(h->in->nics[i].name, name))
			return true;
	return false;
}

static void put_bond(struct hand *h, const struct hand_nic *nic)
{
	struct out *out = &h->out;

	out_add(out, "      parameters:\n        mode: \"%s\"\n", hand_bond_mode(nic->link));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value = hand_bond_option(nic->link, rows[i].option);

		if (!value || (!strcmp(rows[i].option, "primary") && !has_port(h, nic, value)))
			continue;
		out_add(out, "        %s: %s\"", rows[i].key, rows[i].list ? "[" : "");
		for (; *value; value++)
			out_add(out, rows[i].list && *value == ',' ? "\", \"" : "%c", *value);
		out_add(out, "\"%s\n", rows[i].list ? "]" : "");
	}
}

/* By the MAC that it was made with, which is the one that netplan compares with; where another was
 * put on, by its name, which the file for udev keeps. */
static void put_match(struct hand *h, const struct hand_nic *nic)
{
	char mac[MAC_TEXT_MAX];

	(void)mac_text(&nic->mac, mac);
	if (hand_mac_is_set(nic))
		out_add(&h->out, "      macaddress: \"%s\"\n", mac);
	else
		out_add(&h->out,
			"      match:\n        macaddress: \"%s\"\n      set-name: \"%s\"\n", mac,
			nic->name);
}

static void put_kind(struct hand *h, const struct hand_nic *nic)
{
	struct out *out = &h->out;

	if (!nic->link) {
		put_match(h, nic);
		return;
	}
	switch (nic->link->kind) {
	case LINK_VLAN:
		out_add(out, "      id: %u\n      link: \"%s\"\n", nic->link->vlan_id,
			hand_vlan_parent(h, nic)->name);
		break;
	case LINK_BOND:
		put_members(h, nic);
		put_bond(h, nic);
		break;
	case LINK_BRIDGE:
		put_members(h, nic);
		out_add(out,
			"      parameters:\n        stp: false\n        forward-delay: \"0\"\n");
		break;
	}
}

static void put_nic(struct hand *h, const struct hand_nic *nic)
{
	out_add(&h->out, "    \"%s\":\n", nic->name);
	/* the MAC of a port is its bond's: by name and no more */
	if (nic->link || !nic->master)
		put_kind(h, nic);
	if (nic->master) {
		out_add(&h->out, "      optional: true\n");
		return;
	}
	put_methods(h, nic);
	put_addresses(&h->out, nic);
	put_routes(h, nic);
	put_names(h, nic);
}

static const char *section_of(const struct hand_nic *nic)
{
	if (!nic->link)
		return "ethernets";
	switch (nic->link->kind) {
	case LINK_VLAN:
		return "vlans";
	case LINK_BOND:
		return "bonds";
	case LINK_BRIDGE:
		return "bridges";
	}
	return "ethernets";
}

/* All in one file: in others netplan does not look for the bond that a VLAN lies on. Called as
 * Ubuntu's for the NIC of the root. */
void hand_netplan(struct hand *h)
{
	static const char *const sections[] = { "ethernets", "bonds", "bridges", "vlans" };
	const char *file = NULL;

	hand_begin(h);
	out_add(&h->out, "network:\n  version: 2\n");
	for (size_t k = 0; k < sizeof(sections) / sizeof(sections[0]); k++) {
		bool begun = false;

		for (uint8_t i = 0; i < h->in->n_nics; i++) {
			const struct hand_nic *nic = &h->in->nics[i];

			if (strcmp(section_of(nic), sections[k]) != 0 || !can_be_said(h, nic))
				continue;
			if (!begun)
				out_add(&h->out, "  %s:\n", sections[k]);
			begun = true;
			put_nic(h, nic);
			if (!file || nic->boot)
				file = nic->name;
		}
	}
	if (file)
		hand_end(h, 0600, "/run/netplan/%s.yaml", file);
}
