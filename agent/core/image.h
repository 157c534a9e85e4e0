/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root that is a file of the filesystem that is mounted as the root first, an export or a LUN:
 * the words for it, which filesystem in it is meant, how that is mounted.
 */
#ifndef NETROOT_CORE_IMAGE_H
#define NETROOT_CORE_IMAGE_H

#include "core/rootdev.h"

/* Whose spelling: netroot.image=, ltsp.image=. */
enum image_form { IMAGE_OURS, IMAGE_LTSP };

/*
 * "PATH[:<partition number>|:LABEL=...]", as LTSP has it
 * "PATH[,partition=N][,fstype=F][,OPTION...]". Fills all but given. 0; -errno, with *ret untouched
 * and err saying what is wrong, to be put behind the value. A reading worth knowing is added to
 * *choices.
 */
int image_parse(enum image_form form, struct span value, struct plan_image *ret,
		struct out *choices, struct err *err);

/* The other file is the image. */
void image_take_other(struct plan_image *image);

/* The filesystem of the image among those seen on its device: the whole of it or a partition.
 * Otherwise -errno, and err says what is there instead. */
int image_choose(const struct plan_image *image, const struct block_dev *devs, size_t n,
		 size_t *ret_index, struct err *err);

/* How long the filesystem is by its superblock, of the first bytes of its device; 0: it does not
 * say so there. Hostile: it may be anything. */
#define IMAGE_HEAD_LEN 2048
uint64_t image_fs_len(const char *fstype, const uint8_t head[static IMAGE_HEAD_LEN]);
/* Of an image that was copied in part, or is still being copied, the end is missing: the kernel has
 * no word for it, or finds out when the system runs. len: of the device, which are whole sectors.
 */
int image_check_whole(const struct plan_image *image, const char *fstype,
		      const uint8_t head[static IMAGE_HEAD_LEN], uint64_t len, struct err *err);

/* Options of the mount behind those given: nothing can be written, a journal that is not empty
 * neither. */
void image_options(const char *given, const char *fstype, struct out *out);

#endif
