/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leases of a boot: kept beside each other per NIC and kind, shown to the plan, put to use
 * where the root needs them. */
#include "boot.h"

#include <string.h>

#include "sys/log.h"

static int lease_slot(const struct boot *b, int ifindex, enum lease_kind kind)
{
	for (int i = 0; i < b->n_leases; i++)
		if (b->lease_ifindex[i] == ifindex && b->leases[i].kind == kind)
			return i;
	return -1;
}

const struct lease *lease_of(const struct boot *b, int ifindex, enum lease_kind kind)
{
	int slot = lease_slot(b, ifindex, kind);

	return slot < 0 ? NULL : &b->leases[slot];
}

/* bootdev=: the leases of other NICs tell nothing of the root. */
static bool may_name_root(struct boot *b, int ifindex)
{
	const struct boot_nic *n = nic_by_index(b, ifindex);

	if (b->plan.bootdev_given.by == FROM_NOWHERE)
		return true;
	return n && plan_port_is(&b->plan.bootdev, n->nic.name, &n->nic.mac);
}

void lease_replan(struct boot *b)
{
	b->in.n_leases = 0;
	for (int i = 0; i < b->n_leases; i++) {
		if (!may_name_root(b, b->lease_ifindex[i]))
			continue;
		b->root_leases[b->in.n_leases] = b->leases[i];
		b->root_lease_ifindex[b->in.n_leases++] = b->lease_ifindex[i];
	}
	b->in.leases = b->root_leases;
	boot_replan(b);
}

static void say_lease(const struct lease *l)
{
	static const char *const ways[] = { [LEASE_DHCP4] = "DHCP server",
					    [LEASE_DHCP6] = "DHCPv6 server",
					    [LEASE_RA] = "router" };
	char address[IP_TEXT_MAX + 4], ip[IP_TEXT_MAX], server[IP_TEXT_MAX];
	char proxy[IP_TEXT_MAX], root_path[128];
	struct out out = out_to(address, sizeof(address));
	bool proxied = !ip_is_unset(&l->proxy_id);

	if (ip_is_unset(&l->address))
		out_add(&out, "no address");
	else
		out_add(&out, "%s/%u", ip_text(&l->address, ip), l->prefix);

	if (l->kind == LEASE_RA) {
		log_line(LOG_LEVEL_INFO, "address", "%s: advertisement of router %s%s%s", l->ifname,
			 ip_text(&l->server_id, server), l->managed ? ", addresses by DHCPv6" : "",
			 l->other && !l->managed ? ", the rest by DHCPv6" : "");
		return;
	}
	log_line(LOG_LEVEL_INFO, "address", "%s: %s from %s %s%s%s%s%s", l->ifname, address,
		 ways[l->kind], ip_text(&l->server_id, server), proxied ? " with proxy " : "",
		 proxied ? ip_text(&l->proxy_id, proxy) : "", l->root_path[0] ? ", root-path " : "",
		 text_quote(root_path, sizeof(root_path), span_of(l->root_path)));
}

static void keep_lease(struct boot *b, const struct boot_nic *n, const struct lease *lease)
{
	int slot = lease_slot(b, n->nic.ifindex, lease->kind);
	struct lease *l;

	if (slot < 0 && b->n_leases < PLAN_LEASES_MAX)
		slot = b->n_leases++;
	if (slot < 0)
		return;
	l = &b->leases[slot];
	*l = *lease;
	(void)text_copy(l->ifname, sizeof(l->ifname), span_of(n->nic.name)); /* a name fits */
	b->lease_ifindex[slot] = n->nic.ifindex;
	say_lease(l);
}

static void drop_slot(struct boot *b, int slot)
{
	b->n_leases--;
	memmove(&b->leases[slot], &b->leases[slot + 1],
		(size_t)(b->n_leases - slot) * sizeof(b->leases[0]));
	memmove(&b->lease_ifindex[slot], &b->lease_ifindex[slot + 1],
		(size_t)(b->n_leases - slot) * sizeof(b->lease_ifindex[0]));
}

void lease_forget(struct boot *b, int ifindex, enum lease_kind kind)
{
	int slot = lease_slot(b, ifindex, kind);

	if (slot >= 0)
		drop_slot(b, slot);
}

/* --- what leases come to --- */

/* The NIC is named by a word, or the root came with one of its leases, or is known without any. */
static bool lease_counts(const struct boot *b, const struct boot_family *f, int ifindex)
{
	const struct given *given = &b->plan.roots[0].given;

	if (f->ip.port.ifname[0] || f->ip.port.mac.len)
		return true;
	if (!b->plan.n_roots)
		return false;
	return !b->plan.root_from_dhcp ||
	       (given->by == FROM_DHCP && b->root_lease_ifindex[given->lease] == ifindex);
}

static void use_lease(struct boot *b, struct boot_nic *n, struct boot_family *f,
		      const struct lease *lease)
{
	bool fresh = !f->configured || !ip_eq(&f->conf.address, &lease->address);
	struct netconf conf;

	if (ip_is_unset(&lease->address))
		return;
	/* firmware's own address stays, whatever else the server would give by now */
	if (f->configured && f->ip.v4 == IP4_STATIC && !ip_eq(&f->conf.address, &lease->address)) {
		char ip[IP_TEXT_MAX], had[IP_TEXT_MAX];

		log_line(LOG_LEVEL_WARN, "address",
			 "%s: the DHCP server has %s for this machine, firmware had %s: keeping "
			 "that, nobody will renew it",
			 n->nic.name, ip_text(&lease->address, ip), ip_text(&f->conf.address, had));
		return;
	}
	netconf_from_lease(lease, &conf);
	if (addr_configure(b, n, f, &conf) && lease->kind == LEASE_DHCP4 && fresh)
		addr_probe(b, n);
}

static void use_leases(struct boot *b)
{
	for (int i = 0; i < b->n_leases; i++) {
		const struct lease *lease = &b->leases[i];
		struct boot_nic *n = nic_by_index(b, b->lease_ifindex[i]);
		struct boot_family *f = n && lease->kind == LEASE_DHCP4 ? &n->v4
					: n				? &n->v6
									: NULL;

		if (f && lease->kind != LEASE_RA && lease_counts(b, f, n->nic.ifindex))
			use_lease(b, n, f, lease);
	}
}

/* A new lease may bring another root than the one that is being tried, or that failed. */
static void follow_root(struct boot *b, const struct plan_root *before, uint8_t n_before)
{
	bool same = b->plan.n_roots == n_before &&
		    (!n_before || plan_root_eq(before, &b->plan.roots[0]));

	if (same)
		return;
	root_want_modules(b);
	if (phase_is(b, PHASE_ADDRESS, PHASE_BACKOFF))
		phase_restart(b, PHASE_ADDRESS);
	else if (phase_is(b, PHASE_ADDRESS, PHASE_DONE) &&
		 !phase_is(b, PHASE_HANDOVER, PHASE_RUNNING))
		phase_restart(b, PHASE_RESOLVE);
}

void lease_take(struct boot *b, const struct boot_nic *n, const struct lease *lease,
		const char *text)
{
	static struct plan_root before;
	uint8_t n_before = b->plan.n_roots;

	before = b->plan.roots[0];
	if (text[0])
		log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, text);
	keep_lease(b, n, lease);
	lease_replan(b);
	use_leases(b);
	follow_root(b, &before, n_before);
	b->dirty = true;
}
