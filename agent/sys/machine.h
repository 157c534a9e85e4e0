/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tells this machine from others: firmware identity, iBFT, random seed. */
#ifndef NETROOT_SYS_MACHINE_H
#define NETROOT_SYS_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "core/ibft.h"

/* The firmware's system UUID in lower case; -ENODATA where it has none, or one that all boards of a
 * careless maker share. */
int machine_uuid(char *dst, size_t size);
/*
 * The iBFT as iscsi_ibft shows it in dir, MACHINE_IBFT or a copy. Without such a directory *ret
 * says that there is none; -errno, *ret likewise, where it cannot be read.
 */
#define MACHINE_IBFT "/sys/firmware/ibft"
int machine_ibft(const char *dir, struct ibft *ret);
/* For jitter and transaction ids, different on machines that are switched on together. Not for
 * secrets. */
uint64_t machine_seed(void);

#endif
