/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Back-off and jitter. */
#include "core/backoff.h"

uint64_t rng_next(uint64_t *rng)
{
	uint64_t z = *rng += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint64_t rng_seed(uint64_t seed, const struct mac_addr *mac)
{
	for (int i = 0; i < mac->len; i++)
		seed = seed * 257 + mac->bytes[i];
	return seed;
}

uint64_t backoff_ns(const struct backoff *b, uint32_t n_failures, uint64_t *rng)
{
	uint64_t ms = b->first_ms;

	while (n_failures-- && ms < b->max_ms)
		ms *= 2;
	if (ms > b->max_ms)
		ms = b->max_ms;
	/* 3/4 to 5/4 of it */
	return (ms * 3 / 4) * 1000000 + rng_next(rng) % (ms * 500000 + 1);
}
