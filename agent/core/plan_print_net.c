/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network's part of the plan as text. */
#include "core/plan_wish.h"

#include <string.h>

static void add_port(struct out *out, const struct plan_port *port)
{
	char mac[MAC_TEXT_MAX];

	if (port->mac.len)
		out_add(out, "%s", mac_text(&port->mac, mac));
	else
		plan_add_text(out, port->ifname);
}

static void add_addrs(struct out *out, const char *what, const struct ip_addr *list, uint8_t n)
{
	char ip[IP_TEXT_MAX];

	for (uint8_t i = 0; i < n; i++)
		out_add(out, "%s%s", i ? "," : what, ip_text(&list[i], ip));
}

static const char *method4(enum ip4_method method)
{
	switch (method) {
	case IP4_DHCP:
		return "DHCPv4";
	case IP4_STATIC:
		return "static";
	case IP4_LINK_LOCAL:
		return "IPv4 link-local";
	case IP4_OFF:
		return "";
	}
	return "";
}

static const char *method6(enum ip6_method method)
{
	switch (method) {
	case IP6_AUTO:
		return "IPv6 as advertised";
	case IP6_DHCP:
		return "DHCPv6";
	case IP6_EITHER:
		return "IPv6 as advertised or by DHCPv6";
	case IP6_STATIC:
		return "static";
	case IP6_LINK_LOCAL:
		return "IPv6 link-local only";
	case IP6_OFF:
		return "";
	}
	return "";
}

static void add_methods(struct out *out, const struct plan_ip *ip)
{
	const char *v4 = method4(ip->v4), *v6 = method6(ip->v6);

	if (!v4[0] && !v6[0])
		out_add(out, "off");
	else
		out_add(out, "%s%s%s", v4, v4[0] && v6[0] ? " and " : "", v6);
}

static uint8_t n_ips(const struct plan *plan)
{
	return plan->n_ips;
}

static void value_ip(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_ip *ip = &plan->ips[i];
	char a[IP_TEXT_MAX], mac[MAC_TEXT_MAX];

	*ret = ip->given;
	add_methods(out, ip);
	out_add(out, " on ");
	if (ip->port.ifname[0] || ip->port.mac.len)
		add_port(out, &ip->port);
	else
		out_add(out, plan->bootif.len ? "the BOOTIF NIC" : "all wired NICs");
	if (ip->address.family != IP_NONE)
		out_add(out, " address %s", ip_text(&ip->address, a));
	if (ip->v4 == IP4_STATIC || ip->v6 == IP6_STATIC)
		out_add(out, "/%u", ip->prefix);
	if (ip->leased)
		out_add(out, " of firmware's lease");
	if (ip->gateway.family != IP_NONE)
		out_add(out, " gateway %s", ip_text(&ip->gateway, a));
	if (ip->server.family != IP_NONE)
		out_add(out, " server %s", ip_text(&ip->server, a));
	add_addrs(out, " dns ", ip->dns, ip->n_dns);
	add_addrs(out, " ntp ", ip->ntp, ip->n_ntp);
	if (ip->mtu)
		out_add(out, " MTU %u", ip->mtu);
	if (ip->set_mac.len)
		out_add(out, " with MAC address %s", mac_text(&ip->set_mac, mac));
	if (ip->len_client_id) {
		out_add(out, " client-id ");
		out_hex(out, ip->client_id, ip->len_client_id, ":");
	}
}

static uint8_t n_links(const struct plan *plan)
{
	return plan->n_links;
}

static void add_ports(struct out *out, const struct plan_link *link)
{
	for (uint8_t i = 0; i < link->n_ports; i++) {
		out_add(out, i ? "," : "");
		add_port(out, &link->ports[i]);
	}
}

static void value_link(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_link *link = &plan->links[i];

	*ret = link->given;
	switch (link->kind) {
	case LINK_VLAN:
		out_add(out, "VLAN %u on ", link->vlan_id);
		add_ports(out, link);
		out_add(out, ", named ");
		plan_add_text(out, link->name);
		break;
	case LINK_BOND:
	case LINK_BRIDGE:
		out_add(out, "%s ", link->kind == LINK_BOND ? "bond" : "bridge");
		plan_add_text(out, link->name);
		out_add(out, " of ");
		add_ports(out, link);
		break;
	}
	for (uint8_t k = 0; k < link->n_options; k++) {
		out_add(out, " ");
		plan_add_text(out, link->options[k].name);
		out_add(out, "=");
		plan_add_text(out, link->options[k].value);
	}
	if (link->mtu)
		out_add(out, " MTU %u", link->mtu);
}

static uint8_t n_renames(const struct plan *plan)
{
	return plan->n_renames;
}

static void value_rename(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	char mac[MAC_TEXT_MAX];

	*ret = plan->renames[i].given;
	out_add(out, "%s is named ", mac_text(&plan->renames[i].mac, mac));
	plan_add_text(out, plan->renames[i].name);
}

static uint8_t n_routes(const struct plan *plan)
{
	return plan->n_routes;
}

static void value_route(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	const struct plan_route *route = &plan->routes[i];
	char dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];

	*ret = route->given;
	out_add(out, "%s/%u", ip_text(&route->route.dst, dst), route->route.prefix);
	if (!ip_is_unset(&route->route.gateway))
		out_add(out, " by %s", ip_text(&route->route.gateway, gateway));
	if (route->ifname[0]) {
		out_add(out, " on ");
		plan_add_text(out, route->ifname);
	}
}

static void value_bootif(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	char mac[MAC_TEXT_MAX];

	(void)i;
	*ret = plan->bootif_given;
	if (plan->bootif.len)
		out_add(out, "%s", mac_text(&plan->bootif, mac));
}

static void value_bootdev(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->bootdev_given;
	if (plan->bootdev_given.by)
		add_port(out, &plan->bootdev);
}

static void value_ibft_nic(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->ibft_nic_given;
	if (plan->ibft_nic_given.by)
		add_port(out, &plan->ibft_nic);
}

static void value_dns(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->dns_given;
	add_addrs(out, "", plan->dns, plan->n_dns);
}

static void value_peer_dns(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->peer_dns_given;
	if (plan->no_peer_dns)
		out_add(out, "no");
}

static void value_mtu(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->mtu_given;
	if (plan->mtu)
		out_add(out, "%u", plan->mtu);
}

static void value_vendor_class(const struct plan *plan, uint8_t i, struct out *out,
			       struct given *ret)
{
	(void)i;
	*ret = plan->vendor_class_given;
	plan_add_text(out, plan->vendor_class);
}

static void value_user_class(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->user_class_given;
	plan_add_text(out, plan->user_class);
}

static void value_client_id(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->client_id_given;
	out_hex(out, plan->client_id, plan->len_client_id, ":");
}

static void add_seconds(struct out *out, uint32_t seconds)
{
	if (seconds)
		out_add(out, "%u s", seconds);
	else
		out_add(out, "never");
}

static void value_carrier(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->carrier_s_given;
	if (plan->carrier_s_given.by)
		add_seconds(out, plan->carrier_s);
}

static void value_dhcp(const struct plan *plan, uint8_t i, struct out *out, struct given *ret)
{
	(void)i;
	*ret = plan->dhcp_s_given;
	if (plan->dhcp_s_given.by)
		add_seconds(out, plan->dhcp_s);
}

static const struct plan_field fields[] = {
	{ "rename", n_renames, "", value_rename },
	{ "link", n_links, "", value_link },
	{ "ip", n_ips, "", value_ip },
	{ "bootif", NULL, "", value_bootif },
	{ "bootdev", NULL, "", value_bootdev },
	{ "ibft_nic", NULL, "", value_ibft_nic },
	{ "route", n_routes, "", value_route },
	{ "dns", NULL, "", value_dns },
	{ "peer_dns", NULL, "", value_peer_dns },
	{ "mtu", NULL, "", value_mtu },
	{ "vendor_class", NULL, "", value_vendor_class },
	{ "user_class", NULL, "", value_user_class },
	{ "client_id", NULL, "", value_client_id },
	{ "carrier_timeout", NULL, "", value_carrier },
	{ "dhcp_timeout", NULL, "", value_dhcp },
};

const struct plan_field *plan_field_net(size_t i)
{
	return i < sizeof(fields) / sizeof(fields[0]) ? &fields[i] : NULL;
}
