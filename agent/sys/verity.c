/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A map "verity" of the device mapper, on two block devices or on files by loop(4). */
#include "sys/verity.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/block.h"
#include "sys/dm.h"
#include "sys/image.h"

#define BLOCK_MAX 4096
#define REMEDY "is the initrd packed with mkinitrd --add-feature verity?"

/* One of the two parts. */
struct part {
	int fd;
	struct mpath_dev dev;
	uint64_t size;
};

static int part_open(const char *name, struct part *ret, struct err *err)
{
	char path[64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/dev/%.32s", name);
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return err_sys(err, errno, "%s", path);
	if (fstat(ret->fd, &st) == 0 && ioctl(ret->fd, BLKGETSIZE64, &ret->size) == 0) {
		ret->dev = (struct mpath_dev){ major(st.st_rdev), minor(st.st_rdev) };
		return 0;
	}
	close(ret->fd);
	return err_sys(err, errno, "%s", path);
}

static int super_read(const struct plan_verity *verity, const struct part *tree,
		      struct verity_super *ret, struct err *err)
{
	uint8_t bytes[VERITY_SUPER_LEN];
	ssize_t n = pread(tree->fd, bytes, sizeof(bytes), (off_t)verity->offset);

	if (n < 0)
		return err_sys(err, errno, "reading the tree of hashes");
	return verity_super_parse(bytes, (size_t)n, ret, err);
}

/* --- the map --- */

/* The kernel says no more than that it cannot. */
static int explain(const struct verity_super *super, struct err *err)
{
	if (access("/sys/module/dm_verity", F_OK) < 0)
		return err_set(err, ENOTSUP, "the kernel has no dm-verity: " REMEDY);
	if (err->code == ENOENT)
		return err_set(err, ENOTSUP,
			       "the kernel has no hash %s: is its module in the initrd? mkinitrd "
			       "--add-module",
			       super->algorithm);
	return -err->code;
}

static int changed(const char *hash, struct err *err)
{
	return err_set(err, EBADMSG,
		       "not what was signed for: it or its tree of hashes was changed, or the root "
		       "hash %.16s... is another's; `veritysetup verify` finds out which",
		       hash);
}

static bool is_changed(int fd, const struct mpath_dev *map)
{
	char status[MPATH_PARAMS_MAX];

	return dm_map_status(fd, map, status) == 0 && verity_is_changed(span_of(status));
}

/* The root hash is looked at with the first block that is read. */
static int try_first(int fd, const struct plan_verity *verity, const struct mpath_dev *map,
		     struct err *err)
{
	char path[32], block[BLOCK_MAX];
	int dev_fd, rc = 0;

	(void)snprintf(path, sizeof(path), "/dev/dm-%u", map->minor);
	dev_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (dev_fd < 0 || pread(dev_fd, block, sizeof(block), 0) < 0)
		rc = err_sys(err, errno, "reading %s", path);
	if (dev_fd >= 0)
		close(dev_fd);
	if (verity->corruption != VERITY_IGNORE && is_changed(fd, map))
		rc = changed(verity->hash, err);
	return rc;
}

static int set_map(const struct plan_verity *verity, const struct verity_super *super,
		   const struct part *data, const struct part *tree, struct mpath_dev *ret,
		   struct err *err)
{
	char uuid[MPATH_UUID_MAX], params[MPATH_PARAMS_MAX];
	struct out out = out_to(params, sizeof(params));
	const struct dm_map map = { .name = VERITY_NAME,
				    .uuid = uuid,
				    .type = "verity",
				    .params = params,
				    .n_sectors = verity_sectors(super),
				    .read_only = true };
	struct mpath_dev dev;
	int fd = dm_open(err), rc;
	bool made = true;

	if (fd < 0)
		return err_set(err, ENOTSUP, "the kernel has no device mapper: " REMEDY);
	verity_uuid(super, uuid);
	verity_params(verity, super, &data->dev, &tree->dev, &out);
	if (dm_map_find(fd, VERITY_NAME, &dev) == 0)
		(void)dm_map_remove(fd, &dev); /* where it is in use, making one fails */
	rc = dm_map_set(fd, &map, &dev, err);
	if (rc < 0) {
		rc = explain(super, err);
		made = dm_map_find(fd, VERITY_NAME, &dev) == 0;
	} else {
		dm_map_tell_udev(&dev);
		rc = try_first(fd, verity, &dev, err);
	}
	if (rc == 0)
		*ret = dev;
	else if (made)
		(void)dm_map_let_go(fd, &dev);
	close(fd);
	return rc;
}

int verity_make(const struct plan_verity *verity, const char *data, const char *tree,
		struct mpath_dev *ret, struct err *err)
{
	struct verity_super super;
	struct verity_sizes sizes;
	struct part parts[2];
	int rc = part_open(data, &parts[0], err);

	if (rc < 0)
		return rc;
	rc = part_open(tree, &parts[1], err);
	if (rc < 0) {
		close(parts[0].fd);
		return rc;
	}
	sizes = (struct verity_sizes){ .data = parts[0].size,
				       .tree = parts[1].size,
				       .one_device = !strcmp(data, tree) };
	rc = super_read(verity, &parts[1], &super, err);
	if (!rc)
		rc = verity_fits(verity, &super, &sizes, err);
	if (rc < 0)
		(void)err_wrap(err, "the tree of hashes");
	else
		rc = set_map(verity, &super, &parts[0], &parts[1], ret, err);
	close(parts[0].fd);
	close(parts[1].fd);
	return rc;
}

/* --- of an image --- */

static int make_with_part(const struct plan_verity *verity, const char *disk, const char *part,
			  struct mpath_dev *ret, struct err *err)
{
	static struct block_dev devs[ROOTDEV_MAX];
	size_t n = block_list_disk(disk, devs, ROOTDEV_MAX), data = 0, tree;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		rc = block_probe(&devs[i], err);
		if (!strcmp(devs[i].name, part))
			data = i;
	}
	if (!rc)
		rc = verity_choose(verity, devs, n, data, &tree, err);
	return rc ? rc : verity_make(verity, part, devs[tree].name, ret, err);
}

static int make_with_file(const struct plan_verity *verity, const char *path, int memory_fd,
			  const char *part, struct mpath_dev *ret, struct err *err)
{
	char disk[32], q[96];
	int fd = image_attach(path, memory_fd, disk, err), rc;

	if (fd < 0 && (err->code == ENOENT || err->code == ENOTDIR))
		return err_set(
			err, ENOENT,
			"no tree of hashes, there is no file %s: mkverity makes it, and "
			"netroot.verity=HASH,PATH or HASH,hash-offset=BYTES says where else it is",
			text_quote(q, sizeof(q), span_of(path)));
	if (fd < 0)
		return err_wrap(err, "the tree of hashes");
	rc = verity_make(verity, part, disk, ret, err);
	close(fd);
	return rc;
}

int verity_make_image(const struct verity_tree *tree, const struct plan_image *image,
		      const char *disk, const char *part, struct mpath_dev *ret, struct err *err)
{
	const struct plan_verity *verity = tree->plan;
	char path[VERITY_PATH_MAX];
	int rc;

	switch (verity_tree_at(verity, strcmp(disk, part) != 0)) {
	case VERITY_AT_BEHIND:
		return verity_make(verity, part, part, ret, err);
	case VERITY_AT_PART:
		return make_with_part(verity, disk, part, ret, err);
	case VERITY_AT_PART_OR_FILE:
		rc = make_with_part(verity, disk, part, ret, err);
		if (rc != -ENODEV)
			return rc;
		break;
	case VERITY_AT_FILE:
		break;
	}
	(void)verity_file(verity, image, path); /* there is one */
	return make_with_file(verity, path, tree->fd, part, ret, err);
}

/* --- while it is there --- */

void verity_let_go(const struct mpath_dev *map)
{
	struct err err;
	int fd = dm_open(&err);

	if (fd < 0)
		return;
	(void)dm_map_let_go(fd, map); /* else it goes at the system's end */
	close(fd);
}

int verity_intact(const struct plan_verity *verity, struct err *err)
{
	struct mpath_dev map;
	int fd = dm_open(err), rc = 0;

	if (fd < 0)
		return -err->code;
	if (verity->corruption != VERITY_IGNORE && dm_map_find(fd, VERITY_NAME, &map) == 0 &&
	    is_changed(fd, &map))
		rc = changed(verity->hash, err);
	close(fd);
	return rc;
}
