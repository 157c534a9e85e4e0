/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the plan: the order in which its parts are decided, and which NIC gets what. */
#include "core/plan.h"

#include <string.h>

#include "core/plan_wish.h"

#define END_AFTER_S 180 /* dracut's rd.retry */

static void set_defaults(struct plan *plan)
{
	const struct given by_default = { FROM_DEFAULT, 0 };

	memset(plan, 0, sizeof(*plan));
	(void)text_copy(plan->init, sizeof(plan->init), span_of("/sbin/init"));
	plan->init_given = by_default;
	plan->read_write_given = by_default;
	plan->rootdelay_given = by_default;
	plan->end_given = by_default;
	plan->end_after_s = END_AFTER_S;
	plan->panic_s = -1;
}

/* rd.shell over rd.emergency= over panic=: dracut.cmdline(7) wants rd.shell=0 beside
 * rd.emergency=, so a shell that is asked for comes first. */
static void set_end(const struct wishes *wish, struct plan *plan)
{
	if (wish->shell > 0) {
		plan->end = END_SHELL;
		plan->end_given = wish->shell_given;
		if (wish->emergency_given.by)
			plan_note(plan, NOTE_CHOICE,
				  "rd.shell is given, so rd.emergency= has no effect");
	} else if (wish->emergency_given.by) {
		plan->end = wish->emergency;
		plan->end_given = wish->emergency_given;
	} else if (wish->panic_given.by) {
		plan->end = END_REBOOT;
		plan->end_given = wish->panic_given;
	} else if (wish->retry_given.by) {
		plan_note(
			plan, NOTE_CHOICE,
			"rd.retry= alone ends nothing, the boot is retried for ever; add rd.shell, "
			"rd.emergency= or panic=");
	}
}

static void set_network(const struct wishes *wish, struct plan *plan)
{
	if (wish->no_bootif) {
		memset(&plan->bootif, 0, sizeof(plan->bootif));
		plan->bootif_given = (struct given){ FROM_NOWHERE, 0 };
	}
	if (plan->n_ips)
		return;
	plan->ips[0] = (struct plan_ip){ .given = { FROM_DEFAULT, 0 }, .v4 = IP4_DHCP };
	plan->n_ips = 1;
}

static void set_host_name(const struct plan_input *in, struct plan *plan)
{
	uint8_t first = 0;

	for (uint8_t i = 0; i < plan->n_ips; i++)
		if (plan->ips[i].host_name[0]) {
			memcpy(plan->host_name, plan->ips[i].host_name, sizeof(plan->host_name));
			plan->host_name_given = plan->ips[i].given;
			return;
		}
	if (plan->n_roots && plan->roots[0].server_given.by == FROM_DHCP)
		first = plan->roots[0].server_given.lease;
	for (uint8_t n = 0; n < in->n_leases; n++) {
		uint8_t i = (uint8_t)((first + n) % in->n_leases);

		if (in->leases[i].host_name[0] &&
		    text_copy(plan->host_name, sizeof(plan->host_name),
			      span_of(in->leases[i].host_name))) {
			plan->host_name_given = (struct given){ FROM_DHCP, i };
			return;
		}
	}
}

void plan_make(const struct plan_input *in, struct plan *ret)
{
	struct wishes wish = { .shell = -1 };

	set_defaults(ret);
	plan_words(in->conf, FROM_CONF, ret, &wish);
	plan_words(in->cmdline, FROM_CMDLINE, ret, &wish);
	set_network(&wish, ret);
	set_end(&wish, ret);
	plan_roots(in, &wish, ret);
	set_host_name(in, ret);
	plan_initiator(in, &wish, ret);
}

bool plan_wants_network(const struct plan *plan)
{
	for (uint8_t i = 0; i < plan->n_ips; i++)
		if ((plan->ips[i].v4 != IP4_OFF || plan->ips[i].v6 != IP6_OFF))
			return true;
	return false;
}

bool plan_port_is(const struct plan_port *port, const char *ifname, const struct mac_addr *mac)
{
	return port->mac.len ? mac_eq(&port->mac, mac) : !strcmp(port->ifname, ifname);
}

static bool names_device(const struct plan_ip *ip)
{
	return ip->port.ifname[0] || ip->port.mac.len;
}

const struct plan_link *plan_link_named(const struct plan *plan, const char *name)
{
	for (uint8_t i = 0; i < plan->n_links; i++)
		if (!strcmp(plan->links[i].name, name))
			return &plan->links[i];
	return NULL;
}

/* The entry that names the NIC, else the one that names none. */
static const struct plan_ip *entry_for(const struct plan *plan, const struct nic_facts *nic)
{
	const struct plan_ip *any = NULL;

	for (uint8_t i = 0; i < plan->n_ips; i++) {
		const struct plan_ip *ip = &plan->ips[i];

		if (!names_device(ip))
			any = ip;
		else if (plan_port_is(&ip->port, nic->ifname, &nic->mac))
			return ip;
	}
	return any;
}

void plan_for_nic(const struct plan *plan, const struct nic_facts *nic, struct nic_choice *ret)
{
	const struct plan_ip *ip = entry_for(plan, nic);

	*ret = (struct nic_choice){ .why = NULL };
	if (!ip)
		ret->why = "ip= names another NIC";
	else if (ip->v4 == IP4_OFF && ip->v6 == IP6_OFF)
		ret->why = "ip= turns it off";
	else if (!names_device(ip) && plan->bootif.len && !mac_eq(&plan->bootif, &nic->mac))
		ret->why = "BOOTIF names another NIC";
	else if (!names_device(ip) && !plan->bootif.len && !nic->ethernet)
		ret->why = "not Ethernet";
	else if (!names_device(ip) && !plan->bootif.len && !nic->physical)
		ret->why = "not a device of its own";
	else if (!names_device(ip) && !plan->bootif.len && nic->wireless)
		ret->why = "wireless";
	if (ret->why)
		return;
	ret->v4 = ip->v4 == IP4_OFF ? NULL : ip;
	ret->v6 = ip->v6 == IP6_OFF ? NULL : ip;
}

bool plan_root_eq(const struct plan_root *a, const struct plan_root *b)
{
	if (a->kind != b->kind || !ip_eq(&a->server.ip, &b->server.ip) ||
	    strcmp(a->server.name, b->server.name) != 0)
		return false;
	switch (a->kind) {
	case ROOT_NFS:
		return a->nfs.version == b->nfs.version && a->nfs.minor == b->nfs.minor &&
		       a->nfs.port == b->nfs.port && !strcmp(a->nfs.path, b->nfs.path) &&
		       !strcmp(a->nfs.options, b->nfs.options);
	case ROOT_ISCSI:
		return a->iscsi.port == b->iscsi.port && a->iscsi.lun_given == b->iscsi.lun_given &&
		       !memcmp(a->iscsi.lun, b->iscsi.lun, sizeof(a->iscsi.lun)) &&
		       !strcmp(a->iscsi.target, b->iscsi.target);
	}
	return false;
}
