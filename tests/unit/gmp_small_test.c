/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The products that stand in for GMP's, beside what GMP's product of numbers of two sizes says. */
#include "core/gmp_small.h"

#include "test.h"

#define MAX (2 * GMP_SMALL_LIMBS)

static void check(const mp_limb_t *a, const mp_limb_t *b, mp_size_t n)
{
	mp_limb_t long_a[MAX + 1] = { 0 }, want[2 * MAX + 1], is[2 * MAX];

	mpn_copyi(long_a, a, n);
	(void)mpn_mul(want, long_a, n + 1, b, n);
	mpn_mul_n(is, a, b, n);
	ok(!mpn_cmp(is, want, 2 * n));
	(void)mpn_mul(want, long_a, n + 1, a, n);
	mpn_sqr(is, a, n);
	ok(!mpn_cmp(is, want, 2 * n));
}

static void products(void)
{
	mp_limb_t a[MAX], b[MAX], rng = 1;

	for (mp_size_t n = 1; n <= MAX; n++)
		for (int round = 0; round < 50; round++) {
			for (mp_size_t i = 0; i < n; i++) {
				rng = rng * 6364136223846793005u + 1442695040888963407u;
				a[i] = round ? rng ^ rng >> 29 : GMP_NUMB_MAX;
				b[i] = round > 1 ? ~(rng * 31) : GMP_NUMB_MAX;
			}
			check(a, b, n);
		}
}

int main(void)
{
	RUN(products);
	return test_end();
}
