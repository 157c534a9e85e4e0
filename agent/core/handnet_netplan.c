/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /run/netplan/<if>.yaml as Ubuntu's initramfs-tools: the same NIC, the same client identity, and
 * critical, which is netplan's word for KeepConfiguration. Texts are in double quotes.
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
	if (nic->v6)
		out_add(out, "      accept-ra: %s\n",
			six == IP6_STATIC || six == IP6_LINK_LOCAL ? "false" : "true");
	out_add(out, "      critical: true\n");
}

static void put_members(struct hand *h, const struct hand_nic *nic)
{
	bool first = true;

	out_add(&h->out, "      interfaces: [");
	for (uint8_t i = 0; i < h->in->n_nics; i++) {
		const struct hand_nic *port = &h->in->nics[i];

		if (!port->master || strcmp(port->master, nic->name) != 0 ||
		    !hand_name_plain(port->name))
			continue;
		out_add(&h->out, "%s\"%s\"", first ? "" : ", ", port->name);
		first = false;
	}
	out_add(&h->out, "]\n");
}

/* False where it cannot be said: a VLAN on something unknown. */
static bool put_kind(struct hand *h, const struct hand_nic *nic)
{
	static const char *const sections[] = {
		[LINK_VLAN] = "vlans", [LINK_BOND] = "bonds", [LINK_BRIDGE] = "bridges"
	};
	const struct hand_nic *parent;
	struct out *out = &h->out;
	char mac[MAC_TEXT_MAX];

	out_add(out, "  %s:\n    \"%s\":\n", nic->link ? sections[nic->link->kind] : "ethernets",
		nic->name);
	if (!nic->link) {
		out_add(out, "      match:\n        macaddress: \"%s\"\n      set-name: \"%s\"\n",
			mac_text(&nic->mac, mac), nic->name);
		return true;
	}
	switch (nic->link->kind) {
	case LINK_VLAN:
		parent = hand_vlan_parent(h, nic);
		if (!parent || !hand_name_plain(parent->name))
			return false;
		out_add(out, "      id: %u\n      link: \"%s\"\n", nic->link->vlan_id,
			parent->name);
		break;
	case LINK_BOND:
		put_members(h, nic);
		out_add(out, "      parameters:\n        mode: \"%s\"\n",
			hand_bond_mode(nic->link));
		break;
	case LINK_BRIDGE:
		put_members(h, nic);
		out_add(out,
			"      parameters:\n        stp: false\n        forward-delay: \"0\"\n");
		break;
	}
	return true;
}

void hand_netplan(struct hand *h, const struct hand_nic *nic)
{
	struct out *out = &h->out;

	if (!hand_name_plain(nic->name) || nic->mac.len != 6)
		return;
	hand_begin(h);
	out_add(out, "network:\n  version: 2\n");
	/* ports have a MAC that is the bond's, so they are named and no more */
	if (nic->master) {
		out_add(out, "  ethernets:\n    \"%s\":\n      optional: true\n", nic->name);
	} else {
		if (!put_kind(h, nic))
			return;
		put_methods(h, nic);
		put_addresses(out, nic);
		put_routes(h, nic);
		put_names(h, nic);
	}
	hand_end(h, 0600, "/run/netplan/%s.yaml", nic->name);
}
