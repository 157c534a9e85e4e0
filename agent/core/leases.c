/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which leases are kept, and which of a link's routers. */
#include "core/leases.h"

#include <string.h>

#include "core/dhcp_time.h"
#include "core/ra.h"

#define TOLD_MAX 8 /* news of routers per NIC that are said as they are */

static bool is_of(const struct leases *t, uint8_t i, int ifindex, enum lease_kind kind)
{
	return t->ifindex[i] == ifindex && t->at[i].kind == kind;
}

static uint8_t slot_of(const struct leases *t, int ifindex, const struct lease *lease)
{
	uint8_t i = 0;

	while (i < t->n &&
	       !(is_of(t, i, ifindex, lease->kind) &&
		 (lease->kind != LEASE_RA || ip_eq(&t->at[i].server_id, &lease->server_id))))
		i++;
	return i;
}

static void drop(struct leases *t, uint8_t slot)
{
	size_t behind = (size_t)(t->n - slot - 1);

	memmove(&t->at[slot], &t->at[slot + 1], behind * sizeof(t->at[0]));
	memmove(&t->ifindex[slot], &t->ifindex[slot + 1], behind * sizeof(t->ifindex[0]));
	t->n--;
}

/* A default router by its preference, which is how a site makes its own ones stand out (RFC 6104
 * 3.3); less one that gives but other things, or whose time is over; nothing one that gives none.
 */
static int worth(const struct lease *l, uint64_t now_ns)
{
	bool over = now_ns >= dhcp_lease_ns(l, l->lease_s);

	for (uint8_t i = 0; !over && i < l->n_routes; i++)
		if (!l->routes[i].prefix)
			return 3 + l->routes[i].preference;
	return l->n_routes || l->n_dns || l->managed || l->other ? 1 : 0;
}

/* The router that goes for a new one: the newest of those worth least, where that is less than
 * the new one is worth. A newcomer as good as those that are known has no claim: anybody can send
 * any number of those. t->n: none. */
static uint8_t victim(const struct leases *t, int ifindex, const struct lease *lease)
{
	int least = worth(lease, lease->acquired_ns);
	uint8_t found = t->n;

	for (uint8_t i = t->n; i-- > 0;) {
		int his = worth(&t->at[i], lease->acquired_ns);

		if (!is_of(t, i, ifindex, LEASE_RA) || his >= least)
			continue;
		least = his;
		found = i;
	}
	return found;
}

static uint8_t n_routers(const struct leases *t, int ifindex)
{
	uint8_t n = 0;

	for (uint8_t i = 0; i < t->n; i++)
		n += is_of(t, i, ifindex, LEASE_RA);
	return n;
}

/* For a new one there is a place behind the others, or one is made; false: it is not to be had. */
static bool make_room(struct leases *t, int ifindex, const struct lease *lease)
{
	uint8_t out;

	if (lease->kind == LEASE_RA && n_routers(t, ifindex) >= LEASES_ROUTERS_MAX) {
		out = victim(t, ifindex, lease);
		if (out == t->n)
			return false;
		drop(t, out);
	}
	return t->n < LEASES_MAX;
}

enum leases_kept leases_keep(struct leases *t, int ifindex, const struct lease *lease)
{
	uint8_t slot = slot_of(t, ifindex, lease);
	struct lease *before = slot < t->n ? &t->at[slot] : NULL;
	uint64_t digest = before ? ra_digest(before) : 0;

	if (!before) {
		if (!make_room(t, ifindex, lease))
			return LEASES_NO_ROOM;
		slot = t->n++;
	}
	t->ifindex[slot] = ifindex;
	if (lease->kind == LEASE_RA)
		ra_merge(before, lease, &t->at[slot]);
	else
		t->at[slot] = *lease;
	return lease->kind == LEASE_RA && before && digest == ra_digest(before) ? LEASES_SAME
										: LEASES_NEWS;
}

void leases_forget(struct leases *t, int ifindex, enum lease_kind kind)
{
	for (uint8_t i = t->n; i-- > 0;)
		if (is_of(t, i, ifindex, kind))
			drop(t, i);
}

const struct lease *leases_of(const struct leases *t, int ifindex, enum lease_kind kind,
			      uint64_t now_ns)
{
	const struct lease *best = NULL;

	for (uint8_t i = 0; i < t->n; i++)
		if (is_of(t, i, ifindex, kind) &&
		    (!best || worth(&t->at[i], now_ns) > worth(best, now_ns)))
			best = &t->at[i];
	return best;
}

void leases_flags(const struct leases *t, int ifindex, bool *ret_managed, bool *ret_other)
{
	*ret_managed = *ret_other = false;
	for (uint8_t i = 0; i < t->n; i++) {
		if (!is_of(t, i, ifindex, LEASE_RA))
			continue;
		*ret_managed = *ret_managed || t->at[i].managed;
		*ret_other = *ret_other || t->at[i].other;
	}
}

void leases_expire(struct leases *t, uint64_t now_ns)
{
	for (uint8_t i = 0; i < t->n; i++)
		if (t->at[i].kind == LEASE_RA)
			ra_expire(&t->at[i], now_ns);
}

/* --- what is said of it --- */

static bool is_power_of_ten(uint32_t n)
{
	while (n && n % 10 == 0)
		n /= 10;
	return n == 1;
}

enum leases_say leases_say(struct leases_told *t, enum leases_kept kept)
{
	if (kept == LEASES_SAME)
		return LEASES_SAY_NOTHING;
	if (kept == LEASES_NEWS && t->told < TOLD_MAX) {
		t->told++;
		return LEASES_SAY_IT;
	}
	if (t->untold < UINT32_MAX)
		t->untold++;
	return is_power_of_ten(t->untold) ? LEASES_SAY_COUNT : LEASES_SAY_NOTHING;
}
