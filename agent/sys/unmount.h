/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a shutdown takes apart: mounts, swap, loop devices, device-mapper maps. */
#ifndef NETROOT_SYS_UNMOUNT_H
#define NETROOT_SYS_UNMOUNT_H

#include <stddef.h>

#include "core/shutdown.h"

#define MOUNTINFO_MAX (512u * 1024)

/* The mounts of this process, as far as they fit; never blocks. text is what they point into.
 * -errno. */
int mounts_read(char text[static MOUNTINFO_MAX], struct mounts *ret, struct err *err);
/* Only in a child, as what follows: blocks on a disk or server that is gone. 0, or -errno. */
int unmount_do(const struct unmount_step *step);
void swap_off_all(void);
/* Loop devices and maps that nobody uses any more; how many there were. */
size_t detach_all(void);
/* Multipath maps without a path that works fail what is queued in them; how many maps. Never
 * blocks.
 */
size_t maps_queue_no_more(void);
/* The names of the maps that there are; false: none is. Never blocks. */
bool maps_left(struct out *ret);
/* What waits to be written to any disk or server, in KiB; 0 where it is not told. Never blocks. */
uint64_t dirty_kib(void);

#endif
