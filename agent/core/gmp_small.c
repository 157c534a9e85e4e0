/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GMP's products of numbers of one size, for the whole program in place of its own. Those choose
 * among ways for millions of digits, which are 70 KB of the program; these are right for numbers of
 * any size, too, but no way to multiply large ones. Nothing but nettle's Ed25519 calls them, whose
 * numbers have GMP_SMALL_LIMBS: tests/unit/config_sign_test.c looks at that.
 */
#include "core/gmp_small.h"

void mpn_mul_n(mp_ptr dst, mp_srcptr a, mp_srcptr b, mp_size_t n)
{
	dst[n] = mpn_mul_1(dst, a, n, b[0]);
	for (mp_size_t i = 1; i < n; i++)
		dst[n + i] = mpn_addmul_1(dst + i, a, n, b[i]);
}

void mpn_sqr(mp_ptr dst, mp_srcptr a, mp_size_t n)
{
	mpn_mul_n(dst, a, a, n);
}
