/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which address of a server is connected to when. */
#include "core/eyeballs.h"

#define ATTEMPT_NS 250000000ull /* RFC 8305 8: Connection Attempt Delay */

void eyeballs_sort(struct ip_addr *addrs, uint8_t n, uint32_t turn)
{
	struct ip_addr sorted[EYEBALLS_MAX];
	uint8_t at[] = { 0, 0 }, n_sorted = 0;

	while (n_sorted < n) {
		for (int f = 0; f < 2; f++) {
			enum ip_family family = f ? IP_V4 : IP_V6;

			while (at[f] < n && addrs[at[f]].family != family)
				at[f]++;
			if (at[f] < n)
				sorted[n_sorted++] = addrs[at[f]++];
		}
		/* none of either is left: of no family, which are not to be connected to */
		if (at[0] >= n && at[1] >= n)
			break;
	}
	for (uint8_t i = 0; i < n_sorted; i++)
		addrs[i] = sorted[(turn % n_sorted + i) % n_sorted];
}

void eyeballs_init(struct eyeballs *e, uint8_t n, uint64_t now_ns)
{
	*e = (struct eyeballs){ .n = n, .next_ns = now_ns };
}

uint64_t eyeballs_deadline(const struct eyeballs *e)
{
	return e->n_begun < e->n ? e->next_ns : EYEBALLS_NO_DEADLINE;
}

int eyeballs_next(struct eyeballs *e, uint64_t now_ns)
{
	if (now_ns < eyeballs_deadline(e))
		return -1;
	e->next_ns = now_ns + ATTEMPT_NS;
	return e->n_begun++;
}

void eyeballs_failed(struct eyeballs *e, uint64_t now_ns)
{
	e->n_failed++;
	e->next_ns = now_ns;
}

bool eyeballs_over(const struct eyeballs *e)
{
	return e->n_failed == e->n;
}
