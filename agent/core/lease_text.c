/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a lease from name=value lines. */
#include "core/lease_text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "core/ipspec.h"

#define VALUE_MAX LEASE_ROOT_PATH_MAX

/* Each returns false for a bad value. */
struct name_row {
	const char *name;
	bool (*take)(struct lease *lease, struct span value);
};

static bool take_any_ip(struct span value, struct ip_addr *ret)
{
	struct ip_addr ip;

	if (!value.len)
		return true;
	if (!ip_parse(value, &ip))
		return false;
	if (!ip_is_unset(&ip)) /* klibc writes 0.0.0.0 for none */
		*ret = ip;
	return true;
}

static bool take_ip4(struct span value, struct ip_addr *ret)
{
	struct ip_addr ip = { 0 };

	if (!take_any_ip(value, &ip) || ip.family == IP_V6)
		return false;
	if (ip.family != IP_NONE)
		*ret = ip;
	return true;
}

static bool take_kind(struct lease *lease, struct span value)
{
	if (span_eq(value, "dhcp") || span_eq(value, "dhcp4"))
		lease->kind = LEASE_DHCP4;
	else if (span_eq(value, "dhcp6"))
		lease->kind = LEASE_DHCP6;
	else if (span_eq(value, "ra"))
		lease->kind = LEASE_RA;
	else
		return false;
	return true;
}

static bool take_text(struct span value, char *dst, size_t size)
{
	return text_is_printable(value) && text_copy(dst, size, value);
}

static bool take_ifname(struct lease *lease, struct span value)
{
	return ifname_valid(value) && take_text(value, lease->ifname, sizeof(lease->ifname));
}

static bool take_ifname6(struct lease *lease, struct span value)
{
	lease->kind = LEASE_DHCP6;
	return take_ifname(lease, value);
}

/* "10.0.0.5" or "10.0.0.5/24", "2001:db8::5/64" */
static bool take_address(struct lease *lease, struct span value)
{
	struct span ip = span_cut(&value, '/');
	uint64_t prefix;

	if (!take_any_ip(ip, &lease->address))
		return false;
	if (lease->address.family == IP_V6 && lease->kind == LEASE_DHCP4)
		lease->kind = LEASE_DHCP6;
	if (!value.p)
		return true;
	if (!parse_uint(value, 10, 1, lease->address.family == IP_V6 ? 128 : 32, &prefix))
		return false;
	lease->prefix = (uint8_t)prefix;
	return true;
}

static bool take_netmask(struct lease *lease, struct span value)
{
	struct ip_addr mask = { 0 };
	uint64_t prefix;

	if (parse_uint(value, 10, 1, 128, &prefix)) {
		lease->prefix = (uint8_t)prefix;
		return true;
	}
	return take_ip4(value, &mask) && ip4_mask_to_prefix(ip4_to_he(&mask), &lease->prefix);
}

static bool take_broadcast(struct lease *lease, struct span value)
{
	return take_ip4(value, &lease->broadcast);
}

static void add_route(struct lease *lease, const struct lease_route *route)
{
	if (lease->n_routes < LEASE_ROUTES_MAX)
		lease->routes[lease->n_routes++] = *route;
}

static bool take_router(struct lease *lease, struct span value)
{
	struct lease_route route = { .dst = ip4_from_he(0) };

	if (!take_any_ip(value, &route.gateway))
		return false;
	route.dst.family = route.gateway.family;
	if (route.gateway.family != IP_NONE)
		add_route(lease, &route);
	return true;
}

/* "10.1.0.0/16" on link, "10.1.0.0/16 10.0.0.254" through a gateway. */
static bool take_route(struct lease *lease, struct span value)
{
	struct span dst = span_cut(&value, ' '), ip = span_cut(&dst, '/');
	struct lease_route route = { .prefix = 0 };
	uint64_t prefix;

	if (!ip_parse(ip, &route.dst) || !dst.p ||
	    !parse_uint(dst, 10, 0, route.dst.family == IP_V6 ? 128 : 32, &prefix) ||
	    (value.len && !take_any_ip(value, &route.gateway)))
		return false;
	if (route.gateway.family != IP_NONE && route.gateway.family != route.dst.family)
		return false;
	route.prefix = (uint8_t)prefix;
	add_route(lease, &route);
	return true;
}

/* klibc's IPV4ROUTEnGATEWAY stands behind its SUBNET. */
static bool take_route_gateway(struct lease *lease, struct span value)
{
	return lease->n_routes && take_ip4(value, &lease->routes[lease->n_routes - 1].gateway);
}

static bool take_server_id(struct lease *lease, struct span value)
{
	return take_any_ip(value, &lease->server_id);
}

static bool take_proxy_id(struct lease *lease, struct span value)
{
	return take_ip4(value, &lease->proxy_id);
}

static bool take_siaddr(struct lease *lease, struct span value)
{
	return take_any_ip(value, &lease->siaddr);
}

static bool take_root_path(struct lease *lease, struct span value)
{
	return take_text(value, lease->root_path, sizeof(lease->root_path));
}

static bool take_host_name(struct lease *lease, struct span value)
{
	return !value.len || (host_name_valid(value) &&
			      take_text(value, lease->host_name, sizeof(lease->host_name)));
}

static bool take_domain(struct lease *lease, struct span value)
{
	return take_text(value, lease->domain, sizeof(lease->domain));
}

static bool take_search(struct lease *lease, struct span value)
{
	return take_text(value, lease->search, sizeof(lease->search));
}

/* One address, or several with ',' or ' ' between; may be repeated. */
static bool take_list(struct span value, struct ip_addr *list, uint8_t *n)
{
	while (value.len) {
		size_t comma = span_find(value, ','), blank = span_find(value, ' ');
		size_t end = comma < blank ? comma : blank;
		struct ip_addr ip = { 0 };

		if (!take_any_ip((struct span){ value.p, end }, &ip))
			return false;
		if (ip.family != IP_NONE && *n < LEASE_DNS_MAX)
			list[(*n)++] = ip;
		value = span_skip(value, end + 1);
	}
	return true;
}

static bool take_dns(struct lease *lease, struct span value)
{
	return take_list(value, lease->dns, &lease->n_dns);
}

static bool take_ntp(struct lease *lease, struct span value)
{
	return take_list(value, lease->ntp, &lease->n_ntp);
}

static bool take_initiator(struct lease *lease, struct span value)
{
	return take_text(value, lease->initiator, sizeof(lease->initiator));
}

static bool take_mtu(struct lease *lease, struct span value)
{
	uint64_t v;

	if (!parse_uint(value, 10, 0, 65535, &v))
		return false;
	lease->mtu = (uint16_t)v;
	return true;
}

static bool take_time(struct lease *lease, struct span value)
{
	uint64_t v = UINT32_MAX;

	if (!span_eq(value, "infinite") && !parse_uint(value, 10, 0, UINT32_MAX, &v))
		return false;
	lease->lease_s = (uint32_t)v;
	return true;
}

static bool take_bool(struct span value, bool *ret)
{
	if (!span_eq(value, "yes") && !span_eq(value, "no"))
		return false;
	*ret = span_eq(value, "yes");
	return true;
}

static bool take_managed(struct lease *lease, struct span value)
{
	return take_bool(value, &lease->managed);
}

static bool take_other(struct lease *lease, struct span value)
{
	return take_bool(value, &lease->other);
}

static bool take_chap_user(struct lease *lease, struct span value)
{
	return take_text(value, lease->chap_user, sizeof(lease->chap_user));
}

static bool take_chap_secret(struct lease *lease, struct span value)
{
	return take_text(value, lease->chap_secret, sizeof(lease->chap_secret));
}

static bool take_tftp_server(struct lease *lease, struct span value)
{
	return take_text(value, lease->tftp_server, sizeof(lease->tftp_server));
}

static bool take_boot_file(struct lease *lease, struct span value)
{
	return take_text(value, lease->boot_file, sizeof(lease->boot_file));
}

/* '#' in a name stands for a number. */
static const struct name_row rows[] = {
	{ "kind", take_kind },
	{ "interface", take_ifname },
	{ "DEVICE", take_ifname },
	{ "address", take_address },
	{ "IPV4ADDR", take_address },
	{ "netmask", take_netmask },
	{ "IPV4NETMASK", take_netmask },
	{ "broadcast", take_broadcast },
	{ "IPV4BROADCAST", take_broadcast },
	{ "router", take_router },
	{ "IPV4GATEWAY", take_router },
	{ "route", take_route },
	{ "IPV4ROUTE#SUBNET", take_route },
	{ "IPV4ROUTE#GATEWAY", take_route_gateway },
	{ "server-id", take_server_id },
	{ "proxy-id", take_proxy_id },
	{ "next-server", take_siaddr },
	{ "siaddr", take_siaddr },
	/* klibc has merged siaddr and option 54 into this one */
	{ "ROOTSERVER", take_siaddr },
	{ "root-path", take_root_path },
	{ "ROOTPATH", take_root_path },
	{ "hostname", take_host_name },
	{ "HOSTNAME", take_host_name },
	{ "domain", take_domain },
	{ "DNSDOMAIN", take_domain },
	{ "search", take_search },
	{ "DOMAINSEARCH", take_search },
	{ "dns", take_dns },
	{ "IPV4DNS#", take_dns },
	/* Ubuntu's /run/net6-eth0.conf */
	{ "DEVICE6", take_ifname6 },
	{ "IPV6ADDR", take_address },
	{ "IPV6NETMASK", take_netmask },
	{ "IPV6GATEWAY", take_router },
	{ "IPV6DNS#", take_dns },
	{ "IPV6DOMAINSEARCH", take_search },
	{ "managed", take_managed },
	{ "other", take_other },
	{ "chap-user", take_chap_user },
	{ "chap-secret", take_chap_secret },
	{ "ntp", take_ntp },
	{ "initiator", take_initiator },
	{ "mtu", take_mtu },
	{ "lease-time", take_time },
	{ "DHCPLEASETIME", take_time },
	{ "tftp-server", take_tftp_server },
	{ "boot-file", take_boot_file },
	{ "filename", take_boot_file },
};

/*
 * Takes the quotes of a shell word away: '...' literal, "..." literal but for backslash, and a
 * backslash outside (klibc writes ' as '\'' and ! as '\!'). False for an open quote or no room.
 */
static bool unquote(struct span text, char dst[static VALUE_MAX], struct span *ret)
{
	char quote = '\0';
	size_t at = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (quote && c == quote) {
			quote = '\0';
			continue;
		}
		if (!quote && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (c == '\\' && quote != '\'' && i + 1 < text.len)
			c = text.p[++i];
		if (at + 1 >= VALUE_MAX)
			return false;
		dst[at++] = c;
	}
	if (quote)
		return false;
	*ret = (struct span){ dst, at };
	return true;
}

static struct span trim(struct span s)
{
	while (s.len && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = span_skip(s, 1);
	while (s.len && strchr(" \t\r", s.p[s.len - 1]))
		s.len--;
	return s;
}

static bool name_is(struct span name, const char *row)
{
	size_t at = span_find(span_of(row), '#');
	uint64_t number;
	size_t n = 0;

	if (!row[at])
		return span_eq(name, row);
	if (name.len < at || memcmp(name.p, row, at) != 0)
		return false;
	while (at + n < name.len && name.p[at + n] >= '0' && name.p[at + n] <= '9')
		n++;
	return parse_uint((struct span){ name.p + at, n }, 10, 0, UINT16_MAX, &number) &&
	       span_eq(span_skip(name, at + n), row + at + 1);
}

static int take_line(struct span line, struct lease *lease, struct err *err)
{
	struct span value = line, name = span_cut(&value, '=');
	char buf[VALUE_MAX], q[80], n[40];

	if (!value.p || !name.len)
		return err_set(err, EINVAL, "\"%s\" is no name=value",
			       text_quote(q, sizeof(q), line));
	name = trim(name);
	value = trim(value);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!name_is(name, rows[i].name))
			continue;
		if (unquote(value, buf, &value) && rows[i].take(lease, value))
			return 0;
		return err_set(err, EINVAL, "%s: bad value \"%s\"", text_quote(n, sizeof(n), name),
			       rows[i].take == take_chap_secret ? "***"
								: text_quote(q, sizeof(q), value));
	}
	return 0;
}

/* What only all lines together can tell. */
static bool finish(struct lease *lease, struct lease *ret, struct err *err)
{
	bool v6 = lease->address.family == IP_V6;

	if (lease->address.family != IP_NONE && v6 != (lease->kind != LEASE_DHCP4)) {
		(void)err_set(err, EINVAL, "kind and address are of different families");
		return false;
	}
	if (!v6 && lease->prefix > 32) {
		(void)err_set(err, EINVAL, "netmask: no more than 32 bits");
		return false;
	}
	if (!lease->prefix && lease->address.family != IP_NONE)
		lease->prefix = v6 ? 128 : ip4_classful_prefix(ip4_to_he(&lease->address));
	if (!lease->preferred_s)
		lease->preferred_s = lease->lease_s;
	*ret = *lease;
	return true;
}

bool lease_from_text(struct span text, struct lease *ret, struct err *err)
{
	struct lease lease = { .lease_s = UINT32_MAX };

	for (unsigned int n = 1; text.p; n++) {
		struct span line = trim(span_cut(&text, '\n'));

		if (!line.len || line.p[0] == '#')
			continue;
		if (take_line(line, &lease, err)) {
			(void)err_wrap(err, "line %u", n);
			return false;
		}
	}
	return finish(&lease, ret, err);
}
