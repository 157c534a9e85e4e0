/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of /proc/meminfo, "MemAvailable:   20 kB". */
#ifndef NETROOT_CORE_MEMINFO_H
#define NETROOT_CORE_MEMINFO_H

#include "core/text.h"

/* false: the text does not say, *ret_kib is untouched. */
bool meminfo_kib(struct span meminfo, const char *key, uint64_t *ret_kib);

#endif
