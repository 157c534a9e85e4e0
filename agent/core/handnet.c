/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of the hand-over: which there are, and what their writers share. */
#include "core/handnet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/bond_options.h"
#include "core/handnet_part.h"
#include "core/ipspec.h"

#define PATH_LEN_MAX 128

void hand_begin(struct hand *h)
{
	h->out = out_to(h->text, HANDNET_FILE_MAX);
}

void hand_end(struct hand *h, unsigned int mode, const char *path, ...)
{
	char name[PATH_LEN_MAX];
	va_list ap;
	int n;

	va_start(ap, path);
	n = vsnprintf(name, sizeof(name), path, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(name) || h->out.cut) {
		if (!h->failed)
			(void)err_set(h->err, ENOSPC,
				      "%s: more than %d bytes, left out of the hand-over", name,
				      HANDNET_FILE_MAX);
		h->failed = true;
		return;
	}
	h->emit(h->arg, name, mode, h->out.text, h->out.len);
	h->n_emitted++;
}

/* --- what the parts ask --- */

/* Part of paths, and of every reader's syntax. */
static bool name_usable(const char *name)
{
	return ifname_valid(span_of(name)) && text_is_printable(span_of(name));
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool hand_name_plain(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!is_alnum(*p) && (p == name || !strchr("._-", *p)))
			return false;
	return name[0] != '\0';
}

bool hand_domain_ok(struct span domain)
{
	if (!domain.len || domain.len > 254 || !(is_alnum(domain.p[0]) || domain.p[0] == '_'))
		return false;
	for (size_t i = 0; i < domain.len; i++)
		if (!is_alnum(domain.p[i]) && (!domain.p[i] || !strchr("._-", domain.p[i])))
			return false;
	return true;
}

bool hand_next_domain(struct span *rest, struct span *ret)
{
	while (rest->p) {
		struct span domain = span_cut(rest, ' ');

		if (!hand_domain_ok(domain))
			continue;
		*ret = domain;
		return true;
	}
	return false;
}

static void add_servers(struct hand_dns *dns, enum ip_family family, const struct ip_addr *servers,
			uint8_t n)
{
	for (uint8_t i = 0; i < n; i++) {
		bool known = ip_is_unset(&servers[i]) ||
			     (family != IP_NONE && servers[i].family != family);

		for (uint8_t k = 0; k < dns->n; k++)
			known |= ip_eq(&servers[i], &dns->servers[k]);
		if (!known && dns->n < HAND_DNS_MAX)
			dns->servers[dns->n++] = servers[i];
	}
}

void hand_dns_of(const struct hand *h, const struct hand_nic *nic, enum ip_family family,
		 bool with_leases, struct hand_dns *ret)
{
	const struct lease *leases[] = { nic->lease4, nic->lease6, nic->ra };
	const struct plan *plan = h->in->plan;

	ret->n = 0;
	if (nic->boot)
		add_servers(ret, family, plan->dns, plan->n_dns);
	if (nic->v4)
		add_servers(ret, family, nic->v4->dns, nic->v4->n_dns);
	if (nic->v6)
		add_servers(ret, family, nic->v6->dns, nic->v6->n_dns);
	for (size_t i = 0; i < 3; i++)
		if (leases[i] && with_leases && !plan->no_peer_dns)
			add_servers(ret, family, leases[i]->dns, leases[i]->n_dns);
}

static bool has_domain(const struct out *out, struct span domain)
{
	struct span rest = { out->text, out->len }, one;

	while (hand_next_domain(&rest, &one))
		if (one.len == domain.len && !memcmp(one.p, domain.p, one.len))
			return true;
	return false;
}

static void add_domains(struct out *out, const char *domains)
{
	struct span rest = span_of(domains), domain;

	while (hand_next_domain(&rest, &domain))
		if (!has_domain(out, domain) && out->len + domain.len + 2 < out->size)
			out_add(out, "%s%.*s", out->len ? " " : "", SPAN_ARG(domain));
}

void hand_search_of(const struct hand *h, const struct hand_nic *nic, enum ip_family family,
		    bool with_leases, char dst[static DNS_SEARCH_MAX])
{
	const struct lease *leases[] = { family == IP_V6 ? NULL : nic->lease4,
					 family == IP_V4 ? NULL : nic->lease6,
					 family == IP_V4 ? NULL : nic->ra };
	struct out out = out_to(dst, DNS_SEARCH_MAX);

	if (h->in->plan->no_peer_dns || !with_leases)
		return;
	for (size_t i = 0; i < 3; i++) {
		if (!leases[i])
			continue;
		add_domains(&out, leases[i]->search[0] ? leases[i]->search : leases[i]->domain);
	}
}

static bool in_network(const struct ip_addr *ip, const struct ip_addr *net, uint8_t prefix)
{
	uint8_t bits = prefix % 8, mask = (uint8_t)(0xff00 >> bits);

	if (ip->family != net->family || memcmp(ip->bytes, net->bytes, prefix / 8) != 0)
		return false;
	return !bits || !((ip->bytes[prefix / 8] ^ net->bytes[prefix / 8]) & mask);
}

bool hand_has_address(const struct netconf *conf)
{
	return conf && !ip_is_unset(&conf->address);
}

bool hand_accepts_ra(const struct hand_nic *nic)
{
	enum ip6_method six = nic->v6 ? nic->v6->v6 : IP6_OFF;

	return nic->advertised || six == IP6_DHCP || six == IP6_EITHER || six == IP6_AUTO;
}

bool hand_gateway_off_link(const struct netconf *conf, const struct ip_addr *gateway)
{
	if (gateway->family == IP_V6 && gateway->bytes[0] == 0xfe)
		return false;
	return !hand_has_address(conf) || !in_network(gateway, &conf->address, conf->prefix);
}

bool hand_is_default(const struct lease_route *route)
{
	return !route->prefix && !ip_is_unset(&route->gateway);
}

static bool has_route(const struct netconf *conf, const struct lease_route *route)
{
	for (uint8_t i = 0; conf && i < conf->n_routes; i++)
		if (ip_eq(&conf->routes[i].dst, &route->dst) &&
		    conf->routes[i].prefix == route->prefix)
			return true;
	return false;
}

bool hand_plan_route_here(const struct hand *h, const struct hand_nic *nic,
			  const struct plan_route *route)
{
	const struct netconf *conf = route->route.gateway.family == IP_V6 ? nic->conf6 : nic->conf4;

	if (has_route(conf, &route->route))
		return false;
	if (route->ifname[0])
		return !strcmp(route->ifname, nic->name);
	if (!hand_gateway_off_link(conf, &route->route.gateway))
		return true;
	for (uint8_t i = 0; i < h->in->n_nics; i++) {
		const struct hand_nic *other = &h->in->nics[i];

		if (!hand_gateway_off_link(route->route.gateway.family == IP_V6 ? other->conf6
										: other->conf4,
					   &route->route.gateway))
			return false;
	}
	return nic->boot;
}

bool hand_client_id_is_mac(const struct hand *h, const struct hand_nic *nic)
{
	const struct hand_input *in = h->in;
	const uint8_t *id = nic->v4 && nic->v4->len_client_id ? nic->v4->client_id : in->client_id;
	uint8_t len = nic->v4 && nic->v4->len_client_id ? nic->v4->len_client_id
							: in->len_client_id;

	if (!len)
		return true;
	return len == 7 && nic->mac.len == 6 && id[0] == 1 && !memcmp(id + 1, nic->mac.bytes, 6);
}

const struct plan_link *hand_master_of(const struct hand *h, const struct hand_nic *nic)
{
	for (uint8_t i = 0; nic->master && i < h->in->n_nics; i++)
		if (h->in->nics[i].link && !strcmp(h->in->nics[i].name, nic->master) &&
		    name_usable(nic->master))
			return h->in->nics[i].link;
	return NULL;
}

bool hand_is_vlan_on(const struct hand_nic *vlan, const struct hand_nic *nic)
{
	return vlan != nic && vlan->link && vlan->link->kind == LINK_VLAN && vlan->link->n_ports &&
	       plan_port_is(&vlan->link->ports[0], nic->name, &nic->mac);
}

const struct hand_nic *hand_vlan_parent(const struct hand *h, const struct hand_nic *vlan)
{
	const struct hand_nic *found = NULL;

	/* by MAC, another VLAN or a port of a bond may be meant, too: what was not made by us first
	 */
	for (uint8_t i = 0; i < h->in->n_nics; i++)
		if (hand_is_vlan_on(vlan, &h->in->nics[i]) && (!found || found->link) &&
		    name_usable(h->in->nics[i].name))
			found = &h->in->nics[i];
	return found;
}

const char *hand_bond_option(const struct plan_link *link, const char *name)
{
	for (uint8_t i = 0; i < link->n_options; i++)
		if (!strcmp(link->options[i].name, name))
			return link->options[i].value;
	return NULL;
}

const char *hand_bond_mode(const struct plan_link *link)
{
	const char *mode = hand_bond_option(link, "mode");

	for (size_t i = 0; mode && bond_modes[i]; i++)
		if (!strcmp(mode, bond_modes[i]))
			return mode;
	return bond_modes[0];
}

bool hand_mac_is_set(const struct hand_nic *nic)
{
	return (nic->v4 && nic->v4->set_mac.len) || (nic->v6 && nic->v6->set_mac.len);
}

uint32_t hand_iaid(const struct hand_nic *nic)
{
	const uint8_t *end = nic->mac.bytes + nic->mac.len;

	if (nic->mac.len < 4)
		return 0;
	return (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 | (uint32_t)end[-2] << 8 | end[-1];
}

/* --- all of them --- */

static void of_the_boot(struct hand *h)
{
	if (h->in->dns) {
		hand_begin(h);
		dnsconf_text(h->in->dns, &h->out);
		hand_end(h, 0644, "/run/netroot/resolv.conf");
	}
	for (uint8_t i = 0; i < h->in->n_nics && h->in->iscsi; i++) {
		if (!h->in->nics[i].boot || !name_usable(h->in->nics[i].name))
			continue;
		/* open-iscsi, net-interface-handler: one name, ifupdown leaves that NIC alone */
		hand_begin(h);
		out_add(&h->out, "%s\n", h->in->nics[i].name);
		hand_end(h, 0644, "/run/initramfs/open-iscsi.interface");
		return;
	}
}

size_t handnet_files(const struct hand_input *in, char *text, hand_emit_fn *emit, void *arg,
		     struct err *err)
{
	struct hand h = { .in = in, .text = text, .emit = emit, .arg = arg, .err = err };

	of_the_boot(&h);
	for (uint8_t i = 0; i < in->n_nics; i++) {
		const struct hand_nic *nic = &in->nics[i];

		if (!name_usable(nic->name))
			continue;
		hand_klibc(&h, nic);
		hand_networkd(&h, nic);
		hand_networkd_netdev(&h, nic);
		hand_nm(&h, nic);
		hand_lease(&h, nic);
		hand_ifupdown(&h, nic);
		hand_udev(&h, nic);
	}
	hand_netplan(&h);
	return h.n_emitted;
}
