/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capped exponential back-off with jitter, and the small generator that jitter and identifiers come
 * from. */
#ifndef NETROOT_CORE_BACKOFF_H
#define NETROOT_CORE_BACKOFF_H

#include <stdint.h>

#include "core/addr.h"

struct backoff {
	uint32_t first_ms, max_ms;
};

/* SplitMix64: good enough to spread a fleet's retries, not for secrets. Advances *rng. */
uint64_t rng_next(uint64_t *rng);
/* Of NICs of one machine, which may all be given one seed. */
uint64_t rng_seed(uint64_t seed, const struct mac_addr *mac);
/* The wait after n failures in a row (0: the first), in ns: first * 2^n, at most max, then plus or
 * minus a quarter. */
uint64_t backoff_ns(const struct backoff *b, uint32_t n_failures, uint64_t *rng);

#endif
