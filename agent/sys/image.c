/* SPDX-License-Identifier: GPL-2.0-or-later */
/* loop(4) devices on files of the root, by LOOP_CONFIGURE (Linux 5.8). */
#include "sys/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/block.h"
#include "sys/inroot.h"
#include "sys/mount.h"
#include "sys/verity.h"

#define ATTEMPTS_MAX 8 /* somebody else, a hook, may take the device that is free */
#define OPTIONS_MAX (PLAN_IMAGE_OPTIONS_MAX + 32)

static int not_opened(const char *path, int code, struct err *err)
{
	char q[128];

	(void)text_quote(q, sizeof(q), span_of(path));
	if (code == ENOENT || code == ENOTDIR)
		return err_set(err, code,
			       "the root has no image file %s: check netroot.image=, which is a "
			       "path inside the root",
			       q);
	if (code == EACCES || code == EPERM)
		return err_set(err, code,
			       "the image %s of the root may not be read by this client: make it "
			       "readable for all (chmod a+r), or export it with no_root_squash",
			       q);
	if (code == ESTALE)
		return err_set(err, code,
			       "the image %s of the root was replaced at the server as it was "
			       "opened: the next attempt finds the new one",
			       q);
	return err_sys(err, code, "the image %s of the root", q);
}

static int no_image(const char *path, const struct stat *st, struct err *err)
{
	char q[128];

	(void)text_quote(q, sizeof(q), span_of(path));
	if (S_ISREG(st->st_mode))
		return err_set(err, EINVAL,
			       "the image %s of the root is empty: was it copied there whole?", q);
	return err_set(err, EINVAL,
		       "the image %s of the root is a %s, and no file: check netroot.image=", q,
		       S_ISDIR(st->st_mode) ? "directory" : "device, FIFO or socket");
}

int image_open_file(const char *path, struct err *err)
{
	int root_fd = open(SYSROOT, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, code;
	struct stat st;

	if (root_fd < 0)
		return err_sys(err, errno, SYSROOT);
	fd = inroot_open(root_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	close(root_fd);
	if (fd < 0)
		return not_opened(path, -fd, err);
	if (fstat(fd, &st) < 0) {
		code = errno;
		close(fd);
		return not_opened(path, code, err);
	}
	if (S_ISREG(st.st_mode) && st.st_size)
		return fd;
	close(fd);
	return no_image(path, &st, err);
}

static int no_loop(int code, struct err *err)
{
	return err_sys(err, code,
		       "no loop device for the image (is the module loop in the initrd? mkinitrd "
		       "--features ...,loop)");
}

/* Direct I/O, where the filesystem has it, keeps what is read from being in memory twice; the
 * kernel goes on without by itself. */
static int configure(int loop_fd, int file_fd)
{
	struct loop_config config = { .fd = (uint32_t)file_fd,
				      .info = { .lo_flags = LO_FLAGS_READ_ONLY |
							    LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN |
							    LO_FLAGS_DIRECT_IO } };

	return ioctl(loop_fd, LOOP_CONFIGURE, &config) < 0 ? -errno : 0;
}

static int take_free(int control_fd, int file_fd, char disk[static 32], struct err *err)
{
	for (int i = 0; i < ATTEMPTS_MAX; i++) {
		char path[64];
		int n = ioctl(control_fd, LOOP_CTL_GET_FREE), fd, rc;

		if (n < 0)
			return no_loop(errno, err);
		(void)snprintf(disk, 32, "loop%d", n);
		(void)snprintf(path, sizeof(path), "/dev/loop%d", n);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return no_loop(errno, err);
		rc = configure(fd, file_fd);
		if (rc == 0)
			return fd;
		close(fd);
		if (rc != -EBUSY)
			return err_sys(err, -rc, "attaching the image to %s", path);
	}
	return no_loop(EBUSY, err);
}

int image_attach(const char *path, int memory_fd, char disk[static 32], struct err *err)
{
	int file_fd = memory_fd < 0 ? image_open_file(path, err) : memory_fd, control_fd, fd;

	if (file_fd < 0)
		return file_fd;
	control_fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	fd = control_fd < 0 ? no_loop(errno, err) : take_free(control_fd, file_fd, disk, err);
	if (control_fd >= 0)
		close(control_fd);
	if (file_fd != memory_fd)
		close(file_fd);
	return fd;
}

static int check_whole(const struct plan_image *image, const struct block_dev *dev, struct err *err)
{
	uint8_t head[IMAGE_HEAD_LEN];
	char path[64];
	int fd, rc = 0;

	(void)snprintf(path, sizeof(path), "/dev/%.32s", dev->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, errno, "%s", path);
	/* what is shorter than that is no filesystem, and mount says so */
	if (pread(fd, head, sizeof(head), 0) == sizeof(head))
		rc = image_check_whole(image, dev->fstype, head, dev->size_bytes, err);
	close(fd);
	return rc;
}

int image_find(const struct plan_image *image, int memory_fd, struct block_dev *ret,
	       struct err *err)
{
	static struct block_dev devs[ROOTDEV_MAX];
	char disk[32];
	int fd = image_attach(image->path, memory_fd, disk, err), rc = 0;
	size_t n, at;

	if (fd < 0)
		return fd;
	n = block_list_disk(disk, devs, ROOTDEV_MAX);
	if (!n)
		rc = err_set(err, ENODEV, "%s is gone", disk);
	for (size_t i = 0; i < n && !rc; i++)
		rc = block_probe(&devs[i], err);
	if (!rc)
		rc = image_choose(image, devs, n, &at, err);
	if (!rc)
		rc = check_whole(image, &devs[at], err);
	if (!rc)
		*ret = devs[at];
	close(fd);
	return rc;
}

/* dev becomes the map that is mounted instead. */
static int verify(const struct verity_tree *verity, const struct plan_image *image,
		  const char *disk, char *dev, size_t size, struct mpath_dev *ret, struct err *err)
{
	int rc = verity_make_image(verity, image, disk, dev + strlen("/dev/"), ret, err);

	if (rc == 0)
		(void)snprintf(dev, size, "/dev/dm-%u", ret->minor);
	return rc;
}

int image_mount(const struct plan_image *image, int memory_fd, const struct verity_tree *verity,
		const struct block_dev *found, struct err *err)
{
	const char *fstype = image->fstype[0] ? image->fstype : found->fstype;
	char disk[32], dev[64], options[OPTIONS_MAX];
	struct out out = out_to(options, sizeof(options));
	int fd = image_attach(image->path, memory_fd, disk, err), rc = 0;
	struct mpath_dev map;

	if (fd < 0)
		return fd;
	if (found->partno)
		(void)snprintf(dev, sizeof(dev), "/dev/%sp%u", disk, found->partno);
	else
		(void)snprintf(dev, sizeof(dev), "/dev/%s", disk);
	if (verity)
		rc = verify(verity, image, disk, dev, sizeof(dev), &map, err);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	image_options(image->options, fstype, &out);
	/* out of sight, but in use: below the booted system's / it would keep that from being
	 * unmounted, which keeps this from it */
	if (memory_fd < 0)
		rc = mount_undo(SYSROOT);
	if (rc < 0)
		rc = err_sys(err, -rc, "taking what holds the image off " SYSROOT);
	else
		rc = mount_block(dev, SYSROOT, fstype, true, options, err);
	if (verity)
		verity_let_go(&map);
	close(fd);
	return rc;
}
