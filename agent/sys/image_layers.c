/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files the image is, and the mounts of those that lie under it. */
#include "sys/image_layers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/overlay.h"
#include "sys/image.h"
#include "sys/inroot.h"
#include "sys/mount.h"

#define MODULE_TEXT_MAX 4096
#define ENTRIES_MAX 4096 /* of a directory of somebody else's */

static bool is_there(int root_fd, const char *path)
{
	int fd = inroot_open(root_fd, path, O_PATH);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static int list_dir(int root_fd, const struct plan_image *image, struct image_layers *ret,
		    struct err *err)
{
	char path[PLAN_PATH_MAX];
	int fd = image_layer_path(image, ".", path)
			 ? inroot_open(root_fd, path, O_RDONLY | O_DIRECTORY)
			 : -ENAMETOOLONG;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	int rc = 0;

	if (fd >= 0 && !dir)
		close(fd);
	ret->n = 0;
	for (int i = 0; dir && i < ENTRIES_MAX && rc >= 0 && (entry = readdir(dir)); i++)
		rc = image_layers_seen(image, entry->d_name, ret, err);
	if (dir)
		(void)closedir(dir);
	return rc; /* what cannot be listed has no others: the file itself says what is wrong */
}

/* 0: there is no such list. */
static int read_list(int root_fd, const struct plan_image *image, const char *before,
		     struct image_layers *ret, struct err *err)
{
	char name[PLAN_MODULE_MAX + 32], path[PLAN_PATH_MAX], text[MODULE_TEXT_MAX];
	ssize_t n;
	int fd;

	(void)snprintf(name, sizeof(name), "%s%s.module", before, image->module);
	fd = image_layer_path(image, name, path)
		     ? inroot_open(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
		     : -ENAMETOOLONG;
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n < 0)
		return err_sys(err, errno, "%s", path);
	if (image_layers_module((struct span){ text, (size_t)n }, ret, err))
		return err_wrap(err, "%s", path);
	return 1;
}

static int list_live(int root_fd, const struct plan_image *image, struct image_layers *ret,
		     struct err *err)
{
	int rc = read_list(root_fd, image, "filesystem.", ret, err);

	if (!rc)
		rc = read_list(root_fd, image, "", ret, err);
	return rc ? rc : list_dir(root_fd, image, ret, err);
}

static int list(int root_fd, const struct plan_image *image, struct image_layers *ret,
		struct err *err)
{
	switch (image->beside) {
	case IMAGE_ALONE:
		break;
	case IMAGE_LIVE:
		return list_live(root_fd, image, ret, err);
	case IMAGE_CASPER:
		return list_dir(root_fd, image, ret, err);
	case IMAGE_CHAIN:
		return image_layers_chain(image, ret, err);
	}
	return 0;
}

int image_settle(struct plan_image *image, struct image_layers *ret, struct err *err)
{
	int root_fd = open(SYSROOT, O_PATH | O_DIRECTORY | O_CLOEXEC), rc;

	ret->n = 0;
	if (root_fd < 0)
		return err_sys(err, errno, SYSROOT);
	if (image->other[0] && !is_there(root_fd, image->path) && is_there(root_fd, image->other))
		image_take_other(image);
	rc = list(root_fd, image, ret, err);
	close(root_fd);
	if (rc < 0)
		return rc;
	if (!ret->n)
		image_layers_one(image, ret);
	image_layers_use(image, ret);
	return 0;
}

static void below_dir(uint8_t at, char dst[static sizeof(OVERLAY_BELOW) + 4])
{
	(void)snprintf(dst, sizeof(OVERLAY_BELOW) + 4, OVERLAY_BELOW "/%u", at);
}

void image_undo_below(void)
{
	char dir[sizeof(OVERLAY_BELOW) + 4];

	for (uint8_t i = 0; i < IMAGE_LAYERS_MAX; i++) {
		below_dir(i, dir);
		(void)mount_undo(dir); /* most often nothing is mounted there */
	}
}

int image_mount_below(const struct plan_image *image, uint8_t at, const char *fstype,
		      struct err *err)
{
	char dir[sizeof(OVERLAY_BELOW) + 4], disk[32], dev[64], options[64];
	struct out out = out_to(options, sizeof(options));
	int fd, rc;

	below_dir(at, dir);
	rc = dir_make(dir, 0755);
	if (rc < 0)
		return err_sys(err, -rc, "making %s", dir);
	fd = image_attach(image->path, -1, disk, err);
	if (fd < 0)
		return fd;
	(void)snprintf(dev, sizeof(dev), "/dev/%s", disk);
	image_options("", fstype, &out);
	rc = mount_block(dev, dir, fstype, true, options, err);
	close(fd);
	return rc;
}
