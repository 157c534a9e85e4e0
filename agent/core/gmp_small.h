/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How large the numbers are that signatures are verified with: see gmp_small.c. */
#ifndef NETROOT_CORE_GMP_SMALL_H
#define NETROOT_CORE_GMP_SMALL_H

#include <gmp.h>

#define GMP_SMALL_LIMBS (256 / GMP_NUMB_BITS) /* of Curve25519 */

#endif
