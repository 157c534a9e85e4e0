/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Offers by their worth. RFC 2131 4.4.1 leaves the choice to the client: one that has what the boot
 * needs wins, the first of equals, whatever a proxyDHCP server (PXE 2.1, 2.2) puts beside it.
 */
#include "core/dhcp_offer.h"

#include <string.h>

#include "core/rootspec.h"

static bool names_server(const char *root_path)
{
	struct span text = span_of(root_path);
	struct nfs_spec spec;

	return rootspec_kind(text, IN_OPTION_17) == ROOTSPEC_NFS &&
	       !rootspec_nfs(text, &spec, NULL) && spec.server.name[0];
}

static unsigned int lacks_of(const struct dhcp *d, const struct lease *l)
{
	unsigned int lacks = 0;

	if (!l->root_path[0])
		lacks |= DHCP_WANT_ROOT;
	if (ip_is_unset(&l->siaddr) && !names_server(l->root_path))
		lacks |= DHCP_WANT_SERVER;
	return lacks & d->config.wants;
}

bool dhcp_offer_has_all(const struct dhcp *d, const struct lease *l)
{
	return !lacks_of(d, l);
}

/* The root path says the server as well, most times: it is worth more. */
static int worth_of(unsigned int lacks)
{
	return (lacks & DHCP_WANT_ROOT ? 0 : 2) + (lacks & DHCP_WANT_SERVER ? 0 : 1);
}

void dhcp_offer_forget(struct dhcp *d)
{
	d->window_ns = 0;
	d->n_offers = 0;
	d->as_firmware = false;
	d->offer_as_firmware = false;
	memset(&d->proxy, 0, sizeof(d->proxy));
	memset(&d->boot, 0, sizeof(d->boot));
	d->boot_of_proxy = false;
}

void dhcp_offer_complete(const struct dhcp *d, struct lease *l)
{
	const struct dhcp_proxy *p = &d->proxy;

	if (ip_is_unset(&p->id))
		return;
	l->proxy_id = p->id;
	/* many a server says itself in siaddr, unasked: the root path's own server goes with it */
	if (ip_is_unset(&l->siaddr) ||
	    (!l->root_path[0] && p->root_path[0] && !ip_is_unset(&p->siaddr)))
		l->siaddr = p->siaddr;
	if (!l->root_path[0])
		memcpy(l->root_path, p->root_path, sizeof(l->root_path));
	if (!l->tftp_server[0])
		memcpy(l->tftp_server, p->tftp_server, sizeof(l->tftp_server));
	if (!l->boot_file[0])
		memcpy(l->boot_file, p->boot_file, sizeof(l->boot_file));
}

bool dhcp_offer_is_full(const struct dhcp *d)
{
	return d->n_offers == DHCP_OFFERS_MAX;
}

/* Asked twice, as ourselves and as firmware, a server may say more the second time: it counts with
 * what was best. */
static void remember(struct dhcp *d, const struct ip_addr *server_id, unsigned int lacks)
{
	for (uint8_t i = 0; i < d->n_offers; i++) {
		if (!ip_eq(&d->offers[i].server_id, server_id))
			continue;
		if (worth_of(lacks) > worth_of(d->offers[i].lacks))
			d->offers[i].lacks = lacks;
		return;
	}
	if (dhcp_offer_is_full(d))
		return;
	d->offers[d->n_offers].server_id = *server_id;
	d->offers[d->n_offers++].lacks = lacks;
}

bool dhcp_offer_take(struct dhcp *d, const struct lease *offer)
{
	unsigned int lacks = lacks_of(d, offer);

	if (!d->n_offers || worth_of(lacks) > worth_of(lacks_of(d, &d->offer))) {
		d->offer = *offer;
		d->offer_as_firmware = d->as_firmware;
	}
	remember(d, &offer->server_id, lacks);
	/* what the proxy said may have come first */
	if (!ip_is_unset(&d->proxy.id)) {
		struct lease whole = d->offer;

		dhcp_offer_complete(d, &whole);
		return !lacks_of(d, &whole);
	}
	return !lacks_of(d, &d->offer);
}

bool dhcp_offer_take_proxy(struct dhcp *d, const struct lease *said)
{
	struct dhcp_proxy *p = &d->proxy;
	struct lease whole;

	/* the first one, but for one that has a root path: that is what it is asked for */
	if (!ip_is_unset(&p->id) && (p->root_path[0] || !said->root_path[0]))
		return false;
	p->id = said->server_id;
	p->siaddr = said->siaddr;
	memcpy(p->root_path, said->root_path, sizeof(p->root_path));
	memcpy(p->tftp_server, said->tftp_server, sizeof(p->tftp_server));
	memcpy(p->boot_file, said->boot_file, sizeof(p->boot_file));
	if (!d->n_offers)
		return false;
	whole = d->offer;
	dhcp_offer_complete(d, &whole);
	return !lacks_of(d, &whole);
}

static bool add_text(char *dst, size_t size, const char *said)
{
	if (dst[0] || !said[0])
		return false;
	(void)text_copy(dst, size, span_of(said)); /* both of one size */
	return true;
}

void dhcp_offer_add_proxy(struct dhcp *d, const struct lease *said)
{
	struct dhcp_proxy *p = &d->proxy;
	bool added = add_text(p->root_path, sizeof(p->root_path), said->root_path);

	added |= add_text(p->tftp_server, sizeof(p->tftp_server), said->tftp_server);
	added |= add_text(p->boot_file, sizeof(p->boot_file), said->boot_file);
	if (ip_is_unset(&p->siaddr) && !ip_is_unset(&said->siaddr)) {
		p->siaddr = said->siaddr;
		added = true;
	}
	if (added)
		p->id = said->server_id;
}

bool dhcp_is_declined(const struct dhcp *d, const struct ip_addr *address)
{
	for (uint8_t i = 0; i < DHCP_DECLINED_MAX; i++)
		if (!ip_is_unset(&d->declined[i]) && ip_eq(&d->declined[i], address))
			return true;
	return false;
}

static void say_lacks(const struct ip_addr *server_id, unsigned int lacks, struct out *out)
{
	char ip[IP_TEXT_MAX];

	out_add(out, "%s has no %s%s%s", ip_text(server_id, ip),
		lacks & DHCP_WANT_ROOT ? "root-path" : "",
		lacks == (DHCP_WANT_ROOT | DHCP_WANT_SERVER) ? " and no " : "",
		lacks & DHCP_WANT_SERVER ? "next-server" : "");
}

void dhcp_offer_say_lack(const struct dhcp *d, const struct lease *offer, struct out *out)
{
	say_lacks(&offer->server_id, lacks_of(d, offer), out);
}

void dhcp_offer_say_choice(const struct dhcp *d, struct out *out)
{
	bool any = false;
	char ip[IP_TEXT_MAX];

	for (uint8_t i = 0; i < d->n_offers; i++)
		any = any || d->offers[i].lacks;
	if (!any)
		return;
	out_add(out, "%u offer%s", d->n_offers, d->n_offers == 1 ? "" : "s");
	for (uint8_t i = 0; i < d->n_offers; i++) {
		if (!d->offers[i].lacks)
			continue;
		out_add(out, ", ");
		say_lacks(&d->offers[i].server_id, d->offers[i].lacks, out);
	}
	out_add(out, ", taking %s", ip_text(&d->offer.server_id, ip));
	if (!ip_is_unset(&d->proxy.id))
		out_add(out, ", with what proxyDHCP server %s adds", ip_text(&d->proxy.id, ip));
}
