/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd-networkd: /run/systemd/network/00-netroot-<if>.network (systemd.network(5)). A key that a
 * version does not know is a warning there; those used are in all since 248, but for SendRelease=
 * of DHCPv6, which 252 does not know. Beside the root's own files these sort first, so the NIC of
 * the root stays as it is.
 */
#include <string.h>

#include "core/handnet_part.h"

#define DUID_TYPE_LL 3 /* RFC 8415 11.4: hardware type and address behind it */
#define DUID_TYPE_UUID 4 /* RFC 6355 */

/*
 * NICs by MAC: udev may rename them in the booted system. Not by MAC where several links have the
 * same one (VLANs, ports of a bond); Type= keeps the VLANs on a NIC from matching its file, and
 * Kind= would be unknown before 251.
 */
static bool put_match(struct out *out, const struct hand_nic *nic)
{
	char text[MAC_TEXT_MAX];

	out_add(out, "[Match]\n");
	if (nic->link || nic->master || nic->mac.len != 6) {
		/* shell patterns are read there */
		if (!hand_name_plain(nic->name))
			return false;
		out_add(out, "Name=%s\n", nic->name);
		return true;
	}
	out_add(out, "MACAddress=%s\nType=ether\n", mac_text(&nic->mac, text));
	return true;
}

/* With Bond= it takes a port down before it makes it the port that it is already (252), and with
 * all of them down the root stands still; 802.3ad negotiates anew. */
static bool is_bond_port(const struct hand *h, const struct hand_nic *nic)
{
	const struct plan_link *master = hand_master_of(h, nic);

	return master && master->kind == LINK_BOND;
}

static void put_link(struct out *out, const struct hand_nic *nic)
{
	if (!nic->mtu && nic->boot)
		return;
	out_add(out, "\n[Link]\n");
	if (nic->mtu)
		out_add(out, "MTUBytes=%u\n", nic->mtu);
	if (!nic->boot)
		out_add(out, "RequiredForOnline=no\n");
}

/* Which clients run. An identity that cannot be given means none: the address stays as it is, and
 * the guard goes on renewing it. */
static bool dhcp4(const struct hand *h, const struct hand_nic *nic)
{
	return nic->v4 && nic->v4->v4 == IP4_DHCP && hand_client_id_is_mac(h, nic);
}

static bool dhcp6(const struct hand_nic *nic)
{
	return nic->v6 && (nic->v6->v6 == IP6_DHCP || nic->v6->v6 == IP6_EITHER);
}

static void put_servers(struct hand *h, const struct hand_nic *nic)
{
	bool with_leases = nic->lease4 && !dhcp4(h, nic);
	char search[DNS_SEARCH_MAX], text[IP_TEXT_MAX];
	struct hand_dns dns;

	hand_dns_of(h, nic, IP_NONE, with_leases, &dns);
	for (uint8_t i = 0; i < dns.n; i++)
		out_add(&h->out, "DNS=%s\n", ip_text(&dns.servers[i], text));
	hand_search_of(h, nic, IP_NONE, with_leases, search);
	if (search[0])
		out_add(&h->out, "Domains=%s\n", search);
}

static void put_address(struct out *out, const struct plan_ip *ip, const struct netconf *conf)
{
	bool is_static = ip && (ip->v4 == IP4_STATIC || ip->v6 == IP6_STATIC);
	char text[IP_TEXT_MAX];

	if (is_static && hand_has_address(conf))
		out_add(out, "Address=%s/%u\n", ip_text(&conf->address, text), conf->prefix);
}

static void put_members(struct hand *h, const struct hand_nic *nic)
{
	struct out *out = &h->out;

	if (hand_master_of(h, nic) && hand_name_plain(nic->master))
		out_add(out, "Bridge=%s\n", nic->master);
	for (uint8_t i = 0; i < h->in->n_nics; i++)
		if (hand_is_vlan_on(&h->in->nics[i], nic) && hand_name_plain(h->in->nics[i].name) &&
		    hand_vlan_parent(h, &h->in->nics[i]) == nic)
			out_add(out, "VLAN=%s\n", h->in->nics[i].name);
}

static void put_network(struct hand *h, const struct hand_nic *nic)
{
	bool four = dhcp4(h, nic), six = dhcp6(nic);
	struct out *out = &h->out;

	out_add(out, "\n[Network]\n");
	put_members(h, nic);
	/* never without what the root hangs on: not at start, stop, restart, nor while a switch
	 * port is away or the lease's server is */
	out_add(out, "KeepConfiguration=yes\nIgnoreCarrierLoss=yes\n");
	if (nic->master) {
		out_add(out, "LinkLocalAddressing=no\n");
		return;
	}
	out_add(out, "DHCP=%s\n", four && six ? "yes" : four ? "ipv4" : six ? "ipv6" : "no");
	if (nic->v4 && nic->v4->v4 == IP4_DHCP && !four)
		out_add(out, "# the client identifier of this lease cannot be given here: the "
			     "address stays as it is,\n# and netroot goes on renewing it\n");
	if (nic->v4 && nic->v4->v4 == IP4_LINK_LOCAL)
		out_add(out, "LinkLocalAddressing=yes\n");
	/* of itself networkd waits for a router, which nobody has asked for, where there is no DHCP
	 */
	if (nic->v6 || !four)
		out_add(out, "IPv6AcceptRA=%s\n", hand_accepts_ra(nic) ? "yes" : "no");
	put_address(out, nic->v4, nic->conf4);
	put_address(out, nic->v6, nic->conf6);
	put_servers(h, nic);
}

/* On one line and without specifiers, quotes or escapes. */
static bool plain_value(const char *text)
{
	return text[0] && text[0] != ' ' && text_is_printable(span_of(text)) &&
	       !strpbrk(text, "\\%\"'#;");
}

static void put_dhcp4(struct hand *h)
{
	const struct plan *plan = h->in->plan;
	const char *class = plan->vendor_class[0] ? plan->vendor_class : "netroot";
	struct out *out = &h->out;

	/* the lease is asked for by the same client, or it is another lease */
	out_add(out, "\n[DHCPv4]\nClientIdentifier=mac\n");
	if (plain_value(class))
		out_add(out, "VendorClassIdentifier=%s\n", class);
	if (plain_value(plan->user_class) && !strchr(plan->user_class, ' '))
		out_add(out, "UserClass=%s\n", plan->user_class);
	out_add(out, "SendRelease=no\nUseMTU=no\n");
	if (plan->no_peer_dns)
		out_add(out, "UseDNS=no\nUseDomains=no\n");
	else
		out_add(out, "UseDomains=yes\n");
}

static void put_dhcp6(struct hand *h, const struct hand_nic *nic)
{
	const uint8_t *duid = h->in->duid;
	struct out *out = &h->out;

	out_add(out, "\n[DHCPv6]\n");
	if (h->in->len_duid > 2 && !duid[0] &&
	    (duid[1] == DUID_TYPE_LL || duid[1] == DUID_TYPE_UUID)) {
		out_add(out, "DUIDType=%s\nDUIDRawData=",
			duid[1] == DUID_TYPE_LL ? "link-layer" : "uuid");
		out_hex(out, duid + 2, h->in->len_duid - 2u, ":");
		out_add(out, "\n");
	}
	out_add(out, "IAID=%u\nSendRelease=no\n", hand_iaid(nic));
	if (nic->v6->v6 != IP6_AUTO)
		out_add(out, "WithoutRA=solicit\n");
	if (h->in->plan->no_peer_dns)
		out_add(out, "UseDNS=no\n");
	out_add(out, "\n[IPv6AcceptRA]\nUseDomains=%s\n", h->in->plan->no_peer_dns ? "no" : "yes");
	if (h->in->plan->no_peer_dns)
		out_add(out, "UseDNS=no\n");
}

static void put_route(struct out *out, const struct netconf *conf, const struct lease_route *route)
{
	char text[IP_TEXT_MAX];

	out_add(out, "\n[Route]\n");
	if (route->prefix || ip_is_unset(&route->gateway))
		out_add(out, "Destination=%s/%u\n", ip_text(&route->dst, text), route->prefix);
	if (ip_is_unset(&route->gateway)) {
		out_add(out, "Scope=link\n");
		return;
	}
	out_add(out, "Gateway=%s\n", ip_text(&route->gateway, text));
	if (hand_gateway_off_link(conf, &route->gateway))
		out_add(out, "GatewayOnLink=yes\n");
}

/* Leases bring theirs along where a client runs. */
static void put_routes(struct hand *h, const struct hand_nic *nic)
{
	const struct netconf *four = nic->conf4, *six = nic->conf6;

	for (uint8_t i = 0; four && !dhcp4(h, nic) && i < four->n_routes; i++)
		put_route(&h->out, four, &four->routes[i]);
	for (uint8_t i = 0; six && nic->v6 && nic->v6->v6 == IP6_STATIC && i < six->n_routes; i++)
		put_route(&h->out, six, &six->routes[i]);
	for (uint8_t i = 0; i < h->in->plan->n_routes; i++) {
		const struct plan_route *route = &h->in->plan->routes[i];

		if (hand_plan_route_here(h, nic, route))
			put_route(&h->out, route->route.gateway.family == IP_V6 ? six : four,
				  &route->route);
	}
}

void hand_networkd(struct hand *h, const struct hand_nic *nic)
{
	hand_begin(h);
	if (!put_match(&h->out, nic))
		return;
	if (is_bond_port(h, nic)) {
		out_add(&h->out, "\n[Link]\nUnmanaged=yes\n");
	} else {
		put_link(&h->out, nic);
		put_network(h, nic);
	}
	if (!nic->master) {
		if (dhcp4(h, nic))
			put_dhcp4(h);
		if (nic->v6 && hand_accepts_ra(nic))
			put_dhcp6(h, nic);
		put_routes(h, nic);
	}
	hand_end(h, 0644, "/run/systemd/network/00-netroot-%s.network", nic->name);
}
