/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What firmware has left in the iBFT. */
#ifndef NETROOT_SYS_IBFT_H
#define NETROOT_SYS_IBFT_H

#include "core/ibft.h"

/*
 * The iBFT as iscsi_ibft shows it in a directory, or, where path is a file, the table itself.
 * Without either *ret says that there is none; -errno, *ret likewise, where it cannot be read.
 */
#define IBFT_DIR "/sys/firmware/ibft"
int ibft_read(const char *path, struct ibft *ret);
/* What the drivers of iSCSI HBAs show in the same form, iscsi_boot<N> below dir, in the order of
 * N; the initiator name of the first that has one. */
#define FIRMWARE_DIR "/sys/firmware"
void ibft_read_hbas(const char *dir, struct ibft *ret);
/* The table that ACPI has, likewise. */
int ibft_read_acpi(struct ibft *ret);

#endif
