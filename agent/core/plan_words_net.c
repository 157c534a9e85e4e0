/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of the network mean, each for itself: one row per name. What they come to together
 * is decided in plan_net.c. Sources: dracut.cmdline(7), the kernel's nfsroot.rst, initramfs-tools
 * of Debian and Ubuntu, Anaconda's boot options. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/ipspec.h"
#include "core/linkspec.h"

#define CHOICES_MAX 160
#define MTU_MIN 576 /* RFC 791: what every host takes */
#define MTU_MAX 65535
#define TIMEOUT_MAX_S 86400

static void note_overridden(struct word_build *b, struct given given)
{
	char first[PLAN_QUOTE_MAX], later[PLAN_QUOTE_MAX];

	plan_note(b->plan, NOTE_CHOICE, given, "%s: overridden by the later %s",
		  given_word(given, b->in, first), given_word(b->by, b->in, later));
}

/* --- addresses --- */

static bool is_off(const struct plan_ip *ip)
{
	return ip->v4 == IP4_OFF && ip->v6 == IP6_OFF;
}

/* ip= on the command line replaces all of the file's, ip6= only what says nothing of IPv4. */
static void drop_conf_ips(struct word_build *b, const struct plan_ip *ip)
{
	struct plan *plan = b->plan;
	uint8_t n = 0;

	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (!word_replaces(b, plan->ips[i].given) ||
		    (ip->v4 == IP4_OFF && !is_off(ip) && plan->ips[i].v4 != IP4_OFF))
			plan->ips[n++] = plan->ips[i];
	plan->n_ips = n;
}

/* Takes from *old what *ip says of the same device; true where nothing is left of it. */
static bool give_way(struct word_build *b, struct plan_ip *old, const struct plan_ip *ip)
{
	bool v4 = old->v4 != IP4_OFF && (ip->v4 != IP4_OFF || is_off(ip));
	bool v6 = old->v6 != IP6_OFF && (ip->v6 != IP6_OFF || is_off(ip));

	if (!v4 && !v6 && !is_off(old))
		return false;
	note_overridden(b, old->given);
	if (is_off(old))
		return true;
	if (v4)
		old->v4 = IP4_OFF;
	if (v6)
		old->v6 = IP6_OFF;
	return is_off(old);
}

void plan_take_ip(struct word_build *b, const struct cmd_word *w, const struct plan_ip *ip)
{
	struct plan *plan = b->plan;
	uint8_t at = PLAN_IP_MAX;

	drop_conf_ips(b, ip);
	for (uint8_t i = 0; i < plan->n_ips; i++) {
		if (!plan_port_eq(&plan->ips[i].port, &ip->port) || !give_way(b, &plan->ips[i], ip))
			continue;
		if (at == PLAN_IP_MAX) {
			at = i;
		} else {
			plan->n_ips--;
			memmove(&plan->ips[i], &plan->ips[i + 1],
				(size_t)(plan->n_ips - i) * sizeof(plan->ips[0]));
			i--;
		}
	}
	if (at == PLAN_IP_MAX && plan->n_ips == PLAN_IP_MAX) {
		word_refuse(b, w, "there are already %d for other NICs, ignored", PLAN_IP_MAX);
		return;
	}
	if (at == PLAN_IP_MAX)
		at = plan->n_ips++;
	plan->ips[at] = *ip;
	plan->ips[at].given = b->by;
}

/* Anaconda's ip=ADDRESS: netmask= and gateway= may come behind it. */
static bool is_bare_address(struct span value)
{
	struct ip_addr ip;

	return ip_parse(value, &ip) && ip.family == IP_V4;
}

/* One entry of a word. */
static void take_entry(struct word_build *b, const struct cmd_word *w, struct span value)
{
	char choices[CHOICES_MAX];
	struct out out = out_to(choices, sizeof(choices));
	static const struct wish_word none;
	struct plan_ip ip;
	struct err err;

	memset(&ip, 0, sizeof(ip));
	if (ipspec_parse(value, &ip, &out, &err)) {
		word_refuse(b, w,
			    "%s; ignored, without another ip= DHCP is asked on all wired NICs",
			    err.text);
		return;
	}
	b->wish->ip_said = true;
	if (b->wish->bare_ip.given.by) {
		if (!word_replaces(b, b->wish->bare_ip.given))
			note_overridden(b, b->wish->bare_ip.given);
		b->wish->bare_ip = none;
	}
	if (is_bare_address(value)) {
		b->wish->bare_ip = (struct wish_word){ b->by, "ip", value, ROOTSPEC_NONE };
		drop_conf_ips(b, &ip);
		return;
	}
	word_choice(b, w, &out);
	plan_take_ip(b, w, &ip);
}

static void take_ip(struct word_build *b, const struct cmd_word *w)
{
	static const struct given nowhere;
	static const struct plan_ip off;
	struct span rest = w->value;

	if (word_replaces(b, b->wish->ip_ibft))
		b->wish->ip_ibft = nowhere;
	if (span_eq(w->value, "ibft")) {
		drop_conf_ips(b, &off);
		b->wish->ip_ibft = b->by;
	} else if (ipspec_is_live(rest)) {
		while (rest.p)
			take_entry(b, w, span_cut(&rest, ','));
	} else {
		take_entry(b, w, rest);
	}
}

/* Ubuntu's: on, any, dhcp, a device; off and none. */
static void take_ip6(struct word_build *b, const struct cmd_word *w)
{
	struct plan_ip ip;
	struct err err;

	b->wish->no_ip6 = span_eq(w->value, "off") || span_eq(w->value, "none");
	if (b->wish->no_ip6) {
		b->wish->no_ip6_given = b->by;
		return;
	}
	memset(&ip, 0, sizeof(ip));
	ip.v6 = IP6_DHCP;
	if (span_eq(w->value, "on") || span_eq(w->value, "any")) {
		ip.v6 = IP6_EITHER;
	} else if (!span_eq(w->value, "dhcp") && linkspec_port(w->value, &ip.port, &err)) {
		word_refuse(b, w, "%s; not on, dhcp, any, off or none either, ignored", err.text);
		return;
	}
	b->wish->ip6_said = true;
	plan_take_ip(b, w, &ip);
}

/* --- firmware's iBFT --- */

static void take_ibft(struct word_build *b, const struct cmd_word *w)
{
	b->wish->no_ibft = !word_bool(w);
	b->wish->ibft = b->by;
}

static void wish_bool(struct word_build *b, const struct cmd_word *w, struct given *ret)
{
	*ret = word_bool(w) ? b->by : (struct given){ .by = FROM_NOWHERE };
}

static void take_ibft_firmware(struct word_build *b, const struct cmd_word *w)
{
	wish_bool(b, w, &b->wish->ibft_firmware);
}

static void take_ibft_mp(struct word_build *b, const struct cmd_word *w)
{
	wish_bool(b, w, &b->wish->ibft_mp);
}

/* --- which NIC --- */

static void take_bootif(struct word_build *b, const struct cmd_word *w)
{
	if (bootif_parse(w->value, &b->plan->bootif))
		b->plan->bootif_given = b->by;
	else
		word_refuse(b, w, "no MAC address, ignored");
}

static void take_no_bootif(struct word_build *b, const struct cmd_word *w)
{
	b->wish->no_bootif = !word_bool(w);
}

static void take_bootdev(struct word_build *b, const struct cmd_word *w)
{
	struct plan_port port;
	struct err err;

	memset(&port, 0, sizeof(port));
	if (linkspec_port(w->value, &port, &err)) {
		word_refuse(b, w, "%s; ignored", err.text);
		return;
	}
	b->plan->bootdev = port;
	b->plan->bootdev_given = b->by;
}

static void take_ifname(struct word_build *b, const struct cmd_word *w)
{
	char choices[CHOICES_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan *plan = b->plan;
	struct plan_rename rename;
	struct err err;
	uint8_t i;

	memset(&rename, 0, sizeof(rename));
	if (linkspec_ifname(w->value, &rename, &out, &err)) {
		word_refuse(b, w, "%s; ignored, the NIC keeps its name", err.text);
		return;
	}
	word_choice(b, w, &out);
	if (plan->n_renames && word_replaces(b, plan->renames[0].given))
		plan->n_renames = 0;
	for (i = 0; i < plan->n_renames; i++)
		if (mac_eq(&plan->renames[i].mac, &rename.mac) ||
		    !strcmp(plan->renames[i].name, rename.name))
			break;
	if (i == PLAN_RENAMES_MAX) {
		word_refuse(b, w, "there are already %d, ignored", PLAN_RENAMES_MAX);
		return;
	}
	if (i < plan->n_renames)
		note_overridden(b, plan->renames[i].given);
	else
		plan->n_renames++;
	plan->renames[i] = rename;
	plan->renames[i].given = b->by;
}

/* --- links --- */

typedef int link_parser(struct span value, struct plan_link *ret, struct out *choices,
			struct err *err);

static void drop_conf_links(struct word_build *b, enum link_kind kind)
{
	struct plan *plan = b->plan;
	uint8_t n = 0;

	for (uint8_t i = 0; i < plan->n_links; i++)
		if (plan->links[i].kind != kind || !word_replaces(b, plan->links[i].given))
			plan->links[n++] = plan->links[i];
	plan->n_links = n;
}

static void take_link(struct word_build *b, const struct cmd_word *w, link_parser *parse)
{
	char choices[CHOICES_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan *plan = b->plan;
	struct plan_link link;
	struct err err;
	uint8_t i;

	memset(&link, 0, sizeof(link));
	if (parse(w->value, &link, &out, &err)) {
		word_refuse(b, w, "%s; ignored, it is not made", err.text);
		return;
	}
	word_choice(b, w, &out);
	drop_conf_links(b, link.kind);
	for (i = 0; i < plan->n_links; i++)
		if (!strcmp(plan->links[i].name, link.name))
			break;
	if (i == PLAN_LINKS_MAX) {
		word_refuse(b, w, "there are already %d links, ignored", PLAN_LINKS_MAX);
		return;
	}
	if (i < plan->n_links)
		note_overridden(b, plan->links[i].given);
	else
		plan->n_links++;
	plan->links[i] = link;
	plan->links[i].given = b->by;
}

static void take_vlan(struct word_build *b, const struct cmd_word *w)
{
	take_link(b, w, linkspec_vlan);
}

static void take_bond(struct word_build *b, const struct cmd_word *w)
{
	take_link(b, w, linkspec_bond);
}

static void take_bridge(struct word_build *b, const struct cmd_word *w)
{
	take_link(b, w, linkspec_bridge);
}

static void take_team(struct word_build *b, const struct cmd_word *w)
{
	take_link(b, w, linkspec_team);
}

/* --- routes, names, sizes --- */

static void take_route(struct word_build *b, const struct cmd_word *w)
{
	char choices[CHOICES_MAX];
	struct out out = out_to(choices, sizeof(choices));
	struct plan *plan = b->plan;
	struct plan_route route;
	struct err err;

	memset(&route, 0, sizeof(route));
	if (linkspec_route(w->value, &route, &out, &err)) {
		word_refuse(b, w, "%s; ignored, there is no such route", err.text);
		return;
	}
	word_choice(b, w, &out);
	if (plan->n_routes && word_replaces(b, plan->routes[0].given))
		plan->n_routes = 0;
	if (plan->n_routes == PLAN_ROUTES_MAX) {
		word_refuse(b, w, "there are already %d, ignored", PLAN_ROUTES_MAX);
		return;
	}
	route.given = b->by;
	plan->routes[plan->n_routes++] = route;
}

static void add_dns(struct word_build *b, const struct cmd_word *w, struct span text)
{
	struct plan *plan = b->plan;
	struct span inner = text;
	struct ip_addr ip;

	if (text.len > 2 && text.p[0] == '[' && text.p[text.len - 1] == ']')
		inner = (struct span){ text.p + 1, text.len - 2 };
	if (!ip_parse(inner, &ip) || !ip_is_host(&ip)) {
		word_refuse(b, w, "no address of a host, ignored");
		return;
	}
	for (uint8_t i = 0; i < plan->n_dns; i++)
		if (ip_eq(&plan->dns[i], &ip))
			return;
	if (plan->n_dns == LEASE_DNS_MAX) {
		word_refuse(b, w, "there are already %d name servers, ignored", LEASE_DNS_MAX);
		return;
	}
	plan->dns[plan->n_dns++] = ip;
	plan->dns_given = b->by;
}

/* One in nameserver=, several with ',' between in Anaconda's and live-boot's dns=. */
static void take_dns(struct word_build *b, const struct cmd_word *w)
{
	struct span rest = w->value;

	if (b->plan->n_dns && word_replaces(b, b->plan->dns_given))
		b->plan->n_dns = 0;
	while (rest.p)
		add_dns(b, w, span_cut(&rest, ','));
}

static void take_peerdns(struct word_build *b, const struct cmd_word *w)
{
	b->plan->no_peer_dns = !word_bool(w);
	b->plan->peer_dns_given = b->by;
}

static void take_hostname(struct word_build *b, const struct cmd_word *w)
{
	struct plan *plan = b->plan;

	if (!w->value.len)
		return;
	if (!host_name_valid(w->value) ||
	    !text_copy(plan->host_name, sizeof(plan->host_name), w->value))
		word_refuse(b, w, "no host name, ignored");
	else
		plan->host_name_given = b->by;
}

static void take_mtu(struct word_build *b, const struct cmd_word *w)
{
	uint64_t mtu;

	if (!parse_uint(w->value, 10, MTU_MIN, MTU_MAX, &mtu)) {
		word_refuse(b, w, "no MTU from %d to %d, ignored", MTU_MIN, MTU_MAX);
		return;
	}
	b->plan->mtu = (uint32_t)mtu;
	b->plan->mtu_given = b->by;
}

/* --- DHCP --- */

static void take_vendor_class(struct word_build *b, const struct cmd_word *w)
{
	word_keep(b, w, b->plan->vendor_class, sizeof(b->plan->vendor_class),
		  &b->plan->vendor_class_given);
}

static void take_user_class(struct word_build *b, const struct cmd_word *w)
{
	word_keep(b, w, b->plan->user_class, sizeof(b->plan->user_class),
		  &b->plan->user_class_given);
}

static void take_client_id(struct word_build *b, const struct cmd_word *w)
{
	uint8_t id[PLAN_CLIENT_ID_MAX], len = 0;
	struct err err;

	if (linkspec_client_id(w->value, id, &len, &err)) {
		word_refuse(b, w, "%s; ignored, it is hardware type and MAC as PXE has it",
			    err.text);
		return;
	}
	memcpy(b->plan->client_id, id, len);
	b->plan->len_client_id = len;
	b->plan->client_id_given = b->by;
}

static void take_carrier(struct word_build *b, const struct cmd_word *w)
{
	struct plan *plan = b->plan;
	struct given before = plan->carrier_s_given;
	uint32_t seconds;

	if (!word_seconds(b, w, &seconds))
		return;
	if (before.by == b->by.by && seconds != plan->carrier_s)
		note_overridden(b, before);
	plan->carrier_s = seconds;
	plan->carrier_s_given = b->by;
}

static void take_dhcp_s(struct word_build *b, const struct cmd_word *w)
{
	if (word_seconds(b, w, &b->plan->dhcp_s))
		b->plan->dhcp_s_given = b->by;
}

/* --- words that say what holds anyway --- */

static void take_neednet(struct word_build *b, const struct cmd_word *w)
{
	const char *origin = word_origin(b->by);

	if (word_bool(w))
		plan_note(b->plan, NOTE_CHOICE, b->by,
			  "%srd.neednet: the network is always configured here", origin);
	else
		plan_note(b->plan, NOTE_IGNORED, b->by,
			  "%srd.neednet=0: the root is reached over the network, ignored", origin);
}

static void ignore(struct word_build *b, const struct cmd_word *w, const char *why)
{
	char q[64];

	plan_note(b->plan, NOTE_IGNORED, b->by, "%s%s: %s, ignored", word_origin(b->by),
		  text_quote(q, sizeof(q), w->key), why);
}

static void take_no_wait(struct word_build *b, const struct cmd_word *w)
{
	ignore(b, w, "nothing waits for that here");
}

static void take_dhcp_retry(struct word_build *b, const struct cmd_word *w)
{
	ignore(b, w, "DHCP is asked for as long as it takes");
}

static void take_naming(struct word_build *b, const struct cmd_word *w)
{
	char q[64];

	/* net.ifnames=0 and biosdevname=0 ask for what is done anyway */
	if (w->has_value && !word_bool(w))
		plan_note(b->plan, NOTE_CHOICE, b->by, "%s%s: names of NICs are the kernel's here",
			  word_origin(b->by), text_quote(q, sizeof(q), w->key));
	else
		ignore(b, w, "names of NICs are the kernel's here, ifname= gives others");
}

/* --- Anaconda's and Debian's, which need others to mean something --- */

static void take_gateway(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "gateway", &b->wish->gateway);
}

static void take_netmask(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "netmask", &b->wish->netmask);
}

static void take_ksdevice(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "ksdevice", &b->wish->ksdevice);
}

static void take_hwaddr(struct word_build *b, const struct cmd_word *w)
{
	word_wish(b, w, "hwaddr", &b->wish->hwaddr);
}

static const struct word_row rows[] = {
	{ "ip", VALUE | EARLY, take_ip, NULL },
	{ "nfsaddrs", VALUE | EARLY, take_ip, NULL },
	{ "ip6", VALUE | EARLY, take_ip6, NULL },
	{ "rd.iscsi.ibft", BARE | VALUE | EARLY, take_ibft,
	  "whether NICs are configured as firmware's iBFT says" },
	{ "rd.iscsi.firmware", BARE | VALUE | EARLY, take_ibft_firmware,
	  "NICs and targets of firmware's iBFT" },
	{ "iscsi_firmware", BARE | VALUE | EARLY, take_ibft_firmware,
	  "NICs and targets of firmware's iBFT" },
	{ "rd.iscsi.mp", BARE | VALUE | EARLY, take_ibft_mp,
	  "whether all NICs of firmware's iBFT are configured" },
	{ "BOOTIF", VALUE | EARLY, take_bootif, "the NIC that the firmware booted from" },
	{ "rd.bootif", BARE | VALUE | EARLY, take_no_bootif, "whether BOOTIF is followed" },
	{ "bootdev", VALUE | EARLY, take_bootdev, "the NIC whose answer names the root" },
	{ "ifname", VALUE | EARLY, take_ifname, NULL },
	{ "vlan", VALUE | EARLY, take_vlan, NULL },
	{ "bond", BARE | VALUE | EARLY, take_bond, NULL },
	{ "bridge", BARE | VALUE | EARLY, take_bridge, NULL },
	{ "team", VALUE | EARLY, take_team, NULL },
	{ "rd.route", VALUE | EARLY, take_route, NULL },
	{ "nameserver", VALUE | LIST, take_dns, "name server, before those of DHCP" },
	{ "dns", VALUE | LIST, take_dns, "name servers, before those of DHCP" },
	{ "rd.peerdns", BARE | VALUE, take_peerdns, "whether name servers come from DHCP" },
	{ "hostname", VALUE, take_hostname, "host name" },
	{ "systemd.hostname", VALUE, take_hostname, "host name" },
	{ "mtu", VALUE | EARLY, take_mtu, "MTU where neither ip= nor a lease has one" },
	{ "dhcpclass", VALUE | EARLY, take_vendor_class, "vendor class for DHCP" },
	{ "rd.net.dhcp.vendor-class", VALUE | EARLY, take_vendor_class, "vendor class for DHCP" },
	{ "netroot.dhcp.user-class", VALUE | EARLY, take_user_class, "user class for DHCP" },
	{ "rd.net.dhcp.client-id", VALUE | EARLY, take_client_id, "client identifier for DHCP" },
	{ "carrier_timeout", VALUE | EARLY, take_carrier, "seconds to wait for a carrier" },
	{ "rd.net.timeout.carrier", VALUE | EARLY, take_carrier, "seconds to wait for a carrier" },
	{ "rd.net.timeout.dhcp", VALUE | EARLY, take_dhcp_s, "seconds to wait for a lease" },
	{ "rd.net.timeout.iflink", BARE | VALUE, take_no_wait, NULL },
	{ "rd.net.timeout.ifup", BARE | VALUE, take_no_wait, NULL },
	{ "rd.net.timeout.route", BARE | VALUE, take_no_wait, NULL },
	{ "rd.net.timeout.ipv6dad", BARE | VALUE, take_no_wait, NULL },
	{ "rd.net.timeout.ipv6auto", BARE | VALUE, take_no_wait, NULL },
	{ "rd.net.dhcp.retry", BARE | VALUE, take_dhcp_retry, NULL },
	{ "biosdevname", BARE | VALUE, take_naming, NULL },
	{ "net.ifnames", BARE | VALUE, take_naming, NULL },
	{ "net.ifname_policy", BARE | VALUE, take_naming, NULL },
	{ "rd.neednet", BARE | VALUE, take_neednet, NULL },
	{ "gateway", VALUE | EARLY, take_gateway, "gateway of ip=ADDRESS" },
	{ "netmask", VALUE | EARLY, take_netmask, "netmask of ip=ADDRESS" },
	{ "ksdevice", VALUE | EARLY, take_ksdevice, "the NIC of ip=ADDRESS" },
	{ "hwaddr", VALUE | EARLY, take_hwaddr, "MAC address that the boot NIC gets" },
};

const struct word_rows word_rows_net = { rows, sizeof(rows) / sizeof(rows[0]) };
