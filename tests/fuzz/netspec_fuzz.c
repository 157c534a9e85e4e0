/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the network, one a line: ip= as such, links with "vlan ", "bond ", "bridge " or
 * "team " in front, the rest with "ifname ", "route ", "port " or "id ". What is accepted keeps its
 * promises, what is refused says why and leaves its output alone; the links that were read are put
 * in order.
 */
#include <string.h>

#include "fuzz.h"

#include "core/ipspec.h"
#include "core/linkmsg.h"
#include "core/linkspec.h"

static struct plan_link links[PLAN_LINKS_MAX];
static uint8_t n_links;

/* r as returned; the reader's output must not have changed where it failed. */
static bool check_result(int r, const struct err *err, const void *before, const void *after,
			 size_t size)
{
	if (!r)
		return true;
	require(r < 0 && r == -err->code && err->text[0]);
	require(text_is_printable(span_of(err->text)));
	require(!memcmp(before, after, size));
	return false;
}

static void check_port(const struct plan_port *port)
{
	require(!port->ifname[0] || ifname_valid(span_of(port->ifname)));
	require(!port->ifname[0] || !port->mac.len);
	require(port->mac.len == 0 || port->mac.len == 6 || port->mac.len == 20);
}

static void check_ip_static(const struct plan_ip *ip)
{
	bool v4 = ip->v4 == IP4_STATIC, v6 = ip->v6 == IP6_STATIC;

	require(!v4 || (ip->address.family == IP_V4 && ip->prefix >= 1 && ip->prefix <= 32));
	require(!v6 || (ip->address.family == IP_V6 && ip->prefix >= 1 && ip->prefix <= 128));
	require(v4 || v6 || !ip->prefix);
	require(!ip->address.family || ip_is_host(&ip->address));
	require(!ip->address.family || !ip->gateway.family ||
		ip->address.family == ip->gateway.family);
}

static void read_ip(struct span word, struct out *choices)
{
	static struct plan_ip ip, before;
	struct err err;

	memset(&ip, 0x5a, sizeof(ip));
	before = ip;
	if (!check_result(ipspec_parse(word, &ip, choices, &err), &err, &before, &ip, sizeof(ip)))
		return;
	check_port(&ip.port);
	check_ip_static(&ip);
	require(ip.n_dns <= 2 && ip.n_ntp <= 1);
	for (int i = 0; i < ip.n_dns; i++)
		require(ip_is_host(&ip.dns[i]));
	require(!ip.host_name[0] || host_name_valid(span_of(ip.host_name)));
	require(!ip.mtu || (ip.mtu >= 68 && ip.mtu <= 65535));
	require(!ip.set_mac.len || (ip.set_mac.len == 6 && !(ip.set_mac.bytes[0] & 1)));
	require(ip.len_client_id != 1);
}

static void check_link(const struct plan_link *link)
{
	struct err err;

	require(ifname_valid(span_of(link->name)));
	require(link->n_ports >= 1 && link->n_ports <= PLAN_PORTS_MAX);
	require(link->kind != LINK_VLAN || (link->n_ports == 1 && link->vlan_id <= 4094));
	require(link->n_options <= PLAN_BOND_OPTIONS_MAX);
	require(!link->mtu || (link->mtu >= 68 && link->mtu <= 65535));
	for (int i = 0; i < link->n_ports; i++) {
		check_port(&link->ports[i]);
		require(link->ports[i].ifname[0] || link->ports[i].mac.len);
	}
	/* what is told to the kernel knows every option and value that is let through */
	for (int i = 0; i < link->n_options; i++)
		require(!linkmsg_bond_option_check(&link->options[i], &err));
}

static bool read_link(struct span kind, struct span word, struct out *choices)
{
	static const struct {
		const char *kind;
		int (*read)(struct span value, struct plan_link *ret, struct out *choices,
			    struct err *err);
	} rows[] = {
		{ "vlan", linkspec_vlan },
		{ "bond", linkspec_bond },
		{ "bridge", linkspec_bridge },
		{ "team", linkspec_team },
	};
	static struct plan_link link, before;
	struct err err;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!span_eq(kind, rows[i].kind))
			continue;
		memset(&link, 0x5a, sizeof(link));
		before = link;
		if (check_result(rows[i].read(word, &link, choices, &err), &err, &before, &link,
				 sizeof(link))) {
			check_link(&link);
			if (n_links < PLAN_LINKS_MAX)
				links[n_links++] = link;
		}
		return true;
	}
	return false;
}

static void read_ifname(struct span word, struct out *choices)
{
	static struct plan_rename rename, before;
	struct err err;

	memset(&rename, 0x5a, sizeof(rename));
	before = rename;
	if (check_result(linkspec_ifname(word, &rename, choices, &err), &err, &before, &rename,
			 sizeof(rename)))
		require(ifname_valid(span_of(rename.name)) && rename.mac.len);
}

static void read_route(struct span word, struct out *choices)
{
	static struct plan_route route, before;
	struct err err;

	memset(&route, 0x5a, sizeof(route));
	before = route;
	if (!check_result(linkspec_route(word, &route, choices, &err), &err, &before, &route,
			  sizeof(route)))
		return;
	require(route.route.prefix <= (route.route.dst.family == IP_V4 ? 32 : 128));
	require(route.ifname[0] || !ip_is_unset(&route.route.gateway));
	require(!route.ifname[0] || ifname_valid(span_of(route.ifname)));
}

static void read_client_id(struct span word)
{
	uint8_t id[PLAN_CLIENT_ID_MAX], id_len = 0;
	struct err err;

	if (!linkspec_client_id(word, id, &id_len, &err))
		require(id_len != 1);
}

static void read_word(struct span line)
{
	char choices[256];
	struct out out = out_to(choices, sizeof(choices));
	struct span word = line, kind = span_cut(&word, ' ');
	struct plan_port port;
	struct mac_addr mac;
	struct err err;

	if (read_link(kind, word, &out))
		;
	else if (span_eq(kind, "ifname"))
		read_ifname(word, &out);
	else if (span_eq(kind, "route"))
		read_route(word, &out);
	else if (span_eq(kind, "id"))
		read_client_id(word);
	else if (!span_eq(kind, "port"))
		read_ip(line, &out);
	else if (!linkspec_port(word, &port, &err))
		check_port(&port);
	(void)bootif_parse(word, &mac);
	require(text_is_printable(span_of(choices)));
}

/* A link that another is made of comes before it. */
static void check_order(void)
{
	struct err err;

	if (!linkspec_order(links, n_links, &err)) {
		require(err.text[0] && text_is_printable(span_of(err.text)));
		return;
	}
	for (int i = 0; i < n_links; i++)
		for (int k = i; k < n_links; k++)
			for (int p = 0; p < links[i].n_ports; p++)
				require(strcmp(links[i].ports[p].ifname, links[k].name) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest = { (const char *)bytes, len };

	n_links = 0;
	do
		read_word(span_cut(&rest, '\n'));
	while (rest.p);
	check_order();
	return 0;
}
