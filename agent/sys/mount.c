/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounts of the initramfs and of a block root, and small whole files. */
#include "sys/mount.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/text.h"

#define OPTIONS_MAX 512

int file_read(const char *path, char *dst, unsigned int size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	int rc = 0;

	if (!size)
		return -ENOSPC;
	if (fd < 0)
		return -errno;
	while (len < size) {
		ssize_t n = read(fd, dst + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = -errno;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	close(fd);
	if (!rc && len == size)
		rc = -EFBIG; /* a part of a value is another value */
	if (!rc && len && dst[len - 1] == '\n')
		len--;
	dst[rc ? 0 : len] = '\0';
	return rc ? rc : (int)len;
}

int file_write(const char *path, const char *text)
{
	size_t len = strlen(text);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0644);
	ssize_t n;
	int rc = 0;

	if (fd < 0)
		return -errno;
	n = write(fd, text, len); /* in one piece: each write is a command to sysfs */
	if (n < 0)
		rc = -errno;
	else if ((size_t)n != len)
		rc = -EIO;
	if (close(fd) < 0 && !rc)
		rc = -errno;
	return rc;
}

/* 0, or -errno; closes fd. */
static int fill(int fd, unsigned int mode, const char *text, size_t len)
{
	int rc = 0;

	/* what umask PID 1 was started with is no matter */
	if (fchmod(fd, (mode_t)mode) < 0)
		rc = -errno;
	while (!rc && len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			rc = -errno;
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	if (close(fd) < 0 && !rc)
		rc = -errno;
	return rc;
}

int file_put_at(int dir_fd, const char *name, unsigned int mode, const char *text, size_t len)
{
	char new_name[NAME_MAX + 1];
	int n = snprintf(new_name, sizeof(new_name), ".%s.netroot", name), fd, rc;

	if (n < 0 || (size_t)n >= sizeof(new_name))
		return -ENAMETOOLONG;
	(void)unlinkat(dir_fd, new_name, 0); /* of an earlier attempt, usually not there */
	fd = openat(dir_fd, new_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = fill(fd, mode, text, len);
	if (!rc && renameat(dir_fd, new_name, dir_fd, name) < 0)
		rc = -errno;
	if (rc)
		(void)unlinkat(dir_fd, new_name, 0); /* nothing to be done where it stays */
	return rc;
}

static int dir_make_one(const char *path, mode_t mode)
{
	struct stat st;
	int code;

	if (mkdir(path, mode) == 0)
		return 0;
	code = errno;
	/* mkdir says EROFS, EACCES and the like also of what is there */
	if (stat(path, &st) == 0)
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return -code;
}

int dir_make(const char *path, unsigned int mode)
{
	char part[PATH_MAX];

	if (!text_copy(part, sizeof(part), span_of(path)))
		return -ENAMETOOLONG;
	for (char *p = part + 1; part[0] && *p; p++) {
		int rc;

		if (*p != '/')
			continue;
		*p = '\0';
		rc = dir_make_one(part, 0755);
		if (rc < 0)
			return rc;
		*p = '/';
	}
	return dir_make_one(part, mode);
}

#define EMPTY_DEPTH_MAX 64 /* each level holds a descriptor */

static void empty_dir(int fd, dev_t dev, int depth)
{
	const struct dirent *entry;
	DIR *dir = fdopendir(fd);

	if (!dir) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;
		struct stat st;
		int sub;

		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    fstatat(dirfd(dir), name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0 ||
		    st.st_dev != dev)
			continue;
		if (!S_ISDIR(st.st_mode)) {
			(void)unlinkat(dirfd(dir), name, 0);
			continue;
		}
		if (depth == EMPTY_DEPTH_MAX)
			continue;
		sub = openat(dirfd(dir), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub >= 0)
			empty_dir(sub, dev, depth + 1);
		(void)unlinkat(dirfd(dir), name, AT_REMOVEDIR);
	}
	(void)closedir(dir);
}

void dir_empty(int fd, uint64_t dev)
{
	empty_dir(fd, (dev_t)dev, 0);
}

static bool is_mount_point(const char *dir)
{
	struct statx st;

	/* only where the kernel knows of the attribute (5.8) */
	return statx(AT_FDCWD, dir, AT_NO_AUTOMOUNT, 0, &st) == 0 &&
	       (st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) &&
	       (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* A device node that the kernel or the initrd's archive made already is left alone. */
static void node(const char *path, unsigned int mode, unsigned int major_no, unsigned int minor_no)
{
	if (mknod(path, S_IFCHR | mode, makedev(major_no, minor_no)) == 0)
		(void)chmod(path, mode); /* against the umask */
}

/* Numbers of Documentation/admin-guide/devices.txt; disks then need a kernel with devtmpfs. */
static int dev_without_devtmpfs(struct err *err)
{
	if (mount("dev", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755") < 0)
		return err_sys(err, errno, "mounting tmpfs on /dev");
	node("/dev/console", 0600, 5, 1);
	node("/dev/tty", 0666, 5, 0);
	node("/dev/tty0", 0600, 4, 0);
	node("/dev/ttyS0", 0600, 4, 64);
	node("/dev/null", 0666, 1, 3);
	node("/dev/zero", 0666, 1, 5);
	node("/dev/random", 0666, 1, 8);
	node("/dev/urandom", 0666, 1, 9);
	node("/dev/kmsg", 0644, 1, 11);
	return 0;
}

struct early_mount {
	const char *dir, *fstype;
	unsigned long flags;
	const char *data;
	int (*instead)(struct err *err); /* when the kernel does not have it */
};

static const struct early_mount early_mounts[] = {
	{ "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL, NULL },
	{ "/sys", "sysfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL, NULL },
	{ "/dev", "devtmpfs", MS_NOSUID, "mode=0755", dev_without_devtmpfs },
	{ "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "ptmxmode=0666,mode=0620,gid=5", NULL },
	{ "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755", NULL },
};

static int mount_one(const struct early_mount *m, struct err *err)
{
	int rc = dir_make(m->dir, 0755);

	if (rc < 0)
		return err_sys(err, -rc, "making %s", m->dir);
	if (is_mount_point(m->dir))
		return 0;
	if (mount(m->fstype, m->dir, m->fstype, m->flags, m->data) == 0)
		return 0;
	if (errno == EBUSY)
		return 0; /* mounted there already, says a kernel without the attribute */
	if (errno == ENODEV && m->instead)
		return m->instead(err);
	return err_sys(err, errno, "mounting %s on %s", m->fstype, m->dir);
}

int mount_early(struct err *err)
{
	int first_rc = 0;

	for (size_t i = 0; i < sizeof(early_mounts) / sizeof(early_mounts[0]); i++) {
		struct err later;
		int rc = mount_one(&early_mounts[i], first_rc ? &later : err);

		if (rc < 0 && !first_rc)
			first_rc = rc;
	}
	return first_rc;
}

/* As mount(8) has them; a word that takes something back names the flags it clears. */
static const struct mount_word {
	const char *word;
	unsigned long set, clear;
} mount_words[] = {
	{ "ro", MS_RDONLY, 0 },
	{ "rw", 0, MS_RDONLY },
	{ "nosuid", MS_NOSUID, 0 },
	{ "suid", 0, MS_NOSUID },
	{ "nodev", MS_NODEV, 0 },
	{ "dev", 0, MS_NODEV },
	{ "noexec", MS_NOEXEC, 0 },
	{ "exec", 0, MS_NOEXEC },
	{ "sync", MS_SYNCHRONOUS, 0 },
	{ "async", 0, MS_SYNCHRONOUS },
	{ "dirsync", MS_DIRSYNC, 0 },
	{ "mand", MS_MANDLOCK, 0 },
	{ "nomand", 0, MS_MANDLOCK },
	{ "noatime", MS_NOATIME, MS_RELATIME | MS_STRICTATIME },
	{ "atime", 0, MS_NOATIME },
	{ "nodiratime", MS_NODIRATIME, 0 },
	{ "diratime", 0, MS_NODIRATIME },
	{ "relatime", MS_RELATIME, MS_NOATIME | MS_STRICTATIME },
	{ "norelatime", 0, MS_RELATIME },
	{ "strictatime", MS_STRICTATIME, MS_NOATIME | MS_RELATIME },
	{ "nostrictatime", 0, MS_STRICTATIME },
	{ "lazytime", MS_LAZYTIME, 0 },
	{ "nolazytime", 0, MS_LAZYTIME },
	{ "silent", MS_SILENT, 0 },
	{ "loud", 0, MS_SILENT },
	/* for mount(8) and fstab only, no filesystem knows them */
	{ "defaults", 0, 0 },
	{ "auto", 0, 0 },
	{ "noauto", 0, 0 },
	{ "nofail", 0, 0 },
	{ "_netdev", 0, 0 },
};

static bool flag_word(struct span word, unsigned long *flags)
{
	for (size_t i = 0; i < sizeof(mount_words) / sizeof(mount_words[0]); i++) {
		if (!span_eq(word, mount_words[i].word))
			continue;
		*flags = (*flags & ~mount_words[i].clear) | mount_words[i].set;
		return true;
	}
	return false;
}

static int split_options(const char *options, unsigned long *flags, char data[static OPTIONS_MAX],
			 struct err *err)
{
	struct out out = out_to(data, OPTIONS_MAX);
	struct span rest = span_of(options);

	while (rest.p) {
		struct span word = span_cut(&rest, ',');

		/* fstab's private words, such as x-systemd.device-timeout= */
		if (!word.len || span_starts(word, "x-") || flag_word(word, flags))
			continue;
		out_add(&out, "%s%.*s", out.len ? "," : "", SPAN_ARG(word));
	}
	if (out.cut)
		return err_set(err, E2BIG, "mount options are longer than %d bytes",
			       OPTIONS_MAX - 1);
	return 0;
}

static int mount_explain(int code, const char *dev, const char *dir, const char *fstype,
			 const char *data, struct err *err)
{
	char shown[128];

	(void)text_quote(shown, sizeof(shown), span_of(data));
	switch (code) {
	case EINVAL:
		return err_set(err, code,
			       "mounting %s on %s: its superblock is not %s, or an option of "
			       "\"%s\" is wrong: see dmesg",
			       dev, dir, fstype, shown);
	case ENODEV:
		return err_set(err, code,
			       "mounting %s on %s: filesystem module %s is missing in the initrd: "
			       "rebuild with it",
			       dev, dir, fstype);
	case ENOENT:
	case ENXIO:
		return err_sys(err, code, "mounting %s on %s: device or directory is not there",
			       dev, dir);
	case EUCLEAN:
		return err_set(err, code, "mounting %s on %s: the %s filesystem is damaged", dev,
			       dir, fstype);
	case EACCES:
	case EROFS:
		return err_sys(err, code, "mounting %s on %s as %s: the disk is read-only, use ro",
			       dev, dir, fstype);
	}
	return err_sys(err, code, "mounting %s on %s as %s", dev, dir, fstype);
}

int mount_block(const char *dev, const char *dir, const char *fstype, bool read_only,
		const char *options, struct err *err)
{
	unsigned long flags = read_only ? MS_RDONLY : 0;
	char data[OPTIONS_MAX];
	int rc = split_options(options, &flags, data, err);

	if (rc < 0)
		return rc;
	rc = dir_make(dir, 0755);
	if (rc < 0)
		return err_sys(err, -rc, "making %s", dir);
	if (mount(dev, dir, fstype, flags, data) == 0)
		return 0;
	return mount_explain(errno, dev, dir, fstype, data, err);
}

int mount_undo(const char *dir)
{
	return umount2(dir, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
}
