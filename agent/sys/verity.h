/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The map by which the kernel verifies the root (dm-verity). All of it blocks: only in a child. */
#ifndef NETROOT_SYS_VERITY_H
#define NETROOT_SYS_VERITY_H

#include "core/verity.h"

/*
 * Makes the map of the devices data and tree, names in /dev, in place of one that was there, and
 * has the kernel verify its first block. what names in messages what is verified. On failure there
 * is no map.
 */
int verity_make(const struct plan_verity *verity, const char *data, const char *tree,
		struct mpath_dev *ret, struct err *err);
/* Likewise of the image of which disk is the loop device, and part that device or the partition of
 * it that is the root. */
struct verity_tree {
	const struct plan_verity *plan;
	int fd; /* of the tree where it is a file that was copied into memory; -1: it was not */
};
int verity_make_image(const struct verity_tree *tree, const struct plan_image *image,
		      const char *disk, const char *part, struct mpath_dev *ret, struct err *err);
/* It goes with its last mount from here on, at once where it has none. */
void verity_let_go(const struct mpath_dev *map);
/* -EBADMSG: something was read so far that does not match, and is not let pass. */
int verity_intact(const struct plan_verity *verity, struct err *err);

#endif
