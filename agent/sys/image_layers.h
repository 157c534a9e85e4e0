/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several images over each other, in the filesystem at SYSROOT. All of it blocks: only in a child.
 */
#ifndef NETROOT_SYS_IMAGE_LAYERS_H
#define NETROOT_SYS_IMAGE_LAYERS_H

#include "core/image_layers.h"

/* Which file the image is, where words leave that open, and what lies under it: its path is that of
 * the topmost from then on. */
int image_settle(struct plan_image *image, struct image_layers *ret, struct err *err);
/* One under the root, at its place below OVERLAY_BELOW. */
int image_mount_below(const struct plan_image *image, uint8_t at, const char *fstype,
		      struct err *err);
void image_undo_below(void);

#endif
