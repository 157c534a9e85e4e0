/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The order in which links can be made, and the two ways in which there is none. */
#include "core/linkspec.h"

#include <errno.h>
#include <string.h>

static bool is_made_of(const struct plan_link *link, const char *name)
{
	for (int i = 0; i < link->n_ports; i++)
		if (!strcmp(link->ports[i].ifname, name))
			return true;
	return false;
}

/* The first of links[from..n) that `link` is made of, or n. */
static uint8_t waits_for(const struct plan_link *link, const struct plan_link *links, uint8_t from,
			 uint8_t n)
{
	uint8_t i = from;

	while (i < n && !is_made_of(link, links[i].name))
		i++;
	return i;
}

static const char *port_text(const struct plan_port *port, char dst[static MAC_TEXT_MAX])
{
	return port->mac.len ? mac_text(&port->mac, dst) : port->ifname;
}

/* Of bonds and bridges a port can be in one; VLANs there may be several on it. */
static bool shares_port(const struct plan_link *a, const struct plan_link *b, struct err *err)
{
	char t[MAC_TEXT_MAX];

	if (a->kind == LINK_VLAN || b->kind == LINK_VLAN)
		return false;
	for (int i = 0; i < a->n_ports; i++) {
		for (int k = 0; k < b->n_ports; k++) {
			const struct plan_port *p = &a->ports[i], *q = &b->ports[k];

			if (strcmp(p->ifname, q->ifname) != 0 || !mac_eq(&p->mac, &q->mac))
				continue;
			(void)err_set(err, EINVAL, "%s cannot be a port of both %s and %s",
				      port_text(p, t), a->name, b->name);
			return true;
		}
	}
	return false;
}

static bool check_pairs(const struct plan_link *links, uint8_t n, struct err *err)
{
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < i; k++) {
			if (!strcmp(links[i].name, links[k].name)) {
				(void)err_set(err, EINVAL, "two links have the name %s",
					      links[i].name);
				return false;
			}
			if (shares_port(&links[k], &links[i], err))
				return false;
		}
	}
	return true;
}

/* Every link of links[from..n) waits for another of them: n steps from any lead into a circle. */
static void say_circle(const struct plan_link *links, uint8_t from, uint8_t n, struct err *err)
{
	uint8_t at = from, next;

	for (int i = from; i < n; i++)
		at = waits_for(&links[at], links, from, n);
	next = waits_for(&links[at], links, from, n);
	(void)err_set(err, EINVAL,
		      "%s is made of %s, which hangs on %s in turn: none of them can be first",
		      links[at].name, links[next].name, links[at].name);
}

bool linkspec_order(struct plan_link *links, uint8_t n, struct err *err)
{
	if (!check_pairs(links, n, err))
		return false;
	for (uint8_t i = 0; i < n; i++) {
		struct plan_link link;
		uint8_t at = i;

		while (at < n && waits_for(&links[at], links, i, n) < n)
			at++;
		if (at == n) {
			say_circle(links, i, n, err);
			return false;
		}
		link = links[at];
		memmove(&links[i + 1], &links[i], (size_t)(at - i) * sizeof(links[0]));
		links[i] = link;
	}
	return true;
}
