/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NetworkManager: a keyfile for each NIC (nm-settings-keyfile(5)), the state that says it is active
 * already, and that configuration found on it is to be kept. NetworkManager assumes the running
 * connection where /run/NetworkManager/devices/<ifindex> names its uuid, as one from an initrd with
 * NetworkManager would (src/core/nm-manager.c, get_existing_connection). Keys are those of 1.42.
 */
#include <string.h>

#include "core/handnet_part.h"
#include "core/linkmsg.h"

#define UUID_TEXT_MAX 37
/* never gives up: what fails is the connection, and with it goes the address of the root */
#define NM_INFINITE 2147483647

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t seed, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint64_t v = 0xcbf29ce484222325u ^ seed;

	for (size_t i = 0; i < len; i++)
		v = (v ^ p[i]) * 0x100000001b3u;
	return v;
}

/* The same for the same NIC at every boot; version 8 (RFC 9562 5.8) leaves the making to us. */
static void uuid_of(const struct hand_nic *nic, char dst[static UUID_TEXT_MAX])
{
	struct out out = out_to(dst, UUID_TEXT_MAX);
	uint64_t a = hash(1, nic->name, strlen(nic->name));
	uint64_t b = hash(a, nic->mac.bytes, nic->mac.len);

	a = hash(b, nic->name, strlen(nic->name));
	out_add(&out, "%08x-%04x-8%03x-%04x-%012llx", (unsigned int)(a >> 32),
		(unsigned int)(a >> 16) & 0xffff, (unsigned int)a & 0xfff,
		((unsigned int)(b >> 48) & 0x3fff) | 0x8000,
		(unsigned long long)(b & 0xffffffffffff));
}

/* The backslash is the escape, ';' divides lists, blanks at the front are taken away. */
static void put_text(struct out *out, const char *key, const char *value)
{
	out_add(out, "%s=", key);
	for (const char *p = value; *p; p++) {
		if (*p == '\\')
			out_add(out, "\\\\");
		else if (*p == ' ' && p == value)
			out_add(out, "\\s");
		else
			out_add(out, "%c", *p);
	}
	out_add(out, "\n");
}

static bool mac_is_its_own(const struct hand_nic *nic)
{
	return !nic->link && !nic->master && nic->mac.len == 6 && !hand_mac_is_set(nic);
}

static const char *type_of(const struct hand_nic *nic)
{
	if (!nic->link)
		return nic->mac.len == MAC_LEN_MAX ? "infiniband" : "ethernet";
	return linkmsg_kind_name(nic->link->kind);
}

static void put_connection(struct hand *h, const struct hand_nic *nic)
{
	const struct plan_link *master = hand_master_of(h, nic);
	char id[32], uuid[UUID_TEXT_MAX];
	struct out id_out = out_to(id, sizeof(id));
	struct out *out = &h->out;

	uuid_of(nic, uuid);
	out_add(&id_out, "netroot-%s", nic->name);
	out_add(out, "[connection]\n");
	put_text(out, "id", id);
	out_add(out, "uuid=%s\ntype=%s\n", uuid, type_of(nic));
	/* by its MAC, for udev may rename it */
	if (!mac_is_its_own(nic))
		put_text(out, "interface-name", nic->name);
	out_add(out, "autoconnect-priority=%d\nautoconnect-retries=0\n", nic->boot ? 100 : 50);
	if (master) {
		put_text(out, "master", nic->master);
		out_add(out, "slave-type=%s\n", linkmsg_kind_name(master->kind));
	}
}

/* Options that 1.42 knows; one more, and it refuses the whole file. */
static bool bond_option_known(const char *name)
{
	static const char *const names[] = {
		"miimon",	    "downdelay",	"updelay",	     "arp_interval",
		"arp_ip_target",    "arp_validate",	"arp_all_targets",   "primary",
		"primary_reselect", "fail_over_mac",	"use_carrier",	     "ad_select",
		"xmit_hash_policy", "resend_igmp",	"lacp_rate",	     "ad_actor_sys_prio",
		"ad_actor_system",  "ad_user_port_key", "all_slaves_active", "min_links",
		"num_grat_arp",	    "num_unsol_na",	"packets_per_slave", "tlb_dynamic_lb",
		"lp_interval",	    "peer_notif_delay",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static void put_kind(struct hand *h, const struct hand_nic *nic)
{
	const struct hand_nic *parent;
	struct out *out = &h->out;
	char text[MAC_TEXT_MAX];

	if (!nic->link) {
		out_add(out, "\n[%s]\n", type_of(nic));
		if (nic->mac.len == MAC_LEN_MAX)
			out_add(out, "transport-mode=datagram\n");
		if (mac_is_its_own(nic))
			out_add(out, "mac-address=%s\n", mac_text(&nic->mac, text));
		if (nic->mtu)
			out_add(out, "mtu=%u\n", nic->mtu);
		return;
	}
	/* cloned-mac-address is left out: "preserve" is what links made elsewhere get */
	if (nic->mtu)
		out_add(out, "\n[ethernet]\nmtu=%u\n", nic->mtu);
	switch (nic->link->kind) {
	case LINK_VLAN:
		parent = hand_vlan_parent(h, nic);
		out_add(out, "\n[vlan]\nid=%u\n", nic->link->vlan_id);
		if (parent)
			put_text(out, "parent", parent->name);
		break;
	case LINK_BOND:
		out_add(out, "\n[bond]\nmode=%s\n", hand_bond_mode(nic->link));
		for (uint8_t i = 0; i < nic->link->n_options; i++)
			if (bond_option_known(nic->link->options[i].name) &&
			    text_is_printable(span_of(nic->link->options[i].value)))
				put_text(out, nic->link->options[i].name,
					 nic->link->options[i].value);
		break;
	case LINK_BRIDGE:
		out_add(out, "\n[bridge]\nstp=false\n");
		break;
	}
}

static void put_dns(struct hand *h, const struct hand_nic *nic, enum ip_family family)
{
	char text[IP_TEXT_MAX];
	struct hand_dns dns;

	hand_dns_of(h, nic, family, false, &dns);
	if (dns.n)
		out_add(&h->out, "dns=");
	for (uint8_t i = 0; i < dns.n; i++)
		out_add(&h->out, "%s;", ip_text(&dns.servers[i], text));
	out_add(&h->out, "%s", dns.n ? "\n" : "");
	if (h->in->plan->no_peer_dns)
		out_add(&h->out, "ignore-auto-dns=true\n");
}

static void put_route(struct out *out, unsigned int n, const struct netconf *conf,
		      const struct lease_route *route)
{
	char dst[IP_TEXT_MAX], gateway[IP_TEXT_MAX];

	out_add(out, "route%u=%s/%u", n, ip_text(&route->dst, dst), route->prefix);
	if (!ip_is_unset(&route->gateway))
		out_add(out, ",%s", ip_text(&route->gateway, gateway));
	out_add(out, "\n");
	if (!ip_is_unset(&route->gateway) && hand_gateway_off_link(conf, &route->gateway))
		out_add(out, "route%u_options=onlink=true\n", n);
}

/*
 * With "dhcp" NetworkManager listens to no router, and takes the default route off that the kernel
 * has from one. "auto" asks by DHCPv6 where the router says so (RFC 4861 4.2, M); where words ask
 * for DHCPv6 and the router does not, "auto" would let the lease of the root's address end.
 */
static bool hears_no_router(const struct hand_nic *nic)
{
	return nic->v6 && nic->v6->v6 == IP6_DHCP && !(nic->ra && nic->ra->managed);
}

/* Then the router's routes are given to it, to stay: the root may be behind them. How many. */
static unsigned int put_router(struct hand *h, const struct hand_nic *nic)
{
	const struct lease *ra = nic->ra;
	unsigned int n = 0;

	for (uint8_t i = 0; ra && hears_no_router(nic) && i < ra->n_routes; i++)
		put_route(&h->out, ++n, nic->conf6, &ra->routes[i]);
	return n;
}

/* Those of a static word, and rd.route=; with a lease come its own. */
static void put_routes(struct hand *h, const struct hand_nic *nic, enum ip_family family,
		       const struct netconf *conf, bool is_static)
{
	unsigned int n = family == IP_V6 ? put_router(h, nic) : 0;

	for (uint8_t i = 0; is_static && conf && i < conf->n_routes; i++)
		put_route(&h->out, ++n, conf, &conf->routes[i]);
	for (uint8_t i = 0; i < h->in->plan->n_routes; i++) {
		const struct plan_route *route = &h->in->plan->routes[i];

		if (route->route.gateway.family == family && hand_plan_route_here(h, nic, route))
			put_route(&h->out, ++n, conf, &route->route);
	}
}

static void put_client_id(struct hand *h, const struct hand_nic *nic)
{
	const struct hand_input *in = h->in;

	out_add(&h->out, "dhcp-client-id=");
	if (hand_client_id_is_mac(h, nic))
		out_add(&h->out, "mac");
	else if (nic->v4->len_client_id)
		out_hex(&h->out, nic->v4->client_id, nic->v4->len_client_id, ":");
	else
		out_hex(&h->out, in->client_id, in->len_client_id, ":");
	out_add(&h->out, "\n");
}

static void put_ipv4(struct hand *h, const struct hand_nic *nic)
{
	enum ip4_method method = nic->v4 ? nic->v4->v4 : IP4_OFF;
	const char *class = h->in->plan->vendor_class;
	struct out *out = &h->out;
	char text[IP_TEXT_MAX];

	out_add(out, "\n[ipv4]\n");
	switch (method) {
	case IP4_OFF:
		out_add(out, "method=disabled\n");
		return;
	case IP4_LINK_LOCAL:
		out_add(out, "method=link-local\n");
		return;
	case IP4_DHCP:
		out_add(out, "method=auto\ndhcp-timeout=%d\n", NM_INFINITE);
		put_client_id(h, nic);
		if (text_is_printable(span_of(class)) && !strchr(class, '\\'))
			put_text(out, "dhcp-vendor-class-identifier", class[0] ? class : "netroot");
		break;
	case IP4_STATIC:
		out_add(out, "method=manual\n");
		if (hand_has_address(nic->conf4))
			out_add(out, "address1=%s/%u\n", ip_text(&nic->conf4->address, text),
				nic->conf4->prefix);
		break;
	}
	put_dns(h, nic, IP_V4);
	put_routes(h, nic, IP_V4, nic->conf4, method == IP4_STATIC);
}

static const char *method6(const struct hand_nic *nic)
{
	switch (nic->v6 ? nic->v6->v6 : IP6_OFF) {
	case IP6_OFF: /* not asked about: as NetworkManager has it of itself */
	case IP6_AUTO:
	case IP6_EITHER:
		return "auto";
	case IP6_DHCP:
		return hears_no_router(nic) ? "dhcp" : "auto";
	case IP6_STATIC:
		return "manual";
	case IP6_LINK_LOCAL:
		return "link-local";
	}
	return "auto";
}

static void put_ipv6(struct hand *h, const struct hand_nic *nic)
{
	enum ip6_method method = nic->v6 ? nic->v6->v6 : IP6_OFF;
	struct out *out = &h->out;
	char text[IP_TEXT_MAX];

	if (!nic->v4 && !nic->v6) {
		/* under a VLAN: with "auto" nothing would come, the connection fail, and the VLAN's
		 * with it */
		out_add(out, "\n[ipv6]\nmethod=disabled\n");
		return;
	}
	out_add(out, "\n[ipv6]\nmethod=%s\n", method6(nic));
	/* the address that the kernel has made of an advertisement is the one to keep */
	out_add(out, "addr-gen-mode=eui64\nip6-privacy=0\n");
	if (method == IP6_STATIC && hand_has_address(nic->conf6))
		out_add(out, "address1=%s/%u\n", ip_text(&nic->conf6->address, text),
			nic->conf6->prefix);
	if (h->in->len_duid) {
		out_add(out, "dhcp-duid=");
		out_hex(out, h->in->duid, h->in->len_duid, ":");
		out_add(out, "\ndhcp-iaid=mac\n");
	}
	if (method == IP6_DHCP || method == IP6_EITHER)
		out_add(out, "dhcp-timeout=%d\n", NM_INFINITE);
	if (method != IP6_LINK_LOCAL) {
		put_dns(h, nic, IP_V6);
		put_routes(h, nic, IP_V6, nic->conf6, method == IP6_STATIC);
	}
}

/* Its own file, for NetworkManager reads them all and names sort. */
static void put_conf(struct hand *h, const struct hand_nic *nic)
{
	char text[MAC_TEXT_MAX];

	if (!hand_name_plain(nic->name))
		return;
	hand_begin(h);
	out_add(&h->out, "[device-netroot-%s]\nmatch-device=", nic->name);
	if (mac_is_its_own(nic))
		out_add(&h->out, "mac:%s\n", mac_text(&nic->mac, text));
	else
		out_add(&h->out, "interface-name:=%s\n", nic->name);
	out_add(&h->out, "keep-configuration=yes\n");
	hand_end(h, 0644, "/run/NetworkManager/conf.d/00-netroot-%s.conf", nic->name);
}

void hand_nm(struct hand *h, const struct hand_nic *nic)
{
	char uuid[UUID_TEXT_MAX];

	hand_begin(h);
	put_connection(h, nic);
	put_kind(h, nic);
	if (!nic->master) {
		put_ipv4(h, nic);
		put_ipv6(h, nic);
	}
	hand_end(h, 0600, "/run/NetworkManager/system-connections/netroot-%s.nmconnection",
		 nic->name);
	put_conf(h, nic);
	if (nic->ifindex <= 0)
		return;
	uuid_of(nic, uuid);
	hand_begin(h);
	out_add(&h->out, "[device]\nmanaged=true\nconnection-uuid=%s\n", uuid);
	hand_end(h, 0644, "/run/NetworkManager/devices/%d", nic->ifindex);
}
