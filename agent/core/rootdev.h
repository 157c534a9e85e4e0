/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the root filesystem among the disks and partitions that a session showed. */
#ifndef NETROOT_CORE_ROOTDEV_H
#define NETROOT_CORE_ROOTDEV_H

#include "core/plan.h"

#define ROOTDEV_MAX 64

struct block_dev {
	char name[32]; /* kernel name, "sda1" */
	char disk[32]; /* "sda"; equal to name for a whole disk */
	uint8_t lun[8]; /* SAM-5, of the disk */
	uint64_t size_bytes;
	uint32_t partno; /* 0: whole disk */
	char fstype[32]; /* "" : nothing mountable found; from libblkid, superblocks used as
			    filesystem only */
	char pttype[16]; /* partition table on it: "gpt", "dos", "" */
	char label[128], uuid[64];
	char partuuid[64], partlabel[128], parttype[64];
};

enum rootdev_verdict {
	ROOTDEV_FOUND,
	ROOTDEV_WAIT, /* not there yet, more may come */
	ROOTDEV_AMBIGUOUS, /* err names the candidates */
	ROOTDEV_NONE, /* with all_seen: err says what is there instead */
};

/*
 * all_seen: the scan has ended and every disk it showed was probed. *ret_index into devs for FOUND.
 * Without LABEL= and the like: the LUN of the plan (0 preferred when the field was empty, else the
 * lowest with a filesystem); on it the whole-disk filesystem, else the partition with the root type
 * GUID of the Discoverable Partitions Specification (x86-64), else the only partition with a
 * filesystem that can be a root.
 */
enum rootdev_verdict rootdev_choose(const struct plan_root *root, const struct plan_block *block,
				    const struct block_dev *devs, size_t n_devs, bool all_seen,
				    size_t *ret_index, struct err *err);
/* "4752-3a4f-6b7e-2f99" or a plain number for messages. */
char *lun_text(const uint8_t lun[static 8], char *dst, size_t size);

#endif
