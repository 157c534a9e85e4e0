/* SPDX-License-Identifier: GPL-2.0-or-later */
/* umount2(2), swapoff(2), loop(4), the device mapper. */
#include "sys/unmount.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/swap.h>
#include <unistd.h>

#include "core/meminfo.h"
#include "sys/dm.h"
#include "sys/mount.h"

#define BLOCK "/sys/block"

/* As file_read(), but a file that is longer gives what fits: whole lines of it count. */
int mounts_read(char text[static MOUNTINFO_MAX], struct mounts *ret, struct err *err)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return err_sys(err, errno, "/proc/self/mountinfo");
	while (len < MOUNTINFO_MAX && n > 0) {
		n = read(fd, text + len, MOUNTINFO_MAX - len);
		if (n > 0)
			len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	close(fd);
	mounts_parse(text, len, ret);
	return 0;
}

/* --- mounts --- */

int unmount_do(const struct unmount_step *step)
{
	int rc = 0;

	switch (step->how) {
	case UNMOUNT_PLAIN:
		rc = umount2(step->dir, UMOUNT_NOFOLLOW);
		break;
	case UNMOUNT_LAZY:
		rc = umount2(step->dir, MNT_DETACH | UMOUNT_NOFOLLOW);
		break;
	case UNMOUNT_FORCE:
		/* ends what waits for the server; only network filesystems know of it */
		(void)umount2(step->dir, MNT_FORCE | UMOUNT_NOFOLLOW);
		rc = umount2(step->dir, MNT_DETACH | UMOUNT_NOFOLLOW);
		/* the first may have done it all */
		if (rc < 0 && errno == EINVAL)
			rc = 0;
		break;
	case UNMOUNT_READ_ONLY:
		rc = mount(NULL, step->dir, NULL, MS_REMOUNT | MS_RDONLY, NULL);
		break;
	}
	return rc < 0 ? -errno : 0;
}

void swap_off_all(void)
{
	char line[512], path[256];
	FILE *f = fopen("/proc/swaps", "re");

	/* a name with white space is escaped: such a file stays, and its filesystem read-only */
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%255s", path) == 1 && path[0] == '/')
			(void)swapoff(path);
	if (f)
		(void)fclose(f);
}

/* --- devices on top of others --- */

static bool attr(const char *disk, const char *name, char *dst, unsigned int size)
{
	char path[320];

	(void)snprintf(path, sizeof(path), BLOCK "/%s/%s", disk, name);
	return file_read(path, dst, size) > 0;
}

/* In use, it only is marked to go with its last user: that has changed nothing. */
static bool loop_detach(const char *disk)
{
	char path[64], file[512];
	int fd;

	if (strlen(disk) > 32 || !attr(disk, "loop/backing_file", file, sizeof(file)))
		return false;
	(void)snprintf(path, sizeof(path), "/dev/%.32s", disk);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	(void)ioctl(fd, LOOP_CLR_FD, 0); /* whether it went shows below */
	close(fd);
	return !attr(disk, "loop/backing_file", file, sizeof(file));
}

/* The number of a map; false where the disk is none. */
static bool map_of(const char *disk, struct mpath_dev *ret)
{
	char text[32];

	return !strncmp(disk, "dm-", 3) && attr(disk, "dev", text, sizeof(text)) &&
	       mpath_dev_parse(span_of(text), ret);
}

/* What was on another one leaves that free: until nothing goes any more. */
static size_t detach_round(int control_fd)
{
	DIR *dir = opendir(BLOCK);
	const struct dirent *entry;
	struct mpath_dev map;
	size_t n = 0;

	while (dir && (entry = readdir(dir))) {
		if (!strncmp(entry->d_name, "loop", 4))
			n += loop_detach(entry->d_name);
		else if (control_fd >= 0 && map_of(entry->d_name, &map))
			n += dm_map_remove(control_fd, &map) == 0;
	}
	if (dir)
		(void)closedir(dir);
	return n;
}

size_t detach_all(void)
{
	struct err err;
	int fd = dm_open(&err); /* none, where there are no maps */
	size_t n = 0, more;

	while ((more = detach_round(fd)))
		n += more;
	if (fd >= 0)
		close(fd);
	return n;
}

size_t maps_queue_no_more(void)
{
	DIR *dir = opendir(BLOCK);
	const struct dirent *entry;
	struct mpath_dev map;
	struct err err;
	char uuid[MPATH_UUID_MAX + 1];
	int fd = dm_open(&err);
	size_t n = 0;

	while (fd >= 0 && dir && (entry = readdir(dir)))
		if (map_of(entry->d_name, &map) &&
		    attr(entry->d_name, "dm/uuid", uuid, sizeof(uuid)) &&
		    span_starts(span_of(uuid), "mpath-"))
			n += dm_map_queue_no_more(fd, &map) == 0;
	if (dir)
		(void)closedir(dir);
	if (fd >= 0)
		close(fd);
	return n;
}

bool maps_left(struct out *ret)
{
	DIR *dir = opendir(BLOCK);
	const struct dirent *entry;
	struct mpath_dev map;
	bool any = false;

	while (dir && (entry = readdir(dir))) {
		if (!map_of(entry->d_name, &map))
			continue;
		out_add(ret, "%s%s", any ? ", " : "", entry->d_name);
		any = true;
	}
	if (dir)
		(void)closedir(dir);
	return any;
}

/* --- what is still to be written --- */

uint64_t dirty_kib(void)
{
	static const char *const names[] = { "Dirty", "Writeback", "NFS_Unstable" };
	char text[8192];
	int len = file_read("/proc/meminfo", text, sizeof(text));
	struct span meminfo = { text, len > 0 ? (size_t)len : 0 };
	uint64_t sum = 0, kib;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (meminfo_kib(meminfo, names[i], &kib))
			sum += kib;
	return sum;
}
