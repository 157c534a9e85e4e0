/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image file of the filesystem at SYSROOT, by loop(4). All of it blocks: only in a child. */
#ifndef NETROOT_SYS_IMAGE_H
#define NETROOT_SYS_IMAGE_H

#include "core/image.h"

/* The file itself, for reading. */
int image_open_file(const char *path, struct err *err);
/* The filesystem of the image that is meant. Nothing of the device stays. memory_fd: where the file
 * was copied to; -1: it is not in memory. */
int image_find(const struct plan_image *image, int memory_fd, struct block_dev *ret,
	       struct err *err);
/*
 * Mounts the one that was found at SYSROOT instead of what was there, which nothing but the loop
 * device holds from then on: with the last mount of the image all of it goes by itself. On failure
 * there may be nothing at SYSROOT.
 */
int image_mount(const struct plan_image *image, int memory_fd, const struct block_dev *found,
		struct err *err);

#endif
