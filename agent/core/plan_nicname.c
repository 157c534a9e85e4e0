/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in words that only udev would give to a NIC: what NIC is meant by them. */
#include "core/plan_wish.h"

#include <string.h>

#include "core/nicname.h"

static const struct plan_rename *rename_to(const struct plan *plan, const char *name)
{
	for (uint8_t i = 0; i < plan->n_renames; i++)
		if (!strcmp(plan->renames[i].name, name))
			return &plan->renames[i];
	return NULL;
}

static const struct plan_rename *rename_of(const struct plan *plan, const struct mac_addr *mac)
{
	for (uint8_t i = 0; i < plan->n_renames; i++)
		if (mac_eq(&plan->renames[i].mac, mac))
			return &plan->renames[i];
	return NULL;
}

/* A name that no other word explains. */
static bool is_open(const struct plan *plan, const char *name)
{
	return name[0] && !rename_to(plan, name) && !plan_link_named(plan, name);
}

/* --- enx<MAC> --- */

/* As dracut: the NIC gets that name, unless ifname= gives it another. */
static void name_by_mac(struct plan *plan, const struct mac_addr *mac, const char *name,
			struct given given)
{
	struct plan_rename *r = &plan->renames[plan->n_renames];

	if (rename_of(plan, mac))
		return;
	if (plan->n_renames == PLAN_RENAMES_MAX) {
		plan_note(plan, NOTE_IGNORED, given,
			  "%s: there are already %d names by ifname=, the NIC keeps its own", name,
			  PLAN_RENAMES_MAX);
		return;
	}
	*r = (struct plan_rename){ .given = given, .mac = *mac };
	(void)text_copy(r->name, sizeof(r->name), span_of(name)); /* both IFNAME_MAX */
	plan->n_renames++;
}

static void port_by_mac(struct plan *plan, struct plan_port *port, struct given given)
{
	struct mac_addr mac;

	/* the name of a rename that was made for it here is open no more, but still a MAC */
	if (port->mac.len || !nicname_mac(port->ifname, &mac) ||
	    plan_link_named(plan, port->ifname))
		return;
	if (rename_to(plan, port->ifname) && !mac_eq(&rename_to(plan, port->ifname)->mac, &mac))
		return; /* ifname= gives it to another NIC */
	name_by_mac(plan, &mac, port->ifname, given);
	port->mac = mac;
	memset(port->ifname, 0, sizeof(port->ifname));
}

/* MAAS and Ubuntu's initramfs-tools: ip=::::host:BOOTIF. */
static void port_by_bootif(const struct plan_input *in, struct plan *plan, struct plan_port *port,
			   struct given given)
{
	char q[PLAN_QUOTE_MAX];

	if (strcmp(port->ifname, "BOOTIF") != 0 || !is_open(plan, port->ifname))
		return;
	memset(port->ifname, 0, sizeof(port->ifname));
	port->mac = plan->bootif;
	if (!port->mac.len)
		plan_note(plan, NOTE_CHOICE, given,
			  "%s: there is no BOOTIF=, it is read as any wired NIC",
			  given_word(given, in, q));
}

/* A route knows its device by name alone. */
static void route_by_mac(struct plan *plan, struct plan_route *route)
{
	const struct plan_rename *r;
	struct mac_addr mac;

	if (!is_open(plan, route->ifname) || !nicname_mac(route->ifname, &mac))
		return;
	name_by_mac(plan, &mac, route->ifname, route->given);
	r = rename_of(plan, &mac);
	if (r)
		memcpy(route->ifname, r->name, sizeof(route->ifname));
}

/* --- the others --- */

static void note_name(const struct plan_input *in, struct plan *plan, const char *name,
		      struct given given)
{
	char q[PLAN_QUOTE_MAX];

	if (!is_open(plan, name))
		return;
	if (nicname_by_place(name)) {
		plan->names_by_place = true;
		plan_note(plan, NOTE_CHOICE, given,
			  "%s: udev's name, given to the NIC whose slot makes it; if none is "
			  "called so, write its MAC address instead, or add ifname=%s:MAC",
			  given_word(given, in, q), name);
	} else if (nicname_by_bios(name)) {
		plan_note(plan, NOTE_CHOICE, given,
			  "%s: biosdevname's name, which no NIC has here; write its MAC address "
			  "instead, or add ifname=%s:MAC",
			  given_word(given, in, q), name);
	}
}

void plan_nic_names(const struct plan_input *in, struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++) {
		port_by_bootif(in, plan, &plan->ips[i].port, plan->ips[i].given);
		port_by_mac(plan, &plan->ips[i].port, plan->ips[i].given);
		note_name(in, plan, plan->ips[i].port.ifname, plan->ips[i].given);
	}
	for (uint8_t i = 0; i < plan->n_links; i++) {
		struct plan_link *link = &plan->links[i];

		for (uint8_t p = 0; p < link->n_ports; p++) {
			port_by_mac(plan, &link->ports[p], link->given);
			note_name(in, plan, link->ports[p].ifname, link->given);
		}
	}
	port_by_mac(plan, &plan->bootdev, plan->bootdev_given);
	note_name(in, plan, plan->bootdev.ifname, plan->bootdev_given);
	for (uint8_t i = 0; i < plan->n_routes; i++) {
		route_by_mac(plan, &plan->routes[i]);
		note_name(in, plan, plan->routes[i].ifname, plan->routes[i].given);
	}
}

/* --- at the NIC --- */

static bool is_meant(const struct plan *plan, const struct nic_place *place, const char *name)
{
	return is_open(plan, name) && nic_place_named(place, name);
}

static const char *name_by_place(const struct plan *plan, const struct nic_place *place)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (is_meant(plan, place, plan->ips[i].port.ifname))
			return plan->ips[i].port.ifname;
	for (uint8_t i = 0; i < plan->n_links; i++)
		for (uint8_t p = 0; p < plan->links[i].n_ports; p++)
			if (is_meant(plan, place, plan->links[i].ports[p].ifname))
				return plan->links[i].ports[p].ifname;
	if (is_meant(plan, place, plan->bootdev.ifname))
		return plan->bootdev.ifname;
	for (uint8_t i = 0; i < plan->n_routes; i++)
		if (is_meant(plan, place, plan->routes[i].ifname))
			return plan->routes[i].ifname;
	return NULL;
}

const char *plan_name_for(const struct plan *plan, const struct mac_addr *mac,
			  const struct nic_place *place)
{
	const struct plan_rename *r = rename_of(plan, mac);

	if (r)
		return r->name;
	return place ? name_by_place(plan, place) : NULL;
}
