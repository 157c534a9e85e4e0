/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells this machine from others: firmware identity, random seed. */
#ifndef NETROOT_SYS_MACHINE_H
#define NETROOT_SYS_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* The firmware's system UUID in lower case; -ENODATA where it has none, or one that all boards of a
 * careless maker share. */
int machine_uuid(char *dst, size_t size);
/* For jitter and transaction ids, different on machines that are switched on together. Not for
 * secrets. */
uint64_t machine_seed(void);

#endif
