/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root that the kernel verifies block by block (dm-verity): the words for it, where the tree of
 * hashes is, the superblock that cryptsetup puts in front of it, the table of the map.
 * (Documentation/admin-guide/device-mapper/verity.rst; cryptsetup's wiki, DMVerity)
 */
#ifndef NETROOT_CORE_VERITY_H
#define NETROOT_CORE_VERITY_H

#include "core/mpath.h"
#include "core/rootdev.h"

/* Whose spelling: netroot.verity=, roothash=, dm-verity-root-hash=. */
enum verity_form { VERITY_OURS, VERITY_SYSTEMD, VERITY_LIVE };

/*
 * "HASH[,LOCATION][,OPTION...]"; of live-boot "FILE:HASH", and *ret_file is what the file is
 * called. 0; otherwise -errno and err says what is wrong, to be put behind the value: then nothing
 * can be verified, and nothing may be mounted.
 */
int verity_parse(enum verity_form form, struct span value, struct plan_verity *ret,
		 struct span *ret_file, struct err *err);
/* An option by veritysetup's and systemd's name, with '-' or '_'. -ENOTSUP: it has no effect here,
 * err says why; else -errno, and it is none or its value is wrong. */
int verity_option(struct span option, struct plan_verity *verity, struct err *err);
/* ignore, restart, panic; false: none of them. */
bool verity_on_corruption(struct span word, struct plan_verity *verity);

/* The partition of the root, or that of its tree, where roothash= is all that is said (Discoverable
 * Partitions Specification). False: the hash is too short. */
bool verity_part(const struct plan_verity *verity, bool tree, struct plan_block *ret);
/* Why there is no root, in front of what is there instead, where it is that partition which is
 * missing: nobody has written its name anywhere. */
void verity_say_part(const struct plan *plan, struct err *err);
/* The device of the tree among those seen, data being that of the root. Otherwise -errno, and err
 * says what is there instead. */
int verity_choose(const struct plan_verity *verity, const struct block_dev *devs, size_t n,
		  size_t data, size_t *ret_index, struct err *err);

/* Where the tree of an image is, whose filesystem is a partition of it or all of it. */
enum verity_tree_at {
	VERITY_AT_BEHIND, /* the filesystem, on the same device */
	VERITY_AT_PART, /* another partition */
	VERITY_AT_PART_OR_FILE, /* the file where no partition is one */
	VERITY_AT_FILE,
};
enum verity_tree_at verity_tree_at(const struct plan_verity *verity, bool in_part);
/* The file of an image's tree, inside the filesystem that holds the image. False: it is none. */
#define VERITY_PATH_MAX (PLAN_PATH_MAX + 8)
bool verity_file(const struct plan_verity *verity, const struct plan_image *image,
		 char ret[static VERITY_PATH_MAX]);

#define VERITY_SUPER_LEN 512
#define VERITY_SALT_MAX 256
#define VERITY_ALGORITHM_MAX 32
#define VERITY_UUID_MAX 37

struct verity_super {
	char uuid[VERITY_UUID_MAX], algorithm[VERITY_ALGORITHM_MAX];
	uint32_t hash_type;
	uint32_t data_block, hash_block; /* bytes */
	uint64_t n_blocks; /* of data */
	uint8_t salt[VERITY_SALT_MAX];
	uint16_t len_salt;
};

/* Of bytes that anybody may have written. Otherwise -errno, *ret untouched, and err says what is
 * wrong with them. */
int verity_super_parse(const void *bytes, size_t len, struct verity_super *ret, struct err *err);

/* What the kernel would refuse with no more than EINVAL: both parts are as long as they must be,
 * and the hash is one of that algorithm. Sizes in bytes; one_device: the tree is behind the data.
 */
struct verity_sizes {
	uint64_t data, tree;
	bool one_device;
};
int verity_fits(const struct plan_verity *verity, const struct verity_super *super,
		const struct verity_sizes *sizes, struct err *err);

uint64_t verity_sectors(const struct verity_super *super);
void verity_params(const struct plan_verity *verity, const struct verity_super *super,
		   const struct mpath_dev *data, const struct mpath_dev *tree, struct out *ret);
/* The name and UUID that systemd's initrd and cryptsetup give it: systemd-veritysetup@root.service
 * of the booted system finds its work done. */
#define VERITY_NAME "root"
void verity_uuid(const struct verity_super *super, char ret[static MPATH_UUID_MAX]);
/* The status line of the map: a block was read that does not match. */
bool verity_is_changed(struct span status);

#endif
