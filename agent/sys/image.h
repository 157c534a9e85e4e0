/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image file of the filesystem at SYSROOT, by loop(4). All of it blocks: only in a child. */
#ifndef NETROOT_SYS_IMAGE_H
#define NETROOT_SYS_IMAGE_H

#include "core/image.h"

struct verity_tree;

/* The file itself, for reading. */
int image_open_file(const char *path, struct err *err);
/* The filesystem of the image that is meant. Nothing of the device stays. memory_fd: where the file
 * was copied to; -1: it is not in memory. */
int image_find(const struct plan_image *image, int memory_fd, struct block_dev *ret,
	       struct err *err);
/* A file by loop(4), only to be read: disk is the device's name. The descriptor is the caller's,
 * and the device goes when it is closed, or with the last user after that. */
int image_attach(const char *path, int memory_fd, char disk[static 32], struct err *err);
/*
 * Mounts the one that was found at SYSROOT instead of what was there, which nothing but the loop
 * device holds from then on: with the last mount of the image all of it goes by itself. On failure
 * there may be nothing at SYSROOT. verity is NULL where nothing is to be verified.
 */
int image_mount(const struct plan_image *image, int memory_fd, const struct verity_tree *verity,
		const struct block_dev *found, struct err *err);

#endif
