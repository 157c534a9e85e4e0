/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ends of leases and waits of the DHCP clients. */
#include "core/dhcp_time.h"

#include "core/backoff.h"

/* Rounds that failed after an offer: the next begins at once after the first (a NAK is an
 * invitation to ask again), then 1 s, 2 s ... later, lest two of them chase each other. */
#define FAILED_FIRST_MS 1000
#define FAILED_MAX_MS 64000

/* For ten seconds, which is longer than LACP takes, then less often. */
#define UNSENT_FIRST_MS 250
#define UNSENT_MANY 40
#define UNSENT_MANY_MS 2000
#define UNSENT_JITTER_PART 10 /* RFC 8415 15 */

uint64_t dhcp_min_ns(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t dhcp_lease_ns(const struct lease *l, uint32_t span_s)
{
	if (span_s == DHCP_LEASE_FOR_EVER)
		return DHCP_NO_DEADLINE;
	return l->acquired_ns + span_s * DHCP_NS_PER_S;
}

uint64_t dhcp_jitter_ns(uint64_t *rng, uint64_t ms, unsigned int part)
{
	uint64_t ns = ms * DHCP_NS_PER_MS, most = ns / part;

	return ns - most + (most ? rng_next(rng) % (2 * most + 1) : 0);
}

uint64_t dhcp_back_off_ns(uint64_t *rng, uint32_t *interval_ms, uint32_t max_ms, unsigned int part)
{
	uint64_t wait_ns = dhcp_jitter_ns(rng, *interval_ms, part);

	*interval_ms = *interval_ms > max_ms / 2 ? max_ms : *interval_ms * 2;
	return wait_ns;
}

uint64_t dhcp_failed_wait_ms(uint8_t *n_failed)
{
	uint64_t ms = FAILED_FIRST_MS;

	if (*n_failed < UINT8_MAX)
		++*n_failed;
	if (*n_failed == 1)
		return 0;
	for (int i = 2; i < *n_failed && ms < FAILED_MAX_MS; i++)
		ms *= 2;
	return ms;
}

void dhcp_unsent_try(struct dhcp_unsent *u)
{
	if (!u->last)
		u->n = 0;
	u->last = false;
}

uint8_t dhcp_unsent_again(struct dhcp_resend *tx, uint32_t first_ms, uint64_t now_ns, uint64_t *rng)
{
	struct dhcp_unsent *u = &tx->unsent;

	if (!tx->n_sent)
		return 0;
	tx->n_sent--;
	u->last = true;
	if (u->n < UINT8_MAX)
		u->n++;
	tx->interval_ms = first_ms;
	tx->next_ns = now_ns +
		      dhcp_jitter_ns(rng, u->n <= UNSENT_MANY ? UNSENT_FIRST_MS : UNSENT_MANY_MS,
				     UNSENT_JITTER_PART);
	return u->n;
}
