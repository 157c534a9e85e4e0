/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading ip=. Sources of the rules: Documentation/admin-guide/nfs/nfsroot.rst and
 * net/ipv4/ipconfig.c of the kernel, dracut.cmdline(7). A form or method that comes later is a row
 * of methods[] or a function beside long_form() and device_form().
 */
#include "core/ipspec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIELDS_MAX 16
#define QUOTE_MAX 64

enum { CLIENT, SERVER, GATEWAY, NETMASK, HOSTNAME, DEVICE, AUTOCONF, DNS0, DNS1, NTP0, N_LONG };

struct method_row {
	const char *word;
	enum ip4_method method;
	bool later; /* known to others, not supported yet */
};

static const struct method_row methods[] = {
	{ "dhcp", IP4_DHCP, false },
	{ "on", IP4_DHCP, false },
	{ "any", IP4_DHCP, false },
	/* dracut: DHCP on all NICs side by side, first lease wins; that is how it is done here */
	{ "single-dhcp", IP4_DHCP, false },
	{ "off", IP4_OFF, false },
	{ "none", IP4_OFF, false },
	{ "static", IP4_OFF, false },
	{ "bootp", IP4_OFF, true },
	{ "rarp", IP4_OFF, true },
	{ "both", IP4_OFF, true },
	{ "dhcp6", IP4_OFF, true },
	{ "auto6", IP4_OFF, true },
	{ "either6", IP4_OFF, true },
	{ "link6", IP4_OFF, true },
	{ "link-local", IP4_OFF, true },
	{ "ibft", IP4_OFF, true },
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

bool ip_is_host(const struct ip_addr *ip)
{
	switch (ip->family) {
	case IP_NONE:
		return false;
	case IP_V4:
		/* 0/8 and 127/8: RFC 1122 3.2.1.3; 224/4 multicast, 240/4 reserved, broadcast */
		return ip->bytes[0] != 0 && ip->bytes[0] != 127 && ip->bytes[0] < 224;
	case IP_V6:
		return !ip_is_unset(ip) && ip->bytes[0] != 0xff;
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

/* Fields between ':', which is no separator inside [ ]. FIELDS_MAX + 1: too many. */
static size_t split(struct span value, struct span fields[static FIELDS_MAX])
{
	size_t n = 0, from = 0;
	bool bracket = false;

	for (size_t i = 0; i <= value.len; i++) {
		if (i < value.len) {
			if (value.p[i] == '[')
				bracket = true;
			else if (value.p[i] == ']')
				bracket = false;
			if (value.p[i] != ':' || bracket)
				continue;
		}
		if (n == FIELDS_MAX)
			return FIELDS_MAX + 1;
		fields[n++] = (struct span){ value.p ? value.p + from : NULL, i - from };
		from = i + 1;
	}
	return n;
}

static const char *quote(char dst[static QUOTE_MAX], struct span s)
{
	return text_quote(dst, QUOTE_MAX, s);
}

__attribute__((format(printf, 2, 3))) static void choose(struct out *choices, const char *fmt, ...)
{
	char line[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	out_add(choices, "%s%s", choices->len ? "; " : "", line);
}

/* Empty and 0.0.0.0 leave the address unset, as in the kernel. */
static int parse_host(struct span field, const char *what, struct ip_addr *ret, struct err *err)
{
	struct ip_addr ip = { 0 };
	char q[QUOTE_MAX];

	if (!field.len)
		return 0;
	if (field.p[0] == '[')
		return err_set(err, ENOTSUP, "IPv6 (%s %s) is not supported yet", what,
			       quote(q, field));
	if (!ip_parse(field, &ip) || ip.family != IP_V4)
		return err_set(err, EINVAL, "the %s \"%s\" is no IPv4 address", what,
			       quote(q, field));
	if (ip_is_unset(&ip))
		return 0;
	if (!ip_is_host(&ip))
		return err_set(err, EINVAL, "the %s %s cannot be the address of a host", what,
			       quote(q, field));
	*ret = ip;
	return 0;
}

static int parse_mask(struct span field, struct plan_ip *ip, struct out *choices, struct err *err)
{
	struct ip_addr mask = { 0 };
	char q[QUOTE_MAX];
	uint64_t prefix;

	if (parse_uint(field, 10, 1, 32, &prefix)) {
		ip->prefix = (uint8_t)prefix;
		return 0;
	}
	if (field.len && (!ip_parse(field, &mask) || mask.family != IP_V4 ||
			  !ip4_mask_to_prefix(ip4_to_he(&mask), &ip->prefix)))
		return err_set(err, EINVAL, "\"%s\" is neither a netmask nor a prefix length",
			       quote(q, field));
	if (!ip_is_unset(&mask))
		return 0;
	ip->prefix = ip4_classful_prefix(ip4_to_he(&ip->address));
	choose(choices, "no netmask given, /%u by the class of the address", ip->prefix);
	return 0;
}

/* The address within its network, and the gateway within reach. */
static int check_network(const struct plan_ip *ip, struct out *choices, struct err *err)
{
	uint32_t mask = ip4_prefix_to_mask(ip->prefix), addr = ip4_to_he(&ip->address);
	char a[IP_TEXT_MAX], g[IP_TEXT_MAX];

	/* RFC 3021: /31 has neither network nor broadcast address */
	if (ip->prefix < 31 && (!(addr & ~mask) || (addr & ~mask) == ~mask))
		return err_set(err, EINVAL, "%s is the %s address of its /%u network",
			       ip_text(&ip->address, a), addr & ~mask ? "broadcast" : "network",
			       ip->prefix);
	if (!ip_is_unset(&ip->gateway) && (ip4_to_he(&ip->gateway) & mask) != (addr & mask))
		choose(choices, "the gateway %s is outside the network of %s/%u",
		       ip_text(&ip->gateway, g), ip_text(&ip->address, a), ip->prefix);
	return 0;
}

static int parse_device(struct span field, struct plan_ip *ip, struct err *err)
{
	char q[QUOTE_MAX];

	/* klibc's "all" */
	if (!field.len || span_eq(field, "all") || mac_parse(field, &ip->port.mac))
		return 0;
	if (!ifname_valid(field))
		return err_set(err, EINVAL, "\"%s\" cannot be the name of a network device",
			       quote(q, field));
	(void)text_copy(ip->port.ifname, sizeof(ip->port.ifname), field); /* fits: checked above */
	return 0;
}

/* NULL with err where it is none, or none of ours. */
static const struct method_row *parse_method(struct span word, struct err *err)
{
	const struct method_row *row = method_find(word);
	char q[QUOTE_MAX];

	if (row && !row->later)
		return row;
	/* the kernel's "dhcp,<id-type>,<id-value>", dracut's "dhcp,dhcp6" */
	if (span_starts(word, "dhcp,"))
		(void)err_set(err, ENOTSUP,
			      "what stands behind \"dhcp,\" in \"%s\" is not supported yet",
			      quote(q, word));
	else if (row)
		(void)err_set(err, ENOTSUP, "the method \"%s\" is not supported yet", row->word);
	else
		(void)err_set(err, EINVAL, "\"%s\" is no method of configuration", quote(q, word));
	return NULL;
}

static void add_addr(struct ip_addr *list, uint8_t *n, const struct ip_addr *ip)
{
	if (!ip_is_unset(ip) && *n < LEASE_DNS_MAX)
		list[(*n)++] = *ip;
}

/* Fields behind the method: the kernel's DNS and NTP servers, or dracut's MTU and MAC. */
static int parse_tail(const struct span *fields, size_t n, struct plan_ip *ip, struct out *choices,
		      struct err *err)
{
	uint64_t mtu;

	if (n > DNS0 && (parse_uint(fields[DNS0], 10, 0, UINT32_MAX, &mtu) ||
			 (!fields[DNS0].len && n == DNS1 + 6))) {
		choose(choices, "MTU and MAC address behind the method are not supported yet, "
				"ignored");
		return 0;
	}
	if (n > N_LONG)
		return err_set(err, EINVAL, "%zu fields, there are at most %d", n, N_LONG);
	for (size_t i = DNS0; i < n; i++) {
		struct ip_addr server = { 0 };
		int r = parse_host(fields[i], i == NTP0 ? "time server" : "name server", &server,
				   err);

		if (r)
			return r;
		if (i == NTP0)
			add_addr(ip->ntp, &ip->n_ntp, &server);
		else
			add_addr(ip->dns, &ip->n_dns, &server);
	}
	return 0;
}

static int long_method(struct span word, struct plan_ip *ip, struct out *choices, struct err *err)
{
	bool has_address = !ip_is_unset(&ip->address);
	const struct method_row *row;
	char a[IP_TEXT_MAX];

	if (!word.len) {
		ip->v4 = has_address ? IP4_STATIC : IP4_DHCP;
		return 0;
	}
	row = parse_method(word, err);
	if (!row)
		return -err->code;
	ip->v4 = row->method;
	if (row->method == IP4_OFF && has_address)
		ip->v4 = IP4_STATIC;
	/* as klibc; dracut stops the boot, the kernel decides by the number of NICs */
	if (row->method == IP4_DHCP && has_address)
		choose(choices, "both an address and \"%s\" given, DHCP is asked for %s", row->word,
		       ip_text(&ip->address, a));
	return 0;
}

static int long_form(const struct span *fields, size_t n, struct plan_ip *ip, struct out *choices,
		     struct err *err)
{
	static const struct span none;
	struct span f[N_LONG];
	char q[QUOTE_MAX];
	int r;

	for (size_t i = 0; i < N_LONG; i++)
		f[i] = i < n ? fields[i] : none;
	if ((r = parse_host(f[CLIENT], "address", &ip->address, err)) ||
	    (r = parse_host(f[SERVER], "server", &ip->server, err)) ||
	    (r = parse_host(f[GATEWAY], "gateway", &ip->gateway, err)) ||
	    (r = parse_device(f[DEVICE], ip, err)) ||
	    (r = long_method(f[AUTOCONF], ip, choices, err)) ||
	    (r = parse_tail(fields, n, ip, choices, err)))
		return r;
	if (ip->v4 == IP4_STATIC && ((r = parse_mask(f[NETMASK], ip, choices, err)) ||
				     (r = check_network(ip, choices, err))))
		return r;
	if (!f[HOSTNAME].len)
		return 0;
	if (host_name_valid(f[HOSTNAME]) &&
	    text_copy(ip->host_name, sizeof(ip->host_name), f[HOSTNAME]))
		return 0;
	choose(choices, "\"%s\" is no host name, ignored", quote(q, f[HOSTNAME]));
	return 0;
}

/* Meant as an address, right or wrong; a device name of only digits and dots is nobody's. */
static bool looks_numeric(struct span field)
{
	for (size_t i = 0; i < field.len; i++)
		if (field.p[i] != '.' && (field.p[i] < '0' || field.p[i] > '9'))
			return false;
	return span_find(field, '.') < field.len && field.p[0] != '.';
}

/* <device>:<method>[:[<mtu>][:<mac>]]; the device may be a MAC with its own colons. */
static int device_form(struct span value, struct plan_ip *ip, struct out *choices, struct err *err)
{
	const struct method_row *row;
	struct span device, method;
	int r;

	device = (struct span){ value.p, value.len > 17 && value.p[17] == ':' ? 17 : 0 };
	if (device.len && mac_parse(device, &ip->port.mac)) {
		value = span_skip(value, 18);
	} else {
		device = span_cut(&value, ':');
		r = parse_device(device, ip, err);
		if (r)
			return r;
	}
	method = span_cut(&value, ':');
	row = parse_method(method, err);
	if (!row)
		return -err->code;
	ip->v4 = row->method;
	if (value.len)
		choose(choices, "MTU and MAC address behind the method are not supported yet, "
				"ignored");
	return 0;
}

int ipspec_parse(struct span value, struct plan_ip *ret, struct out *choices, struct err *err)
{
	struct span fields[FIELDS_MAX];
	const struct method_row *row;
	struct plan_ip ip = { .v4 = IP4_OFF };
	size_t n = split(value, fields);
	int r = 0;

	if (n > FIELDS_MAX)
		return err_set(err, EINVAL, "more than %d fields", N_LONG);
	if (!value.len)
		ip.v4 = IP4_OFF; /* the kernel's "ip=": no configuration */
	else if (!fields[0].len || fields[0].p[0] == '[' || looks_numeric(fields[0]))
		r = long_form(fields, n, &ip, choices, err);
	else if (n > 1)
		r = device_form(value, &ip, choices, err);
	else if ((row = parse_method(value, err)))
		ip.v4 = row->method;
	else
		r = -err->code;
	if (r)
		return r;
	*ret = ip;
	return 0;
}
