/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of one NIC of the iBFT, and what they come to. A row per file. */
#include "core/ibft.h"

#include <string.h>

#include "core/ipspec.h"
#include "core/netspec.h"

#define FLAG_VALID 1U
#define FLAG_BOOT 2U
#define VLAN_ID_BITS 0xfffU /* IEEE 802.1Q 9.6: above them are priority and DEI */
#define VLAN_ID_RESERVED 4095
#define IPV6_PREFIX 64 /* RFC 4291 2.5.4 */

const char *ibft_source(uint32_t hba, char dst[static IBFT_SOURCE_MAX])
{
	struct out out = out_to(dst, IBFT_SOURCE_MAX);

	if (hba)
		out_add(&out, "iscsi_boot%u", hba - 1);
	else
		out_add(&out, "iBFT");
	return dst;
}

/* --- files --- */

bool ibft_take_flags(struct span text, bool *ret_valid, bool *ret_boot)
{
	uint64_t flags;

	if (!parse_uint(text, 10, 0, UINT8_MAX, &flags))
		return false;
	*ret_boot = flags & FLAG_BOOT;
	*ret_valid = flags & (FLAG_VALID | FLAG_BOOT);
	return true;
}

static bool take_flags(struct ibft_nic *nic, struct span text)
{
	return ibft_take_flags(text, &nic->valid, &nic->boot);
}

static bool take_mac(struct ibft_nic *nic, struct span text)
{
	static const struct mac_addr none = { 6, { 0 } };
	struct mac_addr mac;

	/* the lowest bit of the first byte is that of groups */
	if (!mac_parse(text, &mac) || mac.len != 6 || mac_eq(&mac, &none) || mac.bytes[0] & 1)
		return false;
	nic->mac = mac;
	return true;
}

/* The table has 16 bytes for all addresses, with those of IPv4 mapped (RFC 4291 2.5.5.2). */
static struct ip_addr unmapped(const struct ip_addr *ip)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	if (ip->family == IP_V6 && !memcmp(ip->bytes, prefix, sizeof(prefix)))
		return ip4_from_bytes(ip->bytes + sizeof(prefix));
	return *ip;
}

bool ibft_take_ip(struct ip_addr *dst, struct span text)
{
	struct ip_addr ip;

	if (!text.len)
		return true;
	if (!ip_parse(text, &ip))
		return false;
	ip = unmapped(&ip);
	if (ip_is_unset(&ip))
		return true;
	if (!ip_is_host(&ip))
		return false;
	*dst = ip;
	return true;
}

static bool take_address(struct ibft_nic *nic, struct span text)
{
	return ibft_take_ip(&nic->address, text);
}

static bool take_gateway(struct ibft_nic *nic, struct span text)
{
	return ibft_take_ip(&nic->gateway, text);
}

static bool take_dns0(struct ibft_nic *nic, struct span text)
{
	return ibft_take_ip(&nic->dns[0], text);
}

static bool take_dns1(struct ibft_nic *nic, struct span text)
{
	return ibft_take_ip(&nic->dns[1], text);
}

static bool take_dhcp(struct ibft_nic *nic, struct span text)
{
	return ibft_take_ip(&nic->dhcp, text);
}

/* The kernel makes it of the prefix length, whatever the family. */
static bool take_mask(struct ibft_nic *nic, struct span text)
{
	struct ip_addr mask;

	return ip_parse(text, &mask) && mask.family == IP_V4 &&
	       ip4_mask_to_prefix(ip4_to_he(&mask), &nic->prefix);
}

static bool take_prefix(struct ibft_nic *nic, struct span text)
{
	uint64_t prefix;

	if (!parse_uint(text, 10, 0, 128, &prefix))
		return false;
	nic->prefix = (uint8_t)prefix;
	return true;
}

static bool take_origin(struct ibft_nic *nic, struct span text)
{
	uint64_t origin;

	if (!parse_uint(text, 10, 0, UINT8_MAX, &origin))
		return false;
	nic->origin = (uint8_t)origin;
	return true;
}

static bool take_vlan(struct ibft_nic *nic, struct span text)
{
	uint64_t tci;

	if (!parse_uint(text, 10, 0, UINT16_MAX, &tci) || (tci & VLAN_ID_BITS) == VLAN_ID_RESERVED)
		return false;
	nic->vlan_id = (uint16_t)(tci & VLAN_ID_BITS);
	return true;
}

static bool take_host_name(struct ibft_nic *nic, struct span text)
{
	return !text.len ||
	       (host_name_valid(text) && text_copy(nic->host_name, sizeof(nic->host_name), text));
}

/* prefix-len, which came with Linux 4.4, counts where subnet-mask says otherwise. */
static const struct {
	const char *name;
	bool (*take)(struct ibft_nic *nic, struct span text);
} files[] = {
	{ "flags", take_flags },       { "mac", take_mac },
	{ "ip-addr", take_address },   { "subnet-mask", take_mask },
	{ "prefix-len", take_prefix }, { "gateway", take_gateway },
	{ "primary-dns", take_dns0 },  { "secondary-dns", take_dns1 },
	{ "dhcp", take_dhcp },	       { "vlan", take_vlan },
	{ "origin", take_origin },     { "hostname", take_host_name },
};

_Static_assert(sizeof(files) / sizeof(files[0]) <= 16, "unread has a bit for each");

const char *ibft_nic_file(size_t i)
{
	return i < sizeof(files) / sizeof(files[0]) ? files[i].name : NULL;
}

void ibft_nic_take(struct ibft_nic *nic, size_t i, struct span text)
{
	if (!files[i].take(nic, text))
		nic->unread |= (uint16_t)(1U << i);
}

/* --- what they come to --- */

static void choose_unread(const struct ibft_nic *nic, struct out *choices)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (nic->unread & 1U << i)
			netspec_choose(choices, "its %s makes no sense, left out", files[i].name);
}

static void set_prefix(const struct ibft_nic *nic, struct plan_ip *ip, struct out *choices)
{
	bool v6 = nic->address.family == IP_V6;

	ip->prefix = nic->prefix;
	if (ip->prefix && ip->prefix <= (v6 ? 128 : 32))
		return;
	ip->prefix = v6 ? IPV6_PREFIX : ip4_classful_prefix(ip4_to_he(&nic->address));
	netspec_choose(choices, "it has no prefix length for its address, /%u taken", ip->prefix);
}

static void set_static(const struct ibft_nic *nic, struct plan_ip *ip, struct out *choices)
{
	char text[IP_TEXT_MAX];

	if (nic->address.family == IP_V6)
		ip->v6 = IP6_STATIC;
	else
		ip->v4 = IP4_STATIC;
	set_prefix(nic, ip, choices);
	if (nic->gateway.family == nic->address.family)
		ip->gateway = nic->gateway;
	else if (nic->gateway.family != IP_NONE)
		netspec_choose(choices, "its gateway %s is of the other family, left out",
			       ip_text(&nic->gateway, text));
	for (size_t i = 0; i < sizeof(nic->dns) / sizeof(nic->dns[0]); i++)
		if (nic->dns[i].family != IP_NONE)
			ip->dns[ip->n_dns++] = nic->dns[i];
}

/* Where the table does not say of which family: both, as where nothing is said at all. */
static void set_methods(const struct ibft_nic *nic, struct plan_ip *ip, struct out *choices)
{
	bool dhcp = nic->origin == IBFT_ORIGIN_DHCP || nic->dhcp.family != IP_NONE;
	enum ip_family family = nic->address.family != IP_NONE ? nic->address.family
							       : nic->dhcp.family;

	/* with DHCP: what firmware was given is asked for first */
	ip->address = nic->address;
	if (family == IP_NONE) {
		ip->v4 = IP4_DHCP;
		ip->v6 = IP6_EITHER;
		if (!dhcp)
			netspec_choose(choices,
				       "it has neither an address nor DHCP, DHCP is asked");
	} else if (dhcp && family == IP_V4) {
		ip->v4 = IP4_DHCP;
	} else if (dhcp) {
		ip->v6 = IP6_DHCP;
	} else if (family == IP_V6 && nic->origin == IBFT_ORIGIN_RA) {
		ip->v6 = IP6_AUTO;
		ip->address = (struct ip_addr){ .family = IP_NONE };
	} else {
		set_static(nic, ip, choices);
	}
}

bool ibft_nic_plan(const struct ibft_nic *nic, struct plan_ip *ret_ip, struct plan_link *ret_link,
		   struct out *choices)
{
	struct plan_ip ip = { .given = { .by = FROM_IBFT } };
	struct plan_link link = { .given = ip.given, .kind = LINK_VLAN };
	struct out name = out_to(link.name, sizeof(link.name));

	choose_unread(nic, choices);
	if (!nic->mac.len)
		return false;
	set_methods(nic, &ip, choices);
	memcpy(ip.host_name, nic->host_name, sizeof(ip.host_name));
	if (nic->vlan_id) {
		/* dracut's name, which rules and words of the booted system may know */
		out_add(&name, "ibft%u.%u", nic->index, nic->vlan_id);
		link.vlan_id = nic->vlan_id;
		link.ports[link.n_ports++].mac = nic->mac;
		memcpy(ip.port.ifname, link.name, sizeof(ip.port.ifname));
	} else {
		ip.port.mac = nic->mac;
	}
	*ret_ip = ip;
	*ret_link = link;
	return true;
}
