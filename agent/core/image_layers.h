/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several images of a live system that lie over each other: which files of the directory they are,
 * and in which order. Knows nothing of how they are mounted.
 */
#ifndef NETROOT_CORE_IMAGE_LAYERS_H
#define NETROOT_CORE_IMAGE_LAYERS_H

#include "core/image.h"

#define IMAGE_LAYERS_MAX 8
#define IMAGE_LAYER_NAME_MAX 128

/* Names in the directory of the image, the lowest first; what is at / is the last. */
struct image_layers {
	char name[IMAGE_LAYERS_MAX][IMAGE_LAYER_NAME_MAX];
	uint8_t n;
};

/* The image alone. */
void image_layers_one(const struct plan_image *image, struct image_layers *ret);
/* casper's layerfs-path=a.b.c.squashfs: over a.b.squashfs, over a.squashfs. */
int image_layers_chain(const struct plan_image *image, struct image_layers *ret, struct err *err);
/* live-boot's filesystem.module: names with white space between them. */
int image_layers_module(struct span text, struct image_layers *ret, struct err *err);
/* Of all in the directory those that are laid there, in the order of their names: one more. Other
 * files add nothing. */
int image_layers_seen(const struct plan_image *image, const char *name, struct image_layers *ret,
		      struct err *err);
/* The path of one of them; false: it is too long. */
bool image_layer_path(const struct plan_image *image, const char *name,
		      char ret[static PLAN_PATH_MAX]);
/* The topmost is the image. */
void image_layers_use(struct plan_image *image, const struct image_layers *layers);
/* Of a child's report, which has read what is anybody's. */
bool image_layers_ok(const struct image_layers *layers);

#endif
