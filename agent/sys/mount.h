/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mounting: the initramfs' own filesystems, and the root. */
#ifndef NETROOT_SYS_MOUNT_H
#define NETROOT_SYS_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* agent/ is searched before the system: without this <sys/mount.h> would end here for everybody. */
#include_next <sys/mount.h>

#include "core/err.h"

#define SYSROOT "/sysroot"

/* /proc /sys /dev (devtmpfs) /dev/pts /run (tmpfs, 0755, nosuid nodev), each where it is not yet;
 * goes on past a failure and says the first. */
int mount_early(struct err *err);
/* A block root: flags such as noatime, nosuid, ro in options become MS_ flags, the rest goes to the
 * filesystem. Blocks: only in a child. */
int mount_block(const char *dev, const char *dir, const char *fstype, bool read_only,
		const char *options, struct err *err);
int mount_undo(const char *dir); /* lazy */
/* Whole small files: sysfs attributes, /proc. Returns the length, terminated; -errno
 * (-EFBIG where it does not fit). One trailing line end is removed. */
int file_read(const char *path, char *dst, unsigned int size);
int file_write(const char *path, const char *text);
/* A file of the directory dir_fd, replaced as a whole by a temporary name and rename. */
int file_put_at(int dir_fd, const char *name, unsigned int mode, const char *text, size_t len);
int dir_make(const char *path, unsigned int mode); /* with parents; existing is fine */
/* Deletes what is in a directory and on this device; below a mount nothing is touched. What cannot
 * be deleted stays. Takes fd. */
void dir_empty(int fd, uint64_t dev);

#endif
