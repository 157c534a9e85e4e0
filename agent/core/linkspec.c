/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vlan=, bridge=, ifname=, rd.route=, ports and client identifiers; the bond is in linkspec_bond.c.
 * Sources: dracut.cmdline(7), systemd-network-generator(8), nm-initrd-generator(8). */
#include "core/linkspec.h"

#include <errno.h>
#include <string.h>

#include "core/ipspec.h"
#include "core/linkspec_ports.h"
#include "core/netspec.h"

#define VLAN_ID_MAX 4094 /* IEEE 802.1Q 9.6: 4095 is reserved */

int linkspec_port(struct span value, struct plan_port *ret, struct err *err)
{
	struct plan_port port = { .ifname = "" };
	char q[NETSPEC_QUOTE_MAX];

	if (mac_parse(value, &port.mac)) {
		*ret = port;
		return 0;
	}
	if (!ifname_valid(value) || !text_copy(port.ifname, sizeof(port.ifname), value))
		return err_set(err, EINVAL, "\"%s\" cannot be the name of a network device",
			       netspec_quote(q, value));
	*ret = port;
	return 0;
}

int linkspec_name(struct span value, struct plan_link *link, struct err *err)
{
	char q[NETSPEC_QUOTE_MAX];

	if (!ifname_valid(value) || !text_copy(link->name, sizeof(link->name), value))
		return err_set(err, EINVAL, "\"%s\" cannot be the name of a network device",
			       netspec_quote(q, value));
	return 0;
}

static bool port_eq(const struct plan_port *a, const struct plan_port *b)
{
	return !strcmp(a->ifname, b->ifname) && mac_eq(&a->mac, &b->mac);
}

int linkspec_add_port(struct span value, struct plan_link *link, struct err *err)
{
	struct plan_port port = { .ifname = "" };
	char q[NETSPEC_QUOTE_MAX];
	int r;

	if (!value.len)
		return err_set(err, EINVAL, "a name is missing among the ports of %s", link->name);
	r = linkspec_port(value, &port, err);
	if (r)
		return r;
	if (!strcmp(port.ifname, link->name))
		return err_set(err, EINVAL, "%s cannot be a port of itself", link->name);
	for (int i = 0; i < link->n_ports; i++)
		if (port_eq(&port, &link->ports[i]))
			return err_set(err, EINVAL, "\"%s\" is twice among the ports of %s",
				       netspec_quote(q, value), link->name);
	if (link->n_ports == PLAN_PORTS_MAX)
		return err_set(err, EINVAL, "%s has more than %d ports", link->name,
			       PLAN_PORTS_MAX);
	link->ports[link->n_ports++] = port;
	return 0;
}

int linkspec_ports(struct span *rest, struct plan_link *link, struct err *err)
{
	char sep;
	int r;

	do
		r = linkspec_add_port(netspec_cut_port(rest, ",:", &sep), link, err);
	while (!r && sep == ',');
	return r;
}

/* The decimal digits that name ends in; the length is that of what stands before them. */
static size_t digits_from(struct span name)
{
	size_t at = name.len;

	while (at && name.p[at - 1] >= '0' && name.p[at - 1] <= '9')
		at--;
	return at;
}

/*
 * dracut's four forms are vlan0005, vlan5, eth0.0005 and eth0.5; systemd takes the digits at the
 * end of any name.
 */
static int take_vlan_id(struct span name, struct plan_link *link, struct out *choices,
			struct err *err)
{
	size_t at = digits_from(name);
	struct span head = { name.p, at };
	char q[NETSPEC_QUOTE_MAX];
	uint64_t id;

	if (at == name.len)
		return err_set(
			err, EINVAL,
			"the name \"%s\" has no VLAN id, it ends in one as vlan5 or eth0.5 do",
			netspec_quote(q, name));
	if (!parse_uint(span_skip(name, at), 10, 0, VLAN_ID_MAX, &id))
		return err_set(err, EINVAL, "\"%s\" is no VLAN id (0 to %d)",
			       netspec_quote(q, span_skip(name, at)), VLAN_ID_MAX);
	link->vlan_id = (uint16_t)id;
	if (!span_eq(head, "vlan") && !(at > 1 && name.p[at - 1] == '.'))
		netspec_choose(choices, "VLAN id %u by the digits at the end of \"%s\"",
			       link->vlan_id, link->name);
	return 0;
}

/* "eth0.5" on another device than eth0: what stands behind the ':' counts, as in dracut. */
static void check_vlan_parent(const struct plan_link *link, struct out *choices)
{
	struct span name = span_of(link->name), parent = name;
	const char *port = link->ports[0].ifname;

	parent.len = digits_from(name);
	if (parent.len < 2 || parent.p[parent.len - 1] != '.' || !port[0])
		return;
	parent.len--;
	if (!span_eq(parent, port))
		netspec_choose(choices, "made on %s, though its name says %.*s", port,
			       SPAN_ARG(parent));
}

int linkspec_vlan(struct span value, struct plan_link *ret, struct out *choices, struct err *err)
{
	struct plan_link link = { .kind = LINK_VLAN };
	struct span rest = value, name = span_cut(&rest, ':');
	int r;

	if (!rest.len)
		return err_set(err, EINVAL,
			       "no device behind the name, the form is <name>:<device>");
	if ((r = linkspec_name(name, &link, err)) ||
	    (r = take_vlan_id(name, &link, choices, err)) ||
	    (r = linkspec_add_port(rest, &link, err)))
		return r;
	check_vlan_parent(&link, choices);
	link.given = ret->given;
	*ret = link;
	return 0;
}

int linkspec_name_and_ports(struct span *rest, struct plan_link *link, struct err *err)
{
	int r = linkspec_name(span_cut(rest, ':'), link, err);

	if (r)
		return r;
	if (!rest->len)
		return err_set(err, EINVAL, "%s has no ports, the form is <name>:<port>,...",
			       link->name);
	return linkspec_ports(rest, link, err);
}

int linkspec_bridge(struct span value, struct plan_link *ret, struct out *choices, struct err *err)
{
	struct plan_link link = { .kind = LINK_BRIDGE };
	struct span rest = value.len ? value : span_of("br0:eth0"); /* dracut's default */
	int r;

	(void)choices;
	r = linkspec_name_and_ports(&rest, &link, err);
	if (r)
		return r;
	if (rest.p)
		return err_set(err, EINVAL, "nothing may stand behind the ports of %s", link.name);
	link.given = ret->given;
	*ret = link;
	return 0;
}

/* eth0, eth1 and so on: the kernel may be giving that name to another NIC just now. */
static bool is_kernel_name(struct span name)
{
	return span_starts(name, "eth") && name.len > 3 && digits_from(name) == 3;
}

int linkspec_ifname(struct span value, struct plan_rename *ret, struct out *choices,
		    struct err *err)
{
	struct plan_rename rename = { .given = ret->given };
	struct span rest = value, name = span_cut(&rest, ':');
	char q[NETSPEC_QUOTE_MAX];

	if (!ifname_valid(name) || !text_copy(rename.name, sizeof(rename.name), name))
		return err_set(err, EINVAL, "\"%s\" cannot be the name of a network device",
			       netspec_quote(q, name));
	if (!mac_parse(rest, &rename.mac))
		return err_set(err, EINVAL, "\"%s\" is no MAC address, the form is <name>:<MAC>",
			       netspec_quote(q, rest));
	if (is_kernel_name(name))
		netspec_choose(choices,
			       "%s is a name that the kernel gives itself, another may be safer",
			       rename.name);
	*ret = rename;
	return 0;
}

/* --- rd.route= --- */

/* What the kernel refuses for IPv4 and drops for IPv6: bits behind the prefix. */
static bool clear_host_bits(struct ip_addr *ip, uint8_t prefix)
{
	int bits = ip->family == IP_V4 ? 32 : 128;
	bool any = false;

	for (int i = prefix; i < bits; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		any = any || (ip->bytes[i / 8] & bit);
		ip->bytes[i / 8] &= (uint8_t)~bit;
	}
	return any;
}

static bool take_prefix(struct span text, enum ip_family family, uint8_t *ret)
{
	struct ip_addr mask;
	uint64_t prefix;

	if (parse_uint(text, 10, 0, family == IP_V4 ? 32 : 128, &prefix)) {
		*ret = (uint8_t)prefix;
		return true;
	}
	return family == IP_V4 && ip_parse(text, &mask) && mask.family == IP_V4 &&
	       ip4_mask_to_prefix(ip4_to_he(&mask), ret);
}

/* "<net>/<plen>"; dracut writes the brackets of IPv6 around both, others around the address. */
static int take_net(struct span field, struct lease_route *route, struct out *choices,
		    struct err *err)
{
	struct span rest = netspec_unbracket(field), net = span_cut(&rest, '/');
	bool bracketed = field.len && field.p[0] == '[';
	char q[NETSPEC_QUOTE_MAX], a[IP_TEXT_MAX];

	if (!ip_parse(netspec_unbracket(net), &route->dst) ||
	    (route->dst.family == IP_V6) != bracketed)
		return err_set(err, EINVAL,
			       "\"%s\" is no network, the form is <net>/<prefix "
			       "length>:<gateway>, with IPv6 in [ ]",
			       netspec_quote(q, field));
	if (!rest.p) {
		route->prefix = route->dst.family == IP_V4 ? 32 : 128;
		netspec_choose(choices, "no prefix length given, the route is to %s alone",
			       ip_text(&route->dst, a));
	} else if (!take_prefix(rest, route->dst.family, &route->prefix)) {
		return err_set(err, EINVAL, "\"%s\" is no prefix length of %s",
			       netspec_quote(q, rest), ip_text(&route->dst, a));
	}
	if (clear_host_bits(&route->dst, route->prefix))
		netspec_choose(choices, "the network is %s/%u", ip_text(&route->dst, a),
			       route->prefix);
	return 0;
}

int linkspec_route(struct span value, struct plan_route *ret, struct out *choices, struct err *err)
{
	struct plan_route route = { .given = ret->given };
	struct span rest = value, net = netspec_cut(&rest, ':'), gateway = netspec_cut(&rest, ':');
	char q[NETSPEC_QUOTE_MAX];
	int r;

	if ((r = take_net(net, &route.route, choices, err)) ||
	    (r = netspec_host(gateway, "gateway", &route.route.gateway, err)))
		return r;
	if (!ip_is_unset(&route.route.gateway) &&
	    route.route.gateway.family != route.route.dst.family)
		return err_set(err, EINVAL,
			       "the gateway %s is not of the family of the network it leads to",
			       netspec_quote(q, gateway));
	if (rest.len &&
	    (!ifname_valid(rest) || !text_copy(route.ifname, sizeof(route.ifname), rest)))
		return err_set(err, EINVAL, "\"%s\" cannot be the name of a network device",
			       netspec_quote(q, rest));
	if (ip_is_unset(&route.route.gateway) && !rest.len)
		return err_set(err, EINVAL,
			       "neither gateway nor device, the form is <net>/<prefix "
			       "length>:<gateway>[:<device>]");
	*ret = route;
	return 0;
}

/* --- client identifiers --- */

/* "01:52:54:...": at least the type and one byte (RFC 2132 9.14). */
static bool hex_bytes(struct span s, uint8_t dst[static PLAN_CLIENT_ID_MAX], uint8_t *ret_len)
{
	uint64_t byte;
	uint8_t n = 0;

	while (s.p) {
		struct span digits = span_cut(&s, ':');

		if (n == PLAN_CLIENT_ID_MAX || digits.len > 2 ||
		    !parse_uint(digits, 16, 0, 255, &byte))
			return false;
		dst[n++] = (uint8_t)byte;
	}
	*ret_len = n;
	return n > 1;
}

/* Words of NetworkManager's that stand for identifiers it makes itself. */
static bool is_made_elsewhere(struct span s)
{
	return span_eq(s, "duid") || span_eq(s, "ipv6-duid") || span_eq(s, "stable") ||
	       span_eq(s, "none");
}

int linkspec_client_id(struct span value, uint8_t dst[static PLAN_CLIENT_ID_MAX], uint8_t *ret_len,
		       struct err *err)
{
	uint8_t bytes[PLAN_CLIENT_ID_MAX], len = 0;
	char q[NETSPEC_QUOTE_MAX];

	if (span_eq(value, "mac") || span_eq(value, "perm-mac")) {
		*ret_len = 0;
		return 0;
	}
	if (is_made_elsewhere(value))
		return err_set(err, ENOTSUP,
			       "the identifier \"%s\" is not made here, write it as bytes in hex "
			       "(ff:...) or leave it at mac",
			       netspec_quote(q, value));
	if (!hex_bytes(value, bytes, &len)) {
		if (!value.len || value.len >= PLAN_CLIENT_ID_MAX || !text_is_printable(value))
			return err_set(err, EINVAL,
				       "\"%s\" is no client identifier: bytes in hex with ':', or "
				       "printable text of 1 to %d bytes",
				       netspec_quote(q, value), PLAN_CLIENT_ID_MAX - 1);
		bytes[0] = 0;
		memcpy(bytes + 1, value.p, value.len);
		len = (uint8_t)(value.len + 1);
	}
	memcpy(dst, bytes, len);
	*ret_len = len;
	return 0;
}
