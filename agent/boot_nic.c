/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NICs as they come and go: renamed, made parts of VLANs, bonds and bridges, brought up. All of
 * them side by side; none is ever taken down once it is up, for that costs a switch's spanning
 * tree.
 */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/nicroom.h"
#include "sys/log.h"
#include "sys/nicplace.h"

#define IBFT_MODULE "iscsi_ibft"

static const char *const link_modules[] = {
	[LINK_VLAN] = "8021q",
	[LINK_BOND] = "bonding",
	[LINK_BRIDGE] = "bridge",
};

static const char *const link_words[] = {
	[LINK_VLAN] = "VLAN",
	[LINK_BOND] = "bond",
	[LINK_BRIDGE] = "bridge",
};

struct boot_nic *nic_by_index(struct boot *b, int ifindex)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex == ifindex)
			return &b->nics[i];
	return NULL;
}

const struct mac_addr *nic_hw_mac(const struct boot_nic *n)
{
	return n->hw_mac.len ? &n->hw_mac : &n->nic.mac;
}

bool nic_is(const struct boot_nic *n, const struct plan_port *port)
{
	return plan_port_is(port, n->nic.name, nic_hw_mac(n));
}

static struct boot_nic *nic_by_port(struct boot *b, const struct plan_port *port)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && nic_is(&b->nics[i], port))
			return &b->nics[i];
	return NULL;
}

static struct boot_nic *nic_by_name(struct boot *b, const char *name)
{
	struct plan_port port = { .mac = { 0 } };

	(void)text_copy(port.ifname, sizeof(port.ifname), span_of(name)); /* a name fits */
	return nic_by_port(b, &port);
}

/* --- links of the plan --- */

void nic_want_modules(struct boot *b)
{
	if (b->plan.ibft_awaited)
		kmod_want(b->kmod, IBFT_MODULE, KMOD_FIRST);
	for (uint8_t i = 0; b->kmod && i < b->plan.n_links; i++)
		kmod_want(b->kmod, link_modules[b->plan.links[i].kind], KMOD_NEEDED);
}

static bool made_already(const struct boot *b, const char *name)
{
	const struct plan_link *link = plan_link_named(&b->plan, name);

	return !link || b->link_made[link - b->plan.links];
}

/* What it is made of: a VLAN needs its parent, a bond and a bridge take their ports as they come.
 * The bond0 that bonding makes by itself is none before it is ours. */
static bool parent_of(struct boot *b, const struct plan_link *link, int *ret_ifindex)
{
	const struct boot_nic *parent;

	*ret_ifindex = 0;
	if (link->kind != LINK_VLAN)
		return true;
	parent = nic_by_port(b, &link->ports[0]);
	if (!parent || !made_already(b, parent->nic.name))
		return false;
	*ret_ifindex = parent->nic.ifindex;
	return true;
}

static void take_up(struct boot *b, struct boot_nic *n);
static void enslave_waiting(struct boot *b);
static void up_again(struct boot *b);

static void make_link(struct boot *b, const struct plan_link *link, int parent_ifindex)
{
	struct err err;
	int ret = rtnl_link_make(b->rtnl, link, parent_ifindex, &err);

	if (ret < 0)
		log_line(LOG_LEVEL_ERROR, "link", "%s", err.text);
	else if (ret > 0)
		log_line(LOG_LEVEL_WARN, "link", "%s, going on without", err.text);
	if (ret >= 0)
		log_line(LOG_LEVEL_INFO, "link", "%s %s made", link_words[link->kind], link->name);
}

static void take_up(struct boot *b, struct boot_nic *n);
static void begin(struct boot *b, struct boot_nic *n);

/* NICs were left for this, whatever they are for: firmware may say something else of them. */
static void await_ibft(struct boot *b)
{
	if (b->kmod && !kmod_settled(b->kmod, IBFT_MODULE))
		return;
	boot_read_ibft(b);
	nic_want_modules(b);
	root_want_modules(b);
	for (int i = 0; i < BOOT_NICS_MAX; i++) {
		struct boot_nic *n = &b->nics[i];

		if (!n->nic.ifindex)
			continue;
		take_up(b, n);
		begin(b, n);
	}
}

void nic_make_links(struct boot *b)
{
	if (b->rtnl && b->plan.ibft_awaited)
		await_ibft(b);
	for (uint8_t i = 0; b->rtnl && !b->plan.ibft_awaited && i < b->plan.n_links; i++) {
		const struct plan_link *link = &b->plan.links[i];
		struct boot_nic *n;
		int parent;

		if (b->link_made[i] || !parent_of(b, link, &parent))
			continue;
		if (b->kmod && !kmod_settled(b->kmod, link_modules[link->kind]))
			continue;
		b->link_made[i] = true;
		make_link(b, link, parent);
		/* bonding makes bond0 by itself when it is loaded: what a bond is cannot be changed
		 * once it is up */
		n = nic_by_name(b, link->name);
		if (n && !n->taken)
			take_up(b, n);
	}
	enslave_waiting(b);
	up_again(b);
}

static void enslave(struct boot *b, struct boot_nic *n)
{
	const struct boot_nic *master = nic_by_name(b, n->master);
	struct err err;

	if (n->enslaved || !master || !master->taken)
		return;
	if (rtnl_enslave(b->rtnl, n->nic.ifindex, master->nic.ifindex, &err) == 0) {
		n->enslaved = true;
		log_line(LOG_LEVEL_INFO, "link", "%s is a port of %s", n->nic.name, n->master);
	} else if (!n->port_failed) {
		n->port_failed = true;
		log_line(LOG_LEVEL_ERROR, "link", "%s as port of %s: %s, trying again", n->nic.name,
			 n->master, err.text);
	}
}

static void enslave_waiting(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && b->nics[i].master[0])
			enslave(b, &b->nics[i]);
}

/* --- one NIC --- */

/* ifname= gives its name to another, and another name to it: it is out of the way for a moment. */
static bool make_way(struct boot *b, const char *name)
{
	char other[IFNAME_MAX];
	struct out out = out_to(other, sizeof(other));
	struct boot_nic *n;
	struct mac_addr mac;
	const char *its;
	struct err err;
	int ifindex;

	if (!nic_named(name, &ifindex, &mac))
		return false;
	its = plan_name_for(&b->plan, &mac, NULL);
	n = nic_by_index(b, ifindex);
	if (!its || !strcmp(its, name) || (n && n->taken))
		return false;
	out_add(&out, "renamed%d", ifindex);
	return !out.cut && rtnl_rename(b->rtnl, ifindex, other, &err) == 0;
}

static void rename_nic(struct boot *b, struct nic *nic)
{
	struct nic_place place;
	const char *name;
	struct err err;
	int ret;

	/* a VLAN or bond has its port's MAC */
	if (!nic->physical)
		return;
	if (b->plan.names_by_place)
		nic_place_read(nic->name, &place);
	name = plan_name_for(&b->plan, &nic->mac, b->plan.names_by_place ? &place : NULL);
	if (!name || !strcmp(name, nic->name))
		return;
	ret = rtnl_rename(b->rtnl, nic->ifindex, name, &err);
	if (ret < 0 && err.code == EEXIST && make_way(b, name))
		ret = rtnl_rename(b->rtnl, nic->ifindex, name, &err);
	if (ret < 0) {
		log_line(LOG_LEVEL_WARN, "link", "ifname=: %s, going on as %s%s", err.text,
			 nic->name,
			 err.code == EEXIST ? "; give a name that the kernel itself does not give, "
					      "not eth0 and the like"
					    : "");
		return;
	}
	log_line(LOG_LEVEL_INFO, "link", "%s is now %s", nic->name, name);
	(void)text_copy(nic->name, sizeof(nic->name), span_of(name)); /* fits both */
}

static void take_family(struct boot_family *f, const struct plan_ip *ip)
{
	f->wanted = ip;
	if (ip)
		f->ip = *ip;
}

/* What has to be done before it is up. */
static void prepare(struct boot *b, struct boot_nic *n)
{
	const struct plan_ip *ip = n->v4.wanted ? &n->v4.ip : &n->v6.ip;
	const struct plan_link *link = plan_link_named(&b->plan, n->nic.name);
	uint32_t mtu = (n->v4.wanted || n->v6.wanted) && ip->mtu ? ip->mtu : link ? link->mtu : 0;
	bool set_mac = (n->v4.wanted || n->v6.wanted) && ip->set_mac.len;
	struct err err;

	if (set_mac && rtnl_set_mac(b->rtnl, n->nic.ifindex, &ip->set_mac, &err) < 0)
		log_line(LOG_LEVEL_WARN, "link", "%s: %s, going on with its own", n->nic.name,
			 err.text);
	else if (set_mac && !n->hw_mac.len)
		n->hw_mac = n->nic.mac;
	if (set_mac && n->hw_mac.len)
		n->nic.mac = ip->set_mac;
	if (mtu && rtnl_set_mtu(b->rtnl, n->nic.ifindex, mtu, &err) < 0)
		log_line(LOG_LEVEL_WARN, "link", "%s: %s, going on with %u", n->nic.name, err.text,
			 n->nic.mtu);
	if (n->v6.wanted && rtnl_ipv6_prepare(n->nic.name, n->v6.ip.v6, &err) < 0) {
		log_line(LOG_LEVEL_WARN, "link", "%s: %s, going on without IPv6", n->nic.name,
			 err.text);
		n->v6.wanted = false;
	}
}

static void bring_up(struct boot *b, struct boot_nic *n)
{
	struct err err;

	if (n->nic.up)
		return;
	prepare(b, n);
	if (rtnl_up(b->rtnl, n->nic.ifindex, &err) == 0) {
		n->up_failed = false;
	} else if (!n->up_failed) {
		n->up_failed = true;
		log_line(LOG_LEVEL_ERROR, "link", "%s: %s, trying again", n->nic.name, err.text);
	}
}

/* A driver may be busy for a moment, or wait for its firmware. */
static void up_again(struct boot *b)
{
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		if (b->nics[i].nic.ifindex && b->nics[i].up_failed)
			bring_up(b, &b->nics[i]);
}

static void take_up(struct boot *b, struct boot_nic *n)
{
	struct nic_facts facts = { n->nic.name, *nic_hw_mac(n), n->nic.ethernet, n->nic.physical,
				   n->nic.wireless };
	struct nic_choice choice;
	char mac[MAC_TEXT_MAX];

	if (!made_already(b, n->nic.name))
		return;
	n->taken = true;
	if (b->plan.ibft_awaited)
		return;
	plan_for_nic(&b->plan, &facts, &choice);
	take_family(&n->v4, choice.v4);
	take_family(&n->v6, choice.v6);
	if (choice.port_of)
		(void)text_copy(n->master, sizeof(n->master), span_of(choice.port_of->name));
	n->under_vlan = choice.under_vlan;
	n->wanted = choice.v4 || choice.v6 || choice.port_of || choice.under_vlan;
	if (!n->wanted)
		log_line(LOG_LEVEL_INFO, "link", "%s (%s) is left alone: %s", n->nic.name,
			 mac_text(&n->nic.mac, mac), choice.why);
	else if (n->master[0])
		enslave(b, n); /* which brings it up */
	else
		bring_up(b, n);
}

static void begin(struct boot *b, struct boot_nic *n)
{
	if (n->nic.ifindex && n->nic.carrier && n->wanted && !n->master[0])
		addr_begin(b, n);
}

/* What it had, a static address or the default route, may be another's now. */
static void nic_gone(struct boot *b, struct boot_nic *n)
{
	const struct plan_link *link = plan_link_named(&b->plan, n->nic.name);
	bool was_boot_nic = b->boot_ifindex == n->nic.ifindex;

	log_line(LOG_LEVEL_WARN, "link", "%s is gone", n->nic.name);
	if (link)
		b->link_made[link - b->plan.links] = false;
	if (was_boot_nic)
		b->boot_ifindex = 0;
	for (uint8_t i = 0; i < b->plan.n_routes; i++)
		if (b->route_on[i] == n->nic.ifindex)
			b->route_on[i] = 0;
	n->rank = 0;
	n->v4.configured = n->v6.configured = false;
	addr_end(b, n);
	memset(n, 0, sizeof(*n));
	for (int i = 0; i < BOOT_NICS_MAX; i++)
		begin(b, &b->nics[i]);
	if (was_boot_nic && phase_is(b, PHASE_ADDRESS, PHASE_DONE))
		phase_restart(b, PHASE_ADDRESS);
}

static bool is_named(const struct boot *b, const struct nic *nic)
{
	struct nic_facts facts = { nic->name, nic->mac, nic->ethernet, nic->physical,
				   nic->wireless };

	return plan_names_nic(&b->plan, &facts);
}

/* A free slot, else that of a NIC that makes way. */
static struct boot_nic *slot_for(struct boot *b, const struct nic *nic)
{
	struct boot_nic *n = nic_by_index(b, 0);
	struct nicroom room[BOOT_NICS_MAX];
	bool lost;
	int i;

	if (n)
		return n;
	for (i = 0; i < BOOT_NICS_MAX; i++) {
		n = &b->nics[i];
		room[i] = (struct nicroom){ .idle = n->taken && !n->wanted,
					    .named = is_named(b, &n->nic),
					    .boot = n->nic.ifindex == b->boot_ifindex,
					    .address = addr_any(n),
					    .carrier = n->nic.carrier };
	}
	i = nicroom_victim(room, BOOT_NICS_MAX, is_named(b, nic), &lost);
	if (i < 0)
		return NULL;
	n = &b->nics[i];
	if (lost)
		log_line(LOG_LEVEL_WARN, "link", "%s is let go, words name %s and %u NICs are all",
			 n->nic.name, nic->name, BOOT_NICS_MAX);
	addr_end(b, n);
	memset(n, 0, sizeof(*n));
	return n;
}

/* Said once: a NIC has news all the time. */
static void leave_out(struct boot *b, const struct nic *nic)
{
	char mac[MAC_TEXT_MAX];

	if (nic->ifindex <= b->left_out)
		return;
	b->left_out = nic->ifindex;
	log_line(
		LOG_LEVEL_WARN, "link",
		"%s (%s) is left out, %u NICs are used at most; to boot over it, name it by BOOTIF=, "
		"bootdev= or ip=%s:dhcp",
		nic->name, mac_text(&nic->mac, mac), BOOT_NICS_MAX, nic->name);
}

static struct boot_nic *nic_new(struct boot *b, const struct nic *seen)
{
	struct nic nic = *seen;
	struct boot_nic *n;

	rename_nic(b, &nic);
	n = slot_for(b, &nic);
	if (!n) {
		leave_out(b, &nic);
		return NULL;
	}
	n->nic = nic;
	if (!b->in.machine_mac.len && nic.ethernet && nic.physical) {
		b->in.machine_mac = nic.mac;
		boot_replan(b);
	}
	take_up(b, n);
	nic_make_links(b);
	return n;
}

/* A port that left its bond (or was pushed out by somebody) is not put back. */
static void on_nic(void *arg, const struct nic *nic, bool gone)
{
	struct boot *b = arg;
	struct boot_nic *n = nic_by_index(b, nic->ifindex);
	bool had_carrier = n && n->nic.carrier;
	bool other_mac = n && !mac_eq(&n->nic.mac, &nic->mac);
	bool begins = n && !n->nic.running && nic->running;

	if (nic->loopback)
		return;
	b->dirty = true;
	if (gone) {
		if (n)
			nic_gone(b, n);
		return;
	}
	if (n)
		n->nic = *nic;
	else
		n = nic_new(b, nic); /* perhaps under another name by now */
	if (!n)
		return;
	if (n->wanted && had_carrier != nic->carrier)
		log_line(LOG_LEVEL_DEBUG, "link", "%s: carrier %s", n->nic.name,
			 nic->carrier ? "up" : "down");
	/* bonds and bridges take that of their first port */
	if (other_mac)
		addr_restart(n);
	else if (had_carrier != nic->carrier)
		addr_carrier(n, nic->carrier);
	if (begins)
		addr_running(b, n);
	begin(b, n);
}

int nic_watch(struct boot *b, struct err *err)
{
	b->rtnl = rtnl_open(b->loop, on_nic, b, err);
	return b->rtnl ? 0 : -err->code;
}
