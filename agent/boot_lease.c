/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leases of a boot: kept beside each other per NIC and kind, shown to the plan, put to use
 * where the root needs them. */
#include "boot.h"

#include <assert.h>
#include <string.h>

#include "core/claim.h"
#include "core/rootspec.h"
#include "sys/log.h"

static_assert(BOOT_NICS_MAX <= LEASES_NICS_MAX && 2 * BOOT_NICS_MAX <= PLAN_LEASES_MAX,
	      "every NIC has room for its leases");

const struct lease *lease_of(const struct boot *b, int ifindex, enum lease_kind kind)
{
	return leases_of(&b->leases, ifindex, kind, clock_now_ns());
}

bool lease_may_name_root(const struct boot *b, const struct boot_nic *n)
{
	return b->plan.bootdev_given.by == FROM_NOWHERE || (n && nic_is(n, &b->plan.bootdev));
}

/* Routers say nothing of a root. */
static void replan(struct boot *b)
{
	const struct leases *all = &b->leases;

	b->in.n_leases = 0;
	for (uint8_t i = 0; i < all->n && b->in.n_leases < PLAN_LEASES_MAX; i++) {
		if (all->at[i].kind == LEASE_RA ||
		    !lease_may_name_root(b, nic_by_index(b, all->ifindex[i])))
			continue;
		b->root_leases[b->in.n_leases] = all->at[i];
		b->root_lease_ifindex[b->in.n_leases++] = all->ifindex[i];
	}
	b->in.leases = b->root_leases;
	boot_replan(b);
}

static void say_lease(const struct boot_nic *n, const struct lease *l)
{
	char address[IP_TEXT_MAX + 4], ip[IP_TEXT_MAX], server[IP_TEXT_MAX];
	char proxy[IP_TEXT_MAX], root_path[128];
	struct out out = out_to(address, sizeof(address));
	bool proxied = !ip_is_unset(&l->proxy_id);

	if (ip_is_unset(&l->address))
		out_add(&out, "no address");
	else
		out_add(&out, "%s/%u", ip_text(&l->address, ip), l->prefix);
	log_line(LOG_LEVEL_INFO, "address", "%s: %s from %s server %s%s%s%s%s", n->nic.name,
		 address, l->kind == LEASE_DHCP6 ? "DHCPv6" : "DHCP",
		 ip_text(&l->server_id, server), proxied ? " with proxy " : "",
		 proxied ? ip_text(&l->proxy_id, proxy) : "", l->root_path[0] ? ", root-path " : "",
		 rootspec_quote(root_path, sizeof(root_path), span_of(l->root_path)));
}

static void say_ignored(const struct boot_nic *n, const char *text)
{
	if (text[0])
		log_line(LOG_LEVEL_WARN, "address", "%s: %s", n->nic.name, text);
}

static void say_advert(struct boot_nic *n, const struct lease *l, enum leases_kept kept,
		       const char *text)
{
	char router[IP_TEXT_MAX];

	switch (leases_say(&n->adverts, kept)) {
	case LEASES_SAY_IT:
		say_ignored(n, text);
		log_line(LOG_LEVEL_INFO, "address", "%s: advertisement of router %s%s%s",
			 n->nic.name, ip_text(&l->server_id, router),
			 l->managed ? ", addresses by DHCPv6" : "",
			 l->other && !l->managed ? ", the rest by DHCPv6" : "");
		return;
	case LEASES_SAY_COUNT:
		log_line(
			LOG_LEVEL_WARN, "address",
			"%s: %u more advertisements that are new, now of %s; %u routers are kept and "
			"the others ignored: if there are not that many, somebody floods this "
			"network (RA guard in its switches helps)",
			n->nic.name, n->adverts.untold, ip_text(&l->server_id, router),
			LEASES_ROUTERS_MAX);
		return;
	case LEASES_SAY_NOTHING:
		return;
	}
}

/* --- what leases come to --- */

static void use_leases(struct boot *b)
{
	for (uint8_t i = 0; i < b->leases.n; i++) {
		const struct lease *lease = &b->leases.at[i];
		struct boot_nic *n = nic_by_index(b, b->leases.ifindex[i]);

		if (n && lease->kind != LEASE_RA)
			claim_use(b, n, lease);
	}
}

static bool is_retried(const struct boot *b)
{
	for (enum phase_id i = PHASE_CONFIG; i < PHASE_HANDOVER; i++)
		if (phase_is(b, i, PHASE_BACKOFF))
			return true;
	return false;
}

/* Other leases may bring another root than the one that is being tried, or that failed, or none; or
 * one beside it, which is asked side by side with it, and no matter any more once it is found. */
static void follow_roots(struct boot *b, enum plan_news news, uint8_t n_before)
{
	if (news == PLAN_NEWS_NONE)
		return;
	root_want_modules(b);
	if (phase_is(b, PHASE_ADDRESS, PHASE_BACKOFF))
		phase_restart(b, PHASE_ADDRESS);
	else if (news == PLAN_NEWS_GONE || is_retried(b) ||
		 (news == PLAN_NEWS_OTHERS && !attach_is_done(b)))
		address_again(b);
	else if (news == PLAN_NEWS_MORE)
		paths_more(b, n_before);
}

static void changed(struct boot *b)
{
	static struct plan_root before[PLAN_ROOTS_MAX];
	uint8_t n_before = b->plan.n_roots;

	memcpy(before, b->plan.roots, n_before * sizeof(before[0]));
	replan(b);
	use_leases(b);
	follow_roots(b, plan_roots_news(before, n_before, &b->plan, &b->root_turn), n_before);
	b->dirty = true;
}

bool lease_gave(const struct boot *b, const struct given *given, int ifindex)
{
	return claim_gave(given, b->root_lease_ifindex, ifindex);
}

bool lease_named_root(const struct boot *b, int ifindex)
{
	for (uint8_t i = 0; i < b->plan.n_roots; i++)
		if (lease_gave(b, &b->plan.roots[i].given, ifindex) ||
		    lease_gave(b, &b->plan.roots[i].server_given, ifindex))
			return true;
	return lease_gave(b, &b->plan.config.server_given, ifindex);
}

bool lease_asking(struct boot *b)
{
	for (uint8_t i = 0; i < b->leases.n; i++) {
		const struct boot_nic *n = nic_by_index(b, b->leases.ifindex[i]);

		if (n && n->nic.carrier && !ip_is_unset(&b->leases.at[i].boot_server))
			return true;
	}
	return false;
}

static enum leases_kept keep(struct boot *b, const struct boot_nic *n, const struct lease *lease)
{
	static struct lease named;

	named = *lease;
	(void)text_copy(named.ifname, sizeof(named.ifname), span_of(n->nic.name)); /* a name fits */
	return leases_keep(&b->leases, n->nic.ifindex, &named);
}

void lease_take(struct boot *b, const struct boot_nic *n, const struct lease *lease,
		const char *text)
{
	say_ignored(n, text);
	(void)keep(b, n, lease); /* it has room, as asserted above */
	say_lease(n, lease);
	changed(b);
}

bool lease_take_advert(struct boot *b, struct boot_nic *n, const struct lease *lease,
		       const char *text)
{
	enum leases_kept kept = keep(b, n, lease);

	say_advert(n, lease, kept, text);
	if (kept == LEASES_NEWS)
		b->dirty = true;
	return kept == LEASES_NEWS;
}

void lease_drop(struct boot *b, int ifindex, enum lease_kind kind)
{
	leases_forget(&b->leases, ifindex, kind);
	changed(b);
}

void lease_drop_all(struct boot *b, int ifindex)
{
	for (enum lease_kind kind = LEASE_DHCP4; kind <= LEASE_RA; kind++)
		leases_forget(&b->leases, ifindex, kind);
	changed(b);
}
