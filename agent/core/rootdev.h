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
	bool over_network; /* or not known to be local; only of block_list_all() */
	char fstype[32]; /* "": nothing known found; libblkid's TYPE, which may be one that cannot
			    be a root, such as LVM2_member */
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
 * What a later disk could make ambiguous or better is not FOUND before all_seen.
 */
enum rootdev_verdict rootdev_choose(const struct plan_root *root, const struct plan_block *block,
				    const struct block_dev *devs, size_t n_devs, bool all_seen,
				    size_t *ret_index, struct err *err);

/*
 * Reading a disk or partition by its node in /dev. sysfs shows it a moment before devtmpfs has the
 * node (ENOENT) and before it can be opened (ENXIO): block/genhd.c, device_add_disk(). The uevent
 * comes behind both, but may have come already; so it is looked at again also without, less and
 * less often, until it is taken to be gone.
 */
#define ROOTDEV_NEVER UINT64_MAX
enum rootdev_node_state { ROOTDEV_NODE_UNREAD, ROOTDEV_NODE_LATE, ROOTDEV_NODE_DONE };
struct rootdev_node {
	enum rootdev_node_state state;
	uint64_t seen_ns; /* when sysfs showed it */
	uint64_t again_ns; /* LATE */
};
/* Whether that error of a node, an errno value, may be one of a disk that is not all there yet. */
bool rootdev_is_late(int code);
void rootdev_node_seen(struct rootdev_node *node, uint64_t now_ns);
/* A uevent of the block devices, or some were lost. */
void rootdev_node_news(struct rootdev_node *node);
/* It was read, or, with an errno value, could not be. False: that is no verdict, and to be tried
 * again. */
bool rootdev_node_read(struct rootdev_node *node, int code, uint64_t now_ns);
/* When it is to be read; DONE: never. */
uint64_t rootdev_node_due(const struct rootdev_node *node);

/* Whether a filesystem of libblkid's TYPE can be mounted as a root here. */
bool rootdev_fstype_usable(const char *fstype);
/* Whether it is the device that key (not BLOCK_ANY) and value name; BLOCK_DEV: by its kernel name.
 */
bool rootdev_matches(const struct block_dev *dev, enum block_key key, const char *value);
/* "LABEL=" and the like. */
const char *rootdev_key_name(enum block_key key);
/* The one of its fields that the key is about. */
const char *rootdev_field(const struct block_dev *dev, enum block_key key);

/* Marked as the root of this architecture (Discoverable Partitions Specification). */
bool rootdev_is_root_partition(const struct block_dev *dev);
/* All of them but the one of that kernel name, for the message that says what is there instead. */
void rootdev_list(struct out *out, enum block_key key, const struct block_dev *devs, size_t n,
		  const char *except);

/* "4752-3a4f-6b7e-2f99" or a plain decimal number for messages. */
char *lun_text(const uint8_t lun[static 8], char *dst, size_t size);
/* The kernel's integer form (sysfs H:C:T:L, the scan file) and the eight bytes of SAM-5: each 16
 * bit group big-endian, the first group the lowest (int_to_scsilun of the kernel). */
void lun_from_kernel(uint64_t kernel_lun, uint8_t ret[static 8]);
uint64_t lun_to_kernel(const uint8_t lun[static 8]);
/* Same unit; peripheral and flat space addressing of LUNs below 256 name the same (SAM-5 4.7). */
bool lun_eq(const uint8_t a[static 8], const uint8_t b[static 8]);

#endif
