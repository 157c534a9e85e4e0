/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Back-off: bounds of each step, the cap, and that two machines differ. */
#include "core/backoff.h"

#include "test.h"

#define MS 1000000ull

static const struct backoff b = { .first_ms = 1000, .max_ms = 30000 };

static void steps_stay_within_a_quarter(void)
{
	static const struct {
		uint32_t n;
		uint64_t lo_ms, hi_ms;
	} rows[] = {
		{ 0, 750, 1250 },
		{ 1, 1500, 2500 },
		{ 2, 3000, 5000 },
		{ 4, 12000, 20000 },
		{ 5, 22500, 37500 },
		{ 60, 22500, 37500 },
		{ UINT32_MAX, 22500, 37500 },
	};
	uint64_t rng = 7;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int k = 0; k < 1000; k++) {
			uint64_t ns = backoff_ns(&b, rows[i].n, &rng);

			ok(ns >= rows[i].lo_ms * MS && ns <= rows[i].hi_ms * MS);
		}
	}
}

static void jitter_uses_the_whole_range(void)
{
	uint64_t rng = 1, least = UINT64_MAX, most = 0;

	for (int k = 0; k < 1000; k++) {
		uint64_t ns = backoff_ns(&b, 0, &rng);

		least = ns < least ? ns : least;
		most = ns > most ? ns : most;
	}
	ok(least < 760 * MS);
	ok(most > 1240 * MS);
}

static void seeds_differ(void)
{
	uint64_t one = 1, two = 2;

	ok(backoff_ns(&b, 3, &one) != backoff_ns(&b, 3, &two));
}

/* SplitMix64's published first outputs for the seed 1234567. */
static void generator_is_splitmix64(void)
{
	uint64_t rng = 1234567;

	ok(rng_next(&rng) == 6457827717110365317ull);
	ok(rng_next(&rng) == 3203168211198807973ull);
}

int main(void)
{
	RUN(steps_stay_within_a_quarter);
	RUN(jitter_uses_the_whole_range);
	RUN(seeds_differ);
	RUN(generator_is_splitmix64);
	return test_end();
}
