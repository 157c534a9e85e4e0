/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the words of the network come to together: what holds where nothing is said, the order of
 * the links, conflicts. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/ipspec.h"
#include "core/linkspec.h"

static bool names_device(const struct plan_port *port)
{
	return port->ifname[0] || port->mac.len;
}

bool plan_port_eq(const struct plan_port *a, const struct plan_port *b)
{
	return !strcmp(a->ifname, b->ifname) && mac_eq(&a->mac, &b->mac);
}

static const char *port_text(const struct plan_port *port, char dst[static MAC_TEXT_MAX])
{
	return port->mac.len ? mac_text(&port->mac, dst) : port->ifname;
}

static bool asks_dhcp4(const struct plan_ip *ip)
{
	return ip->v4 == IP4_DHCP || ip->leased;
}

bool plan_asks_dhcp4(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (asks_dhcp4(&plan->ips[i]))
			return true;
	return false;
}

bool plan_asks_dhcp6(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (plan->ips[i].v6 == IP6_AUTO || plan->ips[i].v6 == IP6_DHCP ||
		    plan->ips[i].v6 == IP6_EITHER)
			return true;
	return false;
}

/* --- Anaconda's ip=ADDRESS netmask= gateway= ksdevice= --- */

/* The NIC for the sixth field of ip=, empty for any. */
static struct span ksdevice(const struct plan_input *in, const struct wish_word *word,
			    struct plan *plan, char mac[static MAC_TEXT_MAX])
{
	const struct span any = { NULL, 0 };
	struct mac_addr booted_from;
	char q[PLAN_QUOTE_MAX];

	/* "link": the first with a carrier, as without a device; "bootif": BOOTIF restricts it */
	if (!word->given.by || span_eq(word->value, "link"))
		return any;
	if (span_eq(word->value, "bootif")) {
		if (!plan->bootif.len)
			plan_note(plan, NOTE_REFUSED, word->given,
				  "%s: there is no BOOTIF, any NIC with a carrier is taken",
				  wish_text(word, q));
		return any;
	}
	if (span_eq(word->value, "ibft"))
		return plan_ibft_mac(in, word, plan, &booted_from)
			       ? span_of(mac_text(&booted_from, mac))
			       : any;
	return word->value;
}

/* Read as the kernel's ip=ADDRESS::GATEWAY:NETMASK::DEVICE:none, so that one grammar checks it. */
static void set_bare_ip(struct word_build *b)
{
	const struct wishes *wish = b->wish;
	char text[PLAN_NAME_MAX], choices[160], q[PLAN_QUOTE_MAX];
	struct out out = out_to(text, sizeof(text));
	struct out out_choices = out_to(choices, sizeof(choices));
	struct cmd_word w = { span_of("ip"), wish->bare_ip.value, true };
	struct plan_ip ip;
	char mac[MAC_TEXT_MAX];
	struct span device = ksdevice(b->in, &wish->ksdevice, b->plan, mac);
	struct err err;

	out_add(&out, "%.*s::%.*s:%.*s::%.*s:none", SPAN_ARG(w.value),
		SPAN_ARG(wish->gateway.value), SPAN_ARG(wish->netmask.value), SPAN_ARG(device));
	memset(&ip, 0, sizeof(ip));
	b->by = wish->bare_ip.given;
	if (out.cut || ipspec_parse(span_of(text), &ip, &out_choices, &err)) {
		plan_note(b->plan, NOTE_REFUSED, b->by,
			  "%s with gateway=, netmask=, ksdevice=: %s; ignored, DHCP is asked on "
			  "all wired NICs",
			  wish_text(&wish->bare_ip, q), out.cut ? "too long" : err.text);
		return;
	}
	word_choice(b, &w, &out_choices);
	plan_take_ip(b, &w, &ip);
}

static void note_without_bare_ip(const struct wish_word *word, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (word->given.by)
		plan_note(plan, NOTE_IGNORED, word->given,
			  "%s: has no effect without ip=ADDRESS, ignored", wish_text(word, q));
}

static void set_anaconda(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	struct wishes copy = *wish;
	struct word_build b = { in, plan, &copy, { .by = FROM_NOWHERE }, 0 };

	if (wish->bare_ip.given.by) {
		set_bare_ip(&b);
		return;
	}
	note_without_bare_ip(&wish->gateway, plan);
	note_without_bare_ip(&wish->netmask, plan);
	note_without_bare_ip(&wish->ksdevice, plan);
}

/* --- what holds where nothing is said --- */

/* Firmware's entries stand before all others. */
static bool by_ibft(const struct plan *plan)
{
	return plan->n_ips && plan->ips[0].given.by == FROM_IBFT;
}

/* Both families: a site with IPv6 alone boots, too. */
static void set_default_ip(const struct wishes *wish, struct plan *plan)
{
	struct plan_ip *ip = &plan->ips[plan->n_ips];

	/* an ip= of Anaconda's may have been refused since */
	if ((wish->ip_said && plan->n_ips) || plan->n_ips == PLAN_IP_MAX || by_ibft(plan))
		return;
	memset(ip, 0, sizeof(*ip));
	ip->given = (struct given){ .by = FROM_DEFAULT };
	ip->v4 = IP4_DHCP;
	ip->v6 = wish->ip6_said ? IP6_OFF : IP6_EITHER;
	plan->n_ips++;
}

static void apply_no_ip6(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char a[PLAN_QUOTE_MAX], b[PLAN_QUOTE_MAX];

	if (!wish->no_ip6)
		return;
	for (uint8_t i = 0; i < plan->n_ips; i++) {
		struct plan_ip *ip = &plan->ips[i];

		if (ip->v6 != IP6_OFF && ip->given.by != FROM_DEFAULT)
			plan_note(plan, NOTE_CHOICE, ip->given, "%s: %s turns IPv6 off",
				  given_word(ip->given, in, a),
				  given_word(wish->no_ip6_given, in, b));
		ip->v6 = IP6_OFF;
	}
}

/* hwaddr= is for one NIC: two with the same address disturb each other. */
static void set_hwaddr(const struct wishes *wish, struct plan *plan)
{
	struct plan_ip *at = NULL;
	char q[PLAN_QUOTE_MAX];
	struct mac_addr mac;

	if (!wish->hwaddr.given.by)
		return;
	if (!mac_parse(wish->hwaddr.value, &mac)) {
		plan_note(plan, NOTE_REFUSED, wish->hwaddr.given, "%s: no MAC address, ignored",
			  wish_text(&wish->hwaddr, q));
		return;
	}
	for (uint8_t i = 0; i < plan->n_ips; i++) {
		struct plan_ip *ip = &plan->ips[i];

		if (plan->bootdev_given.by    ? plan_port_eq(&ip->port, &plan->bootdev)
		    : names_device(&ip->port) ? plan->n_ips == 1
					      : plan->bootif.len > 0)
			at = ip;
	}
	if (at)
		at->set_mac = mac;
	else
		plan_note(plan, NOTE_REFUSED, wish->hwaddr.given,
			  "%s: BOOTIF, bootdev= or ip=DEVICE:... has to name the one NIC that gets "
			  "it, ignored",
			  wish_text(&wish->hwaddr, q));
}

/* --- links --- */

/* Those that can be made, in the order in which they can. */
static void order_links(const struct plan_input *in, struct plan *plan)
{
	struct plan_link with[PLAN_LINKS_MAX];
	char q[PLAN_QUOTE_MAX];
	struct err err;
	uint8_t n = 0;

	for (uint8_t i = 0; i < plan->n_links; i++) {
		memcpy(with, plan->links, n * sizeof(with[0]));
		with[n] = plan->links[i];
		if (linkspec_order(with, (uint8_t)(n + 1), &err))
			memcpy(plan->links, with, ++n * sizeof(with[0]));
		else
			plan_note(plan, NOTE_REFUSED, plan->links[i].given,
				  "%s: %s; ignored, it is not made",
				  given_word(plan->links[i].given, in, q), err.text);
	}
	plan->n_links = n;
}

/* The bond or bridge that a NIC is a port of, by its name in the words. */
static const struct plan_link *port_of(const struct plan *plan, const struct plan_port *port)
{
	for (uint8_t i = 0; i < plan->n_links; i++) {
		const struct plan_link *link = &plan->links[i];

		for (uint8_t p = 0; link->kind != LINK_VLAN && p < link->n_ports; p++)
			if (names_device(port) && plan_port_eq(&link->ports[p], port))
				return link;
	}
	return NULL;
}

/* Whether an ip= besides ips[but] reaches a link. */
static bool has_entry(const struct plan *plan, const char *name, uint8_t but)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (i != but &&
		    (!names_device(&plan->ips[i].port) || !strcmp(plan->ips[i].port.ifname, name)))
			return true;
	return false;
}

/* ip= for a port means the bond: a port has no address. */
static void check_ip_on_port(const struct plan_input *in, struct plan *plan, uint8_t i)
{
	struct plan_ip *ip = &plan->ips[i];
	const struct plan_link *link = port_of(plan, &ip->port);
	char q[PLAN_QUOTE_MAX], mac[MAC_TEXT_MAX];

	/* off is what a port is anyway */
	if (!link || (ip->v4 == IP4_OFF && ip->v6 == IP6_OFF))
		return;
	(void)given_word(ip->given, in, q);
	if (has_entry(plan, link->name, i)) {
		plan_note(plan, NOTE_IGNORED, ip->given,
			  "%s: %s is a port of %s, which is configured instead, ignored", q,
			  port_text(&ip->port, mac), link->name);
		return;
	}
	plan_note(plan, NOTE_CHOICE, ip->given, "%s: %s is a port of %s, which is configured so", q,
		  port_text(&ip->port, mac), link->name);
	memset(&ip->port, 0, sizeof(ip->port));
	memcpy(ip->port.ifname, link->name, sizeof(ip->port.ifname));
}

static void check_vlan_on_port(const struct plan_input *in, const struct plan_link *link,
			       struct plan *plan)
{
	const struct plan_link *above = link->kind == LINK_VLAN ? port_of(plan, &link->ports[0])
								: NULL;
	char q[PLAN_QUOTE_MAX], mac[MAC_TEXT_MAX];

	if (above)
		plan_note(plan, NOTE_CHOICE, link->given,
			  "%s: %s is a port of %s, the VLAN is on that port alone; meant may be "
			  "one on %s",
			  given_word(link->given, in, q), port_text(&link->ports[0], mac),
			  above->name, above->name);
}

/* --- the boot NIC --- */

/* Whether two names are known to be of different NICs: MACs, names, and ifname= between them. */
static bool differ(const struct plan *plan, const struct plan_port *a, const struct plan_port *b)
{
	if (a->mac.len && b->mac.len)
		return !mac_eq(&a->mac, &b->mac);
	if (a->ifname[0] && b->ifname[0])
		return strcmp(a->ifname, b->ifname) != 0;
	for (uint8_t i = 0; i < plan->n_renames; i++) {
		const struct plan_rename *r = &plan->renames[i];

		if (a->mac.len ? mac_eq(&a->mac, &r->mac) : mac_eq(&b->mac, &r->mac))
			return strcmp(a->mac.len ? b->ifname : a->ifname, r->name) != 0;
	}
	return false;
}

static void check_bootif(const struct plan_input *in, struct plan *plan)
{
	struct plan_port bootif = { .mac = plan->bootif };
	char a[PLAN_QUOTE_MAX], b[PLAN_QUOTE_MAX];

	if (plan->bootif.len && plan->bootdev_given.by && differ(plan, &plan->bootdev, &bootif))
		plan_note(plan, NOTE_CHOICE, plan->bootdev_given,
			  "%s: %s names another NIC; both are configured, the root is taken from "
			  "that of bootdev=",
			  given_word(plan->bootdev_given, in, a),
			  given_word(plan->bootif_given, in, b));
}

/* bootdev= without an ip= for it would be waited for in vain. */
static void check_bootdev(const struct plan_input *in, struct plan *plan)
{
	const struct plan_link *link = port_of(plan, &plan->bootdev);
	char q[PLAN_QUOTE_MAX];

	if (!plan->bootdev_given.by)
		return;
	(void)given_word(plan->bootdev_given, in, q);
	if (link) {
		plan_note(plan, NOTE_CHOICE, plan->bootdev_given,
			  "%s: it is a port of %s, which is taken for it", q, link->name);
		memset(&plan->bootdev, 0, sizeof(plan->bootdev));
		memcpy(plan->bootdev.ifname, link->name, sizeof(plan->bootdev.ifname));
	}
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (!names_device(&plan->ips[i].port) ||
		    !differ(plan, &plan->ips[i].port, &plan->bootdev))
			return;
	plan_note(plan, NOTE_REFUSED, plan->bootdev_given,
		  "%s: no ip= configures that NIC, ignored; the first usable answer counts", q);
	memset(&plan->bootdev, 0, sizeof(plan->bootdev));
	plan->bootdev_given = (struct given){ .by = FROM_NOWHERE };
}

/* dracut would take the first for bootdev=: with its cable out there would never be a root. */
void plan_net_several(const struct plan_input *in, struct plan *plan)
{
	const struct plan_ip *first = &plan->ips[0];
	char q[PLAN_QUOTE_MAX], mac[MAC_TEXT_MAX];
	bool several = false;

	if (plan->bootdev_given.by || plan->bootif.len || by_ibft(plan) ||
	    !names_device(&first->port))
		return;
	for (uint8_t i = 1; i < plan->n_ips; i++)
		several = several || !plan_port_eq(&plan->ips[i].port, &first->port);
	if (several && (asks_dhcp4(first) || first->v6 != IP6_OFF))
		plan_note(plan, NOTE_CHOICE, first->given,
			  "%s: of several ip= the first answer with a usable root counts; "
			  "bootdev=%s would wait for that NIC's, as dracut does",
			  given_word(first->given, in, q), port_text(&first->port, mac));
}

/* --- names --- */

static bool overrides(struct given given, struct given before)
{
	if (before.by == FROM_IBFT)
		return given.by != FROM_IBFT;
	return given_gives_way(before, given.by);
}

/* That of ip= where no hostname= gives it. */
static void set_host_name(struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++) {
		const struct plan_ip *ip = &plan->ips[i];
		struct given before = plan->host_name_given;

		if (!ip->host_name[0] || (before.by && !overrides(ip->given, before)))
			continue;
		memcpy(plan->host_name, ip->host_name, sizeof(plan->host_name));
		plan->host_name_given = ip->given;
	}
}

static void check_dns(struct plan *plan)
{
	uint8_t n = plan->n_dns;

	for (uint8_t i = 0; i < plan->n_ips; i++)
		n = (uint8_t)(n + plan->ips[i].n_dns);
	if (plan->no_peer_dns && !n)
		plan_note(plan, NOTE_CHOICE, plan->peer_dns_given,
			  "rd.peerdns=0 without nameserver=: no name server is left, names of "
			  "servers cannot be looked up");
	else if (plan->no_peer_dns && plan->n_dns)
		plan_note(plan, NOTE_CHOICE, plan->dns_given,
			  "nameserver= and rd.peerdns=0: only those given in words are asked");
}

void plan_net(const struct plan_input *in, const struct wishes *wish, struct plan *plan)
{
	char q[PLAN_QUOTE_MAX];

	if (wish->no_bootif) {
		if (plan->bootif.len)
			plan_note(plan, NOTE_IGNORED, plan->bootif_given,
				  "%s: rd.bootif says not to follow it, ignored",
				  given_word(plan->bootif_given, in, q));
		memset(&plan->bootif, 0, sizeof(plan->bootif));
		plan->bootif_given = (struct given){ .by = FROM_NOWHERE };
	}
	set_anaconda(in, wish, plan);
	plan_nic_names(in, plan);
	plan_ibft(in, wish, plan);
	set_default_ip(wish, plan);
	apply_no_ip6(in, wish, plan);
	order_links(in, plan);
	for (uint8_t i = 0; i < plan->n_links; i++)
		check_vlan_on_port(in, &plan->links[i], plan);
	for (uint8_t i = 0; i < plan->n_ips; i++)
		check_ip_on_port(in, plan, i);
	check_bootif(in, plan);
	check_bootdev(in, plan);
	set_hwaddr(wish, plan);
	set_host_name(plan);
	check_dns(plan);
	plan_check(in, plan);
}

/* --- which NIC gets what --- */

/* A device that the plan makes has its name alone: its MAC is that of a part of it. */
static bool port_names(const struct plan_port *port, const struct nic_facts *nic, bool made)
{
	if (made && port->mac.len)
		return false;
	return plan_port_is(port, nic->ifname, &nic->mac);
}

static bool speaks_v4(const struct plan_ip *ip)
{
	return ip->v4 != IP4_OFF || ip->v6 == IP6_OFF;
}

static bool speaks_v6(const struct plan_ip *ip)
{
	return ip->v6 != IP6_OFF || ip->v4 == IP4_OFF;
}

/* The last entry that speaks of the family and names the NIC, else the last that names none. */
static const struct plan_ip *entry_for(const struct plan *plan, const struct nic_facts *nic,
				       bool made, bool (*speaks)(const struct plan_ip *ip))
{
	const struct plan_ip *any = NULL, *named = NULL;

	for (uint8_t i = 0; i < plan->n_ips; i++) {
		const struct plan_ip *ip = &plan->ips[i];

		if (!speaks(ip))
			continue;
		if (!names_device(&ip->port))
			any = ip;
		else if (port_names(&ip->port, nic, made))
			named = ip;
	}
	return named ? named : any;
}

/* Why an entry that names no NIC does not apply to this one, or NULL. */
static const char *why_not(const struct plan *plan, const struct nic_facts *nic, bool made,
			   bool under_vlan)
{
	if (under_vlan)
		return "only what is made on it is configured";
	if (made)
		return NULL;
	if (plan->bootif.len) {
		if (mac_eq(&plan->bootif, &nic->mac) ||
		    (plan->bootdev_given.by && port_names(&plan->bootdev, nic, made)))
			return NULL;
		return "BOOTIF names another NIC";
	}
	if (!nic->ethernet)
		return "not Ethernet";
	if (!nic->physical)
		return "not a device of its own";
	return nic->wireless ? "wireless" : NULL;
}

/* The entry, or NULL and the reason in *why. */
static const struct plan_ip *usable(const struct plan_ip *ip, const char *why_any, const char **why)
{
	if (!ip)
		return NULL;
	if (ip->v4 == IP4_OFF && ip->v6 == IP6_OFF)
		*why = "ip= turns it off";
	else if (!names_device(&ip->port) && why_any)
		*why = why_any;
	else
		return ip;
	return NULL;
}

static bool only_ibft(const struct plan *plan)
{
	return by_ibft(plan) && plan->ips[plan->n_ips - 1].given.by == FROM_IBFT;
}

void plan_for_nic(const struct plan *plan, const struct nic_facts *nic, struct nic_choice *ret)
{
	bool made = plan_link_named(plan, nic->ifname);
	const char *why = only_ibft(plan) ? "firmware's iBFT names another NIC"
					  : "ip= names another NIC";
	const char *why_any;

	*ret = (struct nic_choice){ .why = NULL };
	for (uint8_t i = 0; i < plan->n_links; i++) {
		const struct plan_link *link = &plan->links[i];

		for (uint8_t p = 0; p < link->n_ports; p++) {
			if (!port_names(&link->ports[p], nic, made))
				continue;
			if (link->kind == LINK_VLAN)
				ret->under_vlan = true;
			else
				ret->port_of = link;
		}
	}
	if (ret->port_of)
		return;
	why_any = why_not(plan, nic, made, ret->under_vlan);
	ret->v4 = usable(entry_for(plan, nic, made, speaks_v4), why_any, &why);
	ret->v6 = usable(entry_for(plan, nic, made, speaks_v6), why_any, &why);
	if (!ret->v4 && !ret->v6 && !ret->under_vlan)
		ret->why = why;
}

static bool is_port(const struct plan *plan, const struct nic_facts *nic, bool made)
{
	for (uint8_t i = 0; i < plan->n_links; i++)
		for (uint8_t p = 0; p < plan->links[i].n_ports; p++)
			if (port_names(&plan->links[i].ports[p], nic, made))
				return true;
	return false;
}

bool plan_names_nic(const struct plan *plan, const struct nic_facts *nic)
{
	bool made = plan_link_named(plan, nic->ifname);

	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (names_device(&plan->ips[i].port) && port_names(&plan->ips[i].port, nic, made))
			return true;
	return made || is_port(plan, nic, made) || mac_eq(&plan->bootif, &nic->mac) ||
	       (plan->bootdev_given.by && port_names(&plan->bootdev, nic, made)) ||
	       (plan->ibft_nic_given.by && port_names(&plan->ibft_nic, nic, made));
}

const struct plan_link *plan_link_named(const struct plan *plan, const char *name)
{
	for (uint8_t i = 0; i < plan->n_links; i++)
		if (!strcmp(plan->links[i].name, name))
			return &plan->links[i];
	return NULL;
}

bool plan_port_is(const struct plan_port *port, const char *ifname, const struct mac_addr *mac)
{
	return port->mac.len ? mac_eq(&port->mac, mac) : !strcmp(port->ifname, ifname);
}

bool plan_wants_network(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (plan->ips[i].v4 != IP4_OFF || plan->ips[i].v6 != IP6_OFF)
			return true;
	return false;
}
