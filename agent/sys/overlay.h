/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A writable layer put over the root that is mounted at SYSROOT. All of it blocks: only in a child.
 */
#ifndef NETROOT_SYS_OVERLAY_H
#define NETROOT_SYS_OVERLAY_H

#include "core/overlay.h"

/* dev: of a layer on a disk, else NULL. On failure SYSROOT is as it was, and nothing of the layer
 * mounted. */
int overlay_mount(const struct plan_overlay *overlay, const struct block_dev *dev, uint8_t n_below,
		  struct err *err);
/* Lets go of the parts, as far as they are mounted; SYSROOT is no longer. */
void overlay_undo(void);
/* The fstab of the root at SYSROOT says nothing of / any more. 1: that was so to be changed; 0: it
 * did not. */
int overlay_write_fstab(struct err *err);

#endif
