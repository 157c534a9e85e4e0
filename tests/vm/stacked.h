/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filesystem in a file of the root, mounted by way of a loop device and of a device-mapper map on
 * that: neither the root nor a device goes before what is on it. /stacked/image is it,
 * /stacked/000.ko and on the modules for it, /stacked/mnt where it is mounted.
 */
#ifndef NETROOT_TESTS_VM_STACKED_H
#define NETROOT_TESTS_VM_STACKED_H

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void stacked_modules(void)
{
	char path[32];

	for (int i = 0, fd; i < 100; i++) {
		snprintf(path, sizeof(path), "/stacked/%03d.ko", i);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return;
		(void)syscall(SYS_finit_module, fd, "", 0);
		close(fd);
	}
}

/* The map "stacked" of the whole of the disk. */
static int stacked_map(const char *disk, unsigned long long sectors)
{
	struct {
		struct dm_ioctl io;
		struct dm_target_spec spec;
		char params[64];
	} call = { .io = { .version = { 4, 0, 0 },
			   .data_size = sizeof(call),
			   .data_start = sizeof(call.io),
			   .name = "stacked" } };
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC), rc;

	rc = ioctl(fd, DM_DEV_CREATE, &call.io);
	call.io.dev = 0; /* it answers with that, and wants the name alone */
	call.io.target_count = 1;
	call.spec.length = sectors;
	strcpy(call.spec.target_type, "linear");
	snprintf(call.params, sizeof(call.params), "%s 0", disk);
	call.io.data_size = sizeof(call);
	rc |= ioctl(fd, DM_TABLE_LOAD, &call.io);
	call.io.flags = 0;
	call.io.dev = 0;
	rc |= ioctl(fd, DM_DEV_SUSPEND, &call.io); /* not suspended: resumed */
	close(fd);
	return rc;
}

/* What went wrong, or "ok". What is written there last is not flushed. */
static const char *stacked(void)
{
	int image, disk = -1, fd;
	struct stat st;

	stacked_modules();
	image = open("/stacked/image", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 100 && disk < 0; i++, usleep(disk < 0 ? 10000 : 0))
		disk = open("/dev/loop0", O_RDWR | O_CLOEXEC);
	if (image < 0 || fstat(image, &st) || ioctl(disk, LOOP_SET_FD, image))
		return "no loop device";
	close(image);
	if (stacked_map("/dev/loop0", (unsigned long long)st.st_size / 512))
		return "no map";
	close(disk);
	if (mount("/dev/dm-0", "/stacked/mnt", "ext4", 0, NULL))
		return strerror(errno);
	fd = open("/stacked/mnt/last", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, "last\n", 5) != 5)
		return "not written";
	close(fd);
	return "ok";
}

#endif
