/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What names a logical unit whatever path it is reached by: of the designators on its VPD page 0x83
 * (SPC-5 7.7.6) the one that udev (sg3-utils, scsi_id) has as ID_SERIAL, and multipathd as WWID.
 */
#ifndef NETROOT_CORE_WWID_H
#define NETROOT_CORE_WWID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A map's UUID has room for 128 bytes (DM_UUID_LEN), "part128-mpath-" in front of it included. */
#define WWID_MAX 112
#define WWID_PAGE_MAX 4096

/* "3600140...": the kind of the designator as a digit, then what it says, with '_' for whatever is
 * not a letter, a digit or one of "#+-.:=@_". False where the page has none for the logical unit,
 * or one that does not fit. */
bool wwid_of_page(const uint8_t *page, size_t len, char ret[static WWID_MAX]);

/* The group of target ports that the disk is reached by; false where the page has none. */
bool wwid_port_group(const uint8_t *page, size_t len, uint16_t *ret);

#endif
