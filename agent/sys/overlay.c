/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts of overlayfs and of what it is made of. */
#include "sys/overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/inroot.h"
#include "sys/mount.h"

#define OPTIONS_MAX 1024
#define DIR_MAX (sizeof(OVERLAY_UPPER) + 1 + PLAN_OVERLAY_DIR_MAX)
#define FSTAB "/etc/fstab"
#define FSTAB_MAX 65536

/* --- the layer --- */

/* What is in it counts as the root's own files: set-uid programs and device nodes too. */
static int mount_memory(const struct plan_overlay *overlay, struct err *err)
{
	char options[PLAN_OVERLAY_OPTIONS_MAX + 16];

	(void)snprintf(options, sizeof(options), "mode=0755%s%s", overlay->tmpfs[0] ? "," : "",
		       overlay->tmpfs);
	if (mount("tmpfs", OVERLAY_UPPER, "tmpfs", 0, options) == 0)
		return 0;
	return err_sys(err, errno, "mounting tmpfs with %s", options);
}

static int mount_layer(const struct plan_overlay *overlay, const struct block_dev *dev,
		       struct err *err)
{
	bool frozen = dev && overlay->frozen;
	char path[sizeof("/dev/") + sizeof(dev->name)];

	if (dev) {
		(void)snprintf(path, sizeof(path), "/dev/%s", dev->name);
		if (mount_block(path, frozen ? OVERLAY_FROZEN : OVERLAY_UPPER, dev->fstype, frozen,
				"noatime", err) < 0)
			return -err->code;
	}
	return dev && !frozen ? 0 : mount_memory(overlay, err);
}

/* Out of sight first: what a power cut leaves of it must not be taken for the layer. */
static int discard(const char *dir, bool reset, struct err *err)
{
	char gone[DIR_MAX + sizeof(".discarded")];
	struct stat st;
	int fd;

	(void)snprintf(gone, sizeof(gone), "%s.discarded", dir);
	for (int i = 0; i < 2; i++) {
		fd = open(gone, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0 && fstat(fd, &st) == 0)
			dir_empty(fd, st.st_dev);
		else if (fd >= 0)
			close(fd);
		if (fd >= 0 && rmdir(gone) < 0)
			return err_sys(err, errno, "emptying %s", gone);
		if (!reset || i)
			return 0;
		if (rename(dir, gone) < 0)
			return errno == ENOENT ? 0 : err_sys(err, errno, "moving %s away", dir);
	}
	return 0;
}

/* What becomes / has the owner and mode that / has below. */
static int make_upper(const char *dir, struct err *err)
{
	struct stat st;
	int rc;

	if (access(dir, F_OK) == 0)
		return 0;
	rc = dir_make(dir, 0755);
	if (rc < 0)
		return err_sys(err, -rc, "making %s", dir);
	if (stat(SYSROOT, &st) < 0 || chown(dir, st.st_uid, st.st_gid) < 0 ||
	    chmod(dir, st.st_mode & 07777) < 0)
		return err_sys(err, errno, "making %s as / is", dir);
	return 0;
}

static int prepare(const struct plan_overlay *overlay, struct err *err)
{
	char upper[DIR_MAX], work[DIR_MAX];
	struct out out_upper = out_to(upper, sizeof(upper)), out_work = out_to(work, sizeof(work));
	bool reset = overlay->reset && !overlay->frozen;
	int rc;

	overlay_dirs(overlay, &out_upper, &out_work);
	if (discard(upper, reset, err) < 0 || discard(work, reset, err) < 0 ||
	    make_upper(upper, err) < 0)
		return -err->code;
	rc = dir_make(work, 0755);
	return rc < 0 ? err_sys(err, -rc, "making %s", work) : 0;
}

/* --- over the root --- */

static int mount_over(const struct plan_overlay *overlay, uint8_t n_below, struct err *err)
{
	char options[OPTIONS_MAX];
	struct out out = out_to(options, sizeof(options));
	int code;

	overlay_options(overlay, n_below, &out);
	if (mount(SYSROOT, OVERLAY_LOWER, NULL, MS_MOVE, NULL) < 0)
		return err_sys(err, errno, "moving the root to " OVERLAY_LOWER);
	if (mount("overlay", SYSROOT, "overlay", 0, options) == 0)
		return 0;
	code = errno;
	(void)mount(OVERLAY_LOWER, SYSROOT, NULL, MS_MOVE, NULL); /* it was there */
	if (code == ENODEV)
		return err_set(
			err, code,
			"filesystem module overlay is missing in the initrd: rebuild with it");
	return err_sys(err, code, "mounting overlayfs, see dmesg");
}

void overlay_undo(void)
{
	static const char *const dirs[] = { OVERLAY_LOWER, OVERLAY_UPPER, OVERLAY_FROZEN };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		(void)mount_undo(dirs[i]); /* most often nothing is mounted there */
}

int overlay_mount(const struct plan_overlay *overlay, const struct block_dev *dev, uint8_t n_below,
		  struct err *err)
{
	int rc = dir_make(OVERLAY_LOWER, 0755);

	if (!rc)
		rc = dir_make(OVERLAY_UPPER, 0755);
	if (rc < 0)
		return err_sys(err, -rc, "making " OVERLAY_DIR);
	if (mount_layer(overlay, dev, err) == 0 && prepare(overlay, err) == 0 &&
	    mount_over(overlay, n_below, err) == 0)
		return 0;
	rc = -err->code;
	overlay_undo();
	return rc;
}

/* --- the root's fstab --- */

static int read_fstab(int root_fd, char text[static FSTAB_MAX], size_t *ret_len)
{
	int fd = inroot_open(root_fd, FSTAB, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t n = 1;

	*ret_len = 0;
	if (fd < 0)
		return fd;
	while (n > 0 && *ret_len < FSTAB_MAX) {
		n = read(fd, text + *ret_len, FSTAB_MAX - *ret_len);
		if (n > 0)
			*ret_len += (size_t)n;
	}
	close(fd);
	return n < 0 ? -errno : n > 0 ? -EFBIG : 0;
}

int overlay_write_fstab(struct err *err)
{
	static char text[FSTAB_MAX], changed[2 * FSTAB_MAX];
	struct out out = out_to(changed, sizeof(changed));
	int root_fd = open(SYSROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t len;
	int rc;

	if (root_fd < 0)
		return err_sys(err, errno, SYSROOT);
	rc = read_fstab(root_fd, text, &len);
	if (!rc && overlay_fstab((struct span){ text, len }, &out)) {
		rc = out.cut ? -EFBIG : inroot_put(root_fd, FSTAB, changed, out.len);
		rc = rc ? rc : 1;
	} else if (rc == -ENOENT || rc == -ENOTDIR) {
		rc = 0;
	}
	close(root_fd);
	return rc < 0 ? err_sys(err, -rc, FSTAB " of the root") : rc;
}
