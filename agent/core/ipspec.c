/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading ip=. Sources of the rules: Documentation/admin-guide/nfs/nfsroot.rst and
 * net/ipv4/ipconfig.c of the kernel, dracut.cmdline(7), klibc's ipconfig,
 * systemd-network-generator(8). A method is a row of methods[]; a form is a function called by
 * ipspec_parse().
 */
#include "core/ipspec.h"

#include <errno.h>
#include <string.h>

#include "core/linkspec.h"
#include "core/netspec.h"

#define IPV6_MTU_MIN 1280 /* RFC 8200 5 */
#define IPV6_PREFIX 64 /* RFC 4291 2.5.4: what an interface identifier leaves */

/* Fields of the long form up to the method; what stands behind is told apart by content. */
enum { CLIENT, SERVER, GATEWAY, NETMASK, HOSTNAME, DEVICE, METHOD, N_HEAD };

struct method_row {
	const char *word;
	enum ip4_method v4;
	enum ip6_method v6;
	const char *not_spoken; /* asked for, DHCP takes its place */
	const char *refused; /* why it cannot be a method here */
};

static const struct method_row methods[] = {
	{ .word = "dhcp", .v4 = IP4_DHCP },
	{ .word = "dhcp4", .v4 = IP4_DHCP },
	/* dracut: DHCP on all NICs side by side, first lease wins; that is how it is done here */
	{ .word = "single-dhcp", .v4 = IP4_DHCP },
	/* the kernel and dracut: any protocol; systemd: DHCP of both families */
	{ .word = "on", .v4 = IP4_DHCP, .v6 = IP6_EITHER },
	{ .word = "any", .v4 = IP4_DHCP, .v6 = IP6_EITHER },
	{ .word = "off" },
	{ .word = "none" },
	{ .word = "static" },
	{ .word = "bootp", .v4 = IP4_DHCP, .not_spoken = "BOOTP is" },
	{ .word = "rarp", .v4 = IP4_DHCP, .not_spoken = "RARP is" },
	{ .word = "both", .v4 = IP4_DHCP, .not_spoken = "BOOTP and RARP are" },
	{ .word = "dhcp6", .v6 = IP6_DHCP },
	{ .word = "auto6", .v6 = IP6_AUTO },
	{ .word = "either6", .v6 = IP6_EITHER },
	{ .word = "link6", .v6 = IP6_LINK_LOCAL },
	{ .word = "link-local", .v4 = IP4_LINK_LOCAL, .v6 = IP6_LINK_LOCAL },
	/* ip=ibft is read before this grammar */
	{ .word = "ibft", .refused = "stands alone, firmware's table names the NICs" },
	{ .word = "frommedia", .refused = "is live-boot's, there is no medium with interfaces" },
};

static const struct method_row *method_find(struct span word)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (span_eq(word, methods[i].word))
			return &methods[i];
	return NULL;
}

bool ifname_valid(struct span name)
{
	if (!name.len || name.len >= IFNAME_MAX || span_eq(name, ".") || span_eq(name, ".."))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~' || name.p[i] == '/' || name.p[i] == ':')
			return false;
	return true;
}

static bool alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool host_name_valid(struct span name)
{
	if (!name.len || name.len > 253)
		return false;
	while (name.p) {
		struct span label = span_cut(&name, '.');

		if (!label.len || label.len > 63 || !alnum(label.p[0]) ||
		    !alnum(label.p[label.len - 1]))
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!alnum(label.p[i]) && label.p[i] != '-' && label.p[i] != '_')
				return false;
	}
	return true;
}

static bool ip6_is_loopback(const struct ip_addr *ip)
{
	static const struct ip_addr loopback = { IP_V6, { [15] = 1 } };

	return ip_eq(ip, &loopback);
}

bool ip_is_host(const struct ip_addr *ip)
{
	switch (ip->family) {
	case IP_NONE:
		return false;
	case IP_V4:
		/* 0/8 and 127/8: RFC 1122 3.2.1.3; 224/4 multicast, 240/4 reserved, broadcast */
		return ip->bytes[0] != 0 && ip->bytes[0] != 127 && ip->bytes[0] < 224;
	case IP_V6:
		return !ip_is_unset(ip) && ip->bytes[0] != 0xff && !ip6_is_loopback(ip);
	}
	return false;
}

bool bootif_parse(struct span value, struct mac_addr *ret)
{
	uint64_t hardware_type;

	if (mac_parse(value, ret))
		return true;
	if (value.len < 3 || (value.p[2] != '-' && value.p[2] != ':') ||
	    !parse_uint((struct span){ value.p, 2 }, 16, 0, 255, &hardware_type))
		return false;
	return mac_parse(span_skip(value, 3), ret);
}

/* --- methods --- */

/*
 * The kernel's "dhcp,<type>,<value>", behind the first comma: the number as kstrtou8() with base 0,
 * the value up to the end, commas included.
 */
static int take_client_id(struct span text, struct plan_ip *ip, struct err *err)
{
	struct span value = text, type = span_cut(&value, ',');
	bool hex = type.len > 2 && type.p[0] == '0' && (type.p[1] | 0x20) == 'x';
	unsigned int base = hex ? 16 : type.len > 1 && type.p[0] == '0' ? 8 : 10;
	char q[NETSPEC_QUOTE_MAX];
	uint64_t number;

	if (!parse_uint(hex ? span_skip(type, 2) : type, base, 0, 255, &number))
		return err_set(err, EINVAL, "\"%s\" is no type of a client identifier (0 to 255)",
			       netspec_quote(q, type));
	if (!value.len)
		return err_set(err, EINVAL,
			       "the client identifier is empty, the form is dhcp,<type>,<value>");
	if (value.len >= PLAN_CLIENT_ID_MAX || !text_is_printable(value))
		return err_set(
			err, EINVAL,
			"the client identifier \"%s\" is not printable or longer than %d bytes",
			netspec_quote(q, value), PLAN_CLIENT_ID_MAX - 1);
	ip->client_id[0] = (uint8_t)number;
	memcpy(ip->client_id + 1, value.p, value.len);
	ip->len_client_id = (uint8_t)(value.len + 1);
	return 0;
}

/* One more of dracut's comma list; those of IPv6 that hand out addresses can be asked together. */
static void add_method(const struct method_row *row, struct plan_ip *ip, struct out *choices)
{
	if (row->not_spoken)
		netspec_choose(choices, "%s not spoken, DHCP is asked", row->not_spoken);
	if (ip->v4 == IP4_OFF)
		ip->v4 = row->v4;
	else if (row->v4 != IP4_OFF && row->v4 != ip->v4)
		netspec_choose(choices, "\"%s\" is left out for IPv4, the method before it counts",
			       row->word);
	if (ip->v6 == IP6_OFF || ip->v6 == IP6_LINK_LOCAL)
		ip->v6 = row->v6 == IP6_OFF ? ip->v6 : row->v6;
	else if (row->v6 != IP6_OFF && row->v6 != IP6_LINK_LOCAL && row->v6 != ip->v6)
		ip->v6 = IP6_EITHER;
}

static bool starts_with_digit(struct span s)
{
	return s.len && s.p[0] >= '0' && s.p[0] <= '9';
}

static int take_methods(struct span list, struct plan_ip *ip, struct out *choices, struct err *err)
{
	char q[NETSPEC_QUOTE_MAX];

	do {
		struct span word = span_cut(&list, ',');
		const struct method_row *row = method_find(word);

		if (!row)
			return err_set(err, EINVAL, "\"%s\" is no method of configuration",
				       netspec_quote(q, word));
		if (row->refused)
			return err_set(err, EINVAL, "the method \"%s\" %s", row->word,
				       row->refused);
		add_method(row, ip, choices);
		if (span_eq(word, "dhcp") && starts_with_digit(list))
			return take_client_id(list, ip, err);
	} while (list.p);
	return 0;
}

/* --- fields --- */

static int take_mask(struct span field, struct plan_ip *ip, struct out *choices, struct err *err)
{
	bool v6 = ip->address.family == IP_V6;
	struct ip_addr mask = { 0 };
	char q[NETSPEC_QUOTE_MAX];
	uint64_t prefix;

	if (parse_uint(field, 10, 1, v6 ? 128 : 32, &prefix)) {
		ip->prefix = (uint8_t)prefix;
		return 0;
	}
	if (v6 && field.len)
		return err_set(err, EINVAL, "\"%s\" is no prefix length (1 to 128)",
			       netspec_quote(q, field));
	if (field.len && (!ip_parse(field, &mask) || mask.family != IP_V4 ||
			  !ip4_mask_to_prefix(ip4_to_he(&mask), &ip->prefix)))
		return err_set(err, EINVAL, "\"%s\" is neither a netmask nor a prefix length",
			       netspec_quote(q, field));
	if (!ip_is_unset(&mask))
		return 0;
	if (v6) {
		ip->prefix = IPV6_PREFIX;
		netspec_choose(choices, "no prefix length given, /%u taken", ip->prefix);
	} else {
		ip->prefix = ip4_classful_prefix(ip4_to_he(&ip->address));
		netspec_choose(choices, "no netmask given, /%u by the class of the address",
			       ip->prefix);
	}
	return 0;
}

static bool same_network(const struct ip_addr *a, const struct ip_addr *b, uint8_t prefix)
{
	for (int i = 0; i < prefix; i++)
		if ((a->bytes[i / 8] ^ b->bytes[i / 8]) & 0x80 >> i % 8)
			return false;
	return true;
}

/* fe80::/10 */
/* RFC 3021: /31 has neither network nor broadcast address. */
static int check_ip4_host(const struct plan_ip *ip, struct err *err)
{
	uint32_t mask = ip4_prefix_to_mask(ip->prefix), addr = ip4_to_he(&ip->address);
	char a[IP_TEXT_MAX];

	if (ip->prefix >= 31 || ((addr & ~mask) && (addr & ~mask) != ~mask))
		return 0;
	return err_set(err, EINVAL, "%s is the %s address of its /%u network",
		       ip_text(&ip->address, a), addr & ~mask ? "broadcast" : "network",
		       ip->prefix);
}

/* A static address within its network, and the gateway within reach. */
static int check_network(const struct plan_ip *ip, struct out *choices, struct err *err)
{
	char a[IP_TEXT_MAX], g[IP_TEXT_MAX];
	int r;

	if (ip->address.family == IP_V4 && (r = check_ip4_host(ip, err)))
		return r;
	if (!ip_is_unset(&ip->gateway) && !ip_is_link_local(&ip->gateway) &&
	    !same_network(&ip->gateway, &ip->address, ip->prefix))
		netspec_choose(choices, "the gateway %s is outside the network of %s/%u",
			       ip_text(&ip->gateway, g), ip_text(&ip->address, a), ip->prefix);
	return 0;
}

/* dracut's peer: "<address>[/<plen>]"; the brackets of IPv6 may stand around both. */
static int take_server(struct span field, struct plan_ip *ip, struct span *ret_prefix,
		       struct err *err)
{
	struct span inner = netspec_unbracket(field), host, prefix;
	char q[NETSPEC_QUOTE_MAX];
	uint64_t number;

	*ret_prefix = (struct span){ NULL, 0 };
	if (span_find(field, '/') == field.len)
		return netspec_host(field, "server", &ip->server, err);
	prefix = inner;
	host = span_cut(&prefix, '/');
	if (!parse_uint(prefix, 10, 1, 128, &number))
		return err_set(err, EINVAL,
			       "\"%s\" behind the server is no prefix length (1 to 128)",
			       netspec_quote(q, prefix));
	*ret_prefix = prefix;
	return netspec_host(host, "server", &ip->server, err);
}

static int take_device(struct span field, struct plan_ip *ip, struct err *err)
{
	/* klibc's "all" */
	if (!field.len || span_eq(field, "all"))
		return 0;
	return linkspec_port(field, &ip->port, err);
}

static void take_host_name(struct span field, struct plan_ip *ip, struct out *choices)
{
	char q[NETSPEC_QUOTE_MAX];

	if (!field.len)
		return;
	if (!host_name_valid(field) || !text_copy(ip->host_name, sizeof(ip->host_name), field))
		netspec_choose(choices, "\"%s\" is no host name, ignored", netspec_quote(q, field));
}

/* --- what stands behind the method --- */

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

/* "[<mtu>][:<mac>]" */
static int take_mtu_mac(struct span tail, struct plan_ip *ip, struct err *err)
{
	struct span mtu = span_cut(&tail, ':');
	int r;

	if (mtu.len && (r = netspec_mtu(mtu, &ip->mtu, err)))
		return r;
	return tail.len ? netspec_own_mac(tail, &ip->set_mac, err) : 0;
}

/* "<dns0>:<dns1>:<ntp0>", each of which may be empty. */
static int take_servers(struct span tail, struct plan_ip *ip, struct err *err)
{
	for (int i = 0; tail.p; i++) {
		struct ip_addr server = { 0 };
		int r = netspec_host(netspec_cut(&tail, ':'),
				     i == 2 ? "time server" : "name server", &server, err);

		if (r)
			return r;
		if (i > 2)
			return err_set(err, EINVAL,
				       "behind the method stand at most two name servers and a "
				       "time server, or MTU and MAC address");
		if (ip_is_unset(&server))
			continue;
		if (i == 2)
			ip->ntp[ip->n_ntp++] = server;
		else
			ip->dns[ip->n_dns++] = server;
	}
	return 0;
}

/* An MTU is a number, and no server is; without it, only a MAC address can be told from servers. */
static int take_tail(struct span tail, struct plan_ip *ip, struct err *err)
{
	struct span rest = tail, first = span_cut(&rest, ':');
	struct mac_addr mac;

	if (all_digits(first) || (!first.len && mac_parse(rest, &mac)))
		return take_mtu_mac(tail, ip, err);
	return take_servers(tail, ip, err);
}

/* --- the forms --- */

/* Method and address together: an address is static unless DHCP of its family is asked for it. */
static void settle(struct plan_ip *ip, struct span methods_text, struct out *choices)
{
	bool v4 = ip->address.family == IP_V4, v6 = ip->address.family == IP_V6;
	char a[IP_TEXT_MAX], q[NETSPEC_QUOTE_MAX];

	(void)ip_text(&ip->address, a);
	(void)netspec_quote(q, methods_text);
	/* as klibc; dracut stops the boot, the kernel decides by the number of NICs */
	if ((v4 && ip->v4 == IP4_DHCP) || (v6 && ip->v6 == IP6_DHCP)) {
		netspec_choose(choices, "both an address and \"%s\" given, DHCP is asked for %s", q,
			       a);
		return;
	}
	if ((v4 && ip->v4 == IP4_LINK_LOCAL) ||
	    (v6 && (ip->v6 == IP6_AUTO || ip->v6 == IP6_EITHER)))
		netspec_choose(choices, "both an address and \"%s\" given, %s is static", q, a);
	if (v4)
		ip->v4 = IP4_STATIC;
	if (v6)
		ip->v6 = IP6_STATIC;
}

static int check_families(const struct plan_ip *ip, struct err *err)
{
	char a[IP_TEXT_MAX], g[IP_TEXT_MAX];

	if (ip_is_unset(&ip->address) || ip_is_unset(&ip->gateway) ||
	    ip->address.family == ip->gateway.family)
		return 0;
	return err_set(err, EINVAL, "the address %s cannot be routed by the gateway %s",
		       ip_text(&ip->address, a), ip_text(&ip->gateway, g));
}

/* Nothing can be reached through oneself. */
static void drop_own(struct ip_addr *ip, const char *what, const struct plan_ip *of,
		     struct out *choices)
{
	char a[IP_TEXT_MAX];

	if (ip_is_unset(ip) || !ip_eq(ip, &of->address))
		return;
	netspec_choose(choices, "the %s %s is the machine's own address, left out", what,
		       ip_text(ip, a));
	memset(ip, 0, sizeof(*ip));
}

/* The netmask, or what dracut writes behind the peer. */
static int take_network(struct span mask, struct span peer_prefix, struct plan_ip *ip,
			struct out *choices, struct err *err)
{
	int r;

	if (ip->v4 != IP4_STATIC && ip->v6 != IP6_STATIC)
		return 0;
	r = take_mask(mask.len ? mask : peer_prefix, ip, choices, err);
	return r ? r : check_network(ip, choices, err);
}

static int long_form(struct span value, struct plan_ip *ip, struct out *choices, struct err *err)
{
	struct span f[N_HEAD] = { { NULL, 0 } }, peer_prefix;
	char sep;
	int r;

	for (int i = 0; i < N_HEAD && value.p; i++)
		f[i] = i == DEVICE ? netspec_cut_port(&value, ":", &sep) : netspec_cut(&value, ':');
	if ((r = netspec_host(f[CLIENT], "address", &ip->address, err)) ||
	    (r = take_server(f[SERVER], ip, &peer_prefix, err)) ||
	    (r = netspec_host(f[GATEWAY], "gateway", &ip->gateway, err)) ||
	    (r = check_families(ip, err)) || (r = take_device(f[DEVICE], ip, err)))
		return r;
	if (f[METHOD].len)
		r = take_methods(f[METHOD], ip, choices, err);
	else if (ip_is_unset(&ip->address))
		ip->v4 = IP4_DHCP;
	if (r)
		return r;
	drop_own(&ip->server, "server", ip, choices);
	drop_own(&ip->gateway, "gateway", ip, choices);
	settle(ip, f[METHOD], choices);
	if ((r = take_network(f[NETMASK], peer_prefix, ip, choices, err)) ||
	    (r = take_tail(value, ip, err)))
		return r;
	take_host_name(f[HOSTNAME], ip, choices);
	/* IPAPPEND 1 of PXELINUX, ${net0/...} of iPXE: what DHCP gave to them */
	ip->leased = f[NETMASK].p && !f[HOSTNAME].p && ip->v4 == IP4_STATIC;
	return 0;
}

/* <device>:<method>[:[<mtu>][:<mac>]]; the device may be a MAC with its own colons. */
static int device_form(struct span value, struct plan_ip *ip, struct out *choices, struct err *err)
{
	char sep;
	struct span device = netspec_cut_port(&value, ":", &sep);
	struct span list = span_cut(&value, ':');
	uint64_t group;
	int r;

	if ((r = take_device(device, ip, err)))
		return r;
	r = take_methods(list, ip, choices, err);
	if (r && device.len <= 4 && parse_uint(device, 16, 0, 0xffff, &group))
		return err_set(
			err, EINVAL,
			"neither a device with a method nor an address (IPv6 stands in [ ])");
	return r ? r : take_mtu_mac(value, ip, err);
}

/* Meant as an address, right or wrong; a device name of only digits and dots is nobody's. */
static bool looks_numeric(struct span field)
{
	for (size_t i = 0; i < field.len; i++)
		if (field.p[i] != '.' && (field.p[i] < '0' || field.p[i] > '9'))
			return false;
	return span_find(field, '.') < field.len && field.p[0] != '.';
}

bool ipspec_is_live(struct span value)
{
	struct span device = span_cut(&value, ':'), address = span_cut(&value, ':');
	struct ip_addr ip;

	return device.len && !looks_numeric(device) && ip_parse(address, &ip) && ip.family == IP_V4;
}

/* <device>:<address>[:<netmask>[:<gateway>[:<nameserver>]]] */
static int live_form(struct span value, struct plan_ip *ip, struct out *choices, struct err *err)
{
	struct span device = span_cut(&value, ':'), address = span_cut(&value, ':');
	struct span mask = span_cut(&value, ':'), gateway = span_cut(&value, ':');
	struct span dns = span_cut(&value, ':'), none = { NULL, 0 };
	int r;

	if ((r = take_device(device, ip, err)) ||
	    (r = netspec_host(address, "address", &ip->address, err)) ||
	    (r = netspec_host(gateway, "gateway", &ip->gateway, err)) ||
	    (r = netspec_host(dns, "name server", &ip->dns[0], err)))
		return r;
	if (value.p)
		return err_set(err, EINVAL,
			       "live-boot's form has no more than <device>:<address>:<netmask>:"
			       "<gateway>:<nameserver>");
	if (ip_is_unset(&ip->address))
		return err_set(err, EINVAL, "no address behind the device");
	ip->v4 = IP4_STATIC;
	ip->n_dns = !ip_is_unset(&ip->dns[0]);
	netspec_choose(choices, "read as live-boot does, device, address, netmask");
	drop_own(&ip->gateway, "gateway", ip, choices);
	return take_network(mask, none, ip, choices, err);
}

/* ":dhcp": dracut's device form with the device left out. */
static bool is_device_form(struct span value)
{
	struct span first = span_cut(&value, ':');

	if (!first.len)
		return method_find(span_cut(&value, ':')) != NULL;
	return first.p[0] != '[' && !looks_numeric(first);
}

int ipspec_parse(struct span value, struct plan_ip *ret, struct out *choices, struct err *err)
{
	struct plan_ip ip = { .v4 = IP4_OFF, .v6 = IP6_OFF };
	bool has_fields = span_find(value, ':') < value.len;
	int r = 0;

	if (!value.len)
		; /* the kernel's "ip=": no configuration */
	else if (span_starts(value, "dhcp,")) /* an identifier may hold ':' */
		r = take_methods(value, &ip, choices, err);
	else if (ipspec_is_live(value))
		r = live_form(value, &ip, choices, err);
	else if (has_fields && is_device_form(value))
		r = device_form(value, &ip, choices, err);
	else if (has_fields || value.p[0] == '[' || looks_numeric(value))
		r = long_form(value, &ip, choices, err);
	else
		r = take_methods(value, &ip, choices, err);
	if (r)
		return r;
	if (ip.mtu && ip.mtu < IPV6_MTU_MIN && ip.v6 != IP6_OFF)
		netspec_choose(choices, "IPv6 does not work with an MTU below %d", IPV6_MTU_MIN);
	ip.given = ret->given;
	*ret = ip;
	return 0;
}
