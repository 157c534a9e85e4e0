/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every harness has: libFuzzer's entry, and a property that has to hold. */
#ifndef NETROOT_FUZZ_H
#define NETROOT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static inline void require(bool holds)
{
	if (!holds)
		abort();
}

#endif
