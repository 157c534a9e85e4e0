/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The leases of a boot beside each other, per NIC and kind. DHCP and DHCPv6 have one per NIC, and
 * always room; of the routers of a link, which anybody on it can be, so many are kept. Pure.
 */
#ifndef NETROOT_CORE_LEASES_H
#define NETROOT_CORE_LEASES_H

#include "core/lease.h"

#define LEASES_NICS_MAX 16
#define LEASES_ROUTERS_MAX 4 /* per NIC; two that stand in for each other are common */
#define LEASES_MAX (LEASES_NICS_MAX * (2 + LEASES_ROUTERS_MAX))

struct leases {
	struct lease at[LEASES_MAX]; /* in the order they came */
	int ifindex[LEASES_MAX];
	uint8_t n;
};

enum leases_kept {
	LEASES_NEWS, /* it is kept, and differs in more than times from what was there */
	LEASES_SAME, /* it is kept: times are what is new */
	LEASES_NO_ROOM, /* as many routers of this NIC are kept, and none of them is worth less */
};

/*
 * Keeps *lease in place of what the same NIC had by the same way: of the same router, where it is
 * an advertisement. lease->acquired_ns is the time. No more than LEASES_NICS_MAX different ifindex
 * at a time: leases_forget() what is gone.
 */
enum leases_kept leases_keep(struct leases *t, int ifindex, const struct lease *lease);
void leases_forget(struct leases *t, int ifindex, enum lease_kind kind);
/* Of several routers the one that is worth most, else the first; NULL: none. */
const struct lease *leases_of(const struct leases *t, int ifindex, enum lease_kind kind,
			      uint64_t now_ns);
/* What the kept routers of the NIC say of DHCPv6: M and O of any of them. */
void leases_flags(const struct leases *t, int ifindex, bool *ret_managed, bool *ret_other);

/* Before they are used: of routers nothing whose time is over. */
void leases_expire(struct leases *t, uint64_t now_ns);

/* How much was said of advertisements on a NIC: whoever sends them by the thousand does not fill
 * the log. */
struct leases_told {
	uint32_t told, untold;
};
enum leases_say { LEASES_SAY_IT, LEASES_SAY_COUNT, LEASES_SAY_NOTHING };
/* Of news or (LEASES_NO_ROOM) of an advertisement that is not kept: the first few news are said as
 * they are, of everything else the count, t->untold, when it is 1, 10, 100 and so on. */
enum leases_say leases_say(struct leases_told *t, enum leases_kept kept);

#endif
