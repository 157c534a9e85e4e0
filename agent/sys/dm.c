/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to /dev/mapper/control. What the kernel answers with stands where the request did. */
#include "sys/dm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sys/mount.h"

#define UDEV_RECORDS "/run/udev/data"

struct request {
	struct dm_ioctl io;
	union {
		struct {
			struct dm_target_spec target; /* of a table, and of its status */
			char text[MPATH_PARAMS_MAX];
		};
		struct {
			uint64_t sector; /* struct dm_target_msg */
			char message[64];
		};
	};
};

int dm_open(struct err *err)
{
	int fd = open(DM_CONTROL, O_RDWR | O_CLOEXEC);

	return fd < 0 ? err_sys(err, errno, DM_CONTROL) : fd;
}

static void begin(struct request *r, const struct mpath_dev *dev)
{
	memset(r, 0, sizeof(*r));
	r->io.version[0] = 4; /* what all of these have */
	r->io.data_size = sizeof(*r);
	r->io.data_start = offsetof(struct request, target);
	if (dev)
		r->io.dev = makedev(dev->major, dev->minor);
}

static int ask(int fd, unsigned long what, struct request *r)
{
	int rc;

	do
		rc = ioctl(fd, what, r);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? -errno : 0;
}

static struct mpath_dev dev_of(const struct request *r)
{
	return (struct mpath_dev){ major(r->io.dev), minor(r->io.dev) };
}

/* --- maps --- */

/* A name that another map has is refused; a map of this UUID is this one. */
static int create(int fd, const struct dm_map *map, struct mpath_dev *ret)
{
	struct request r;
	int rc;

	begin(&r, NULL);
	(void)snprintf(r.io.name, sizeof(r.io.name), "%s", map->name);
	(void)snprintf(r.io.uuid, sizeof(r.io.uuid), "%s", map->uuid);
	rc = ask(fd, DM_DEV_CREATE, &r);
	if (rc == -EBUSY) {
		begin(&r, NULL);
		(void)snprintf(r.io.uuid, sizeof(r.io.uuid), "%s", map->uuid);
		rc = ask(fd, DM_DEV_STATUS, &r);
	}
	if (rc == 0)
		*ret = dev_of(&r);
	return rc;
}

static int load(int fd, const struct dm_map *map, const struct mpath_dev *dev)
{
	struct request r;

	begin(&r, dev);
	r.io.target_count = 1;
	r.io.flags = map->read_only ? DM_READONLY_FLAG : 0;
	r.target.length = map->n_sectors;
	(void)snprintf(r.target.target_type, sizeof(r.target.target_type), "%s", map->type);
	(void)snprintf(r.text, sizeof(r.text), "%s", map->params);
	r.target.next = sizeof(r.target) + sizeof(r.text);
	return ask(fd, DM_TABLE_LOAD, &r);
}

/* The table that was loaded takes the place of the one before. A map that queues could not be
 * flushed, nor its filesystem frozen. */
static int resume(int fd, const struct mpath_dev *dev)
{
	struct request r;

	begin(&r, dev);
	r.io.flags = DM_NOFLUSH_FLAG | DM_SKIP_LOCKFS_FLAG;
	return ask(fd, DM_DEV_SUSPEND, &r);
}

int dm_map_set(int fd, const struct dm_map *map, struct mpath_dev *ret, struct err *err)
{
	struct mpath_dev dev = { 0, 0 };
	int rc = create(fd, map, &dev);

	if (rc < 0)
		return err_sys(err, -rc, "making the map %s", map->name);
	rc = load(fd, map, &dev);
	if (rc < 0)
		return err_sys(err, -rc, "the table of the map %s", map->name);
	rc = resume(fd, &dev);
	if (rc < 0)
		return err_sys(err, -rc, "beginning with the map %s", map->name);
	*ret = dev;
	return 0;
}

/* Of its one target the status, or with the flag for it the table. */
static int ask_target(int fd, const struct mpath_dev *dev, uint32_t flags, struct request *r)
{
	int rc;

	begin(r, dev);
	r->io.flags = DM_NOFLUSH_FLAG | flags;
	rc = ask(fd, DM_TABLE_STATUS, r);
	if (rc < 0)
		return rc;
	if (r->io.flags & DM_BUFFER_FULL_FLAG || !r->io.target_count)
		return -EMSGSIZE;
	r->text[sizeof(r->text) - 1] = '\0';
	return 0;
}

int dm_map_add_path(int fd, const struct mpath_dev *map, const struct mpath_dev *path,
		    struct err *err)
{
	char params[MPATH_PARAMS_MAX];
	struct out out = out_to(params, sizeof(params));
	struct dm_map as = { .type = "multipath", .params = params };
	struct request r;
	int rc = ask_target(fd, map, DM_STATUS_TABLE_FLAG, &r);

	if (rc < 0)
		return err_sys(err, -rc, "the table of the map %u:%u", map->major, map->minor);
	if (mpath_params_has(span_of(r.text), path))
		return 0;
	if (strcmp(r.target.target_type, as.type) != 0 ||
	    !mpath_params_add(span_of(r.text), path, &out) || out.cut)
		return err_set(err, EPROTO, "the map %u:%u takes no further path, it is: %s %s",
			       map->major, map->minor, r.target.target_type, r.text);
	as.n_sectors = r.target.length;
	as.read_only = r.io.flags & DM_READONLY_FLAG;
	rc = load(fd, &as, map);
	if (rc < 0)
		return err_sys(err, -rc, "the map %u:%u with a further path %u:%u", map->major,
			       map->minor, path->major, path->minor);
	rc = resume(fd, map);
	return rc < 0 ? err_sys(err, -rc, "going on with the map %u:%u", map->major, map->minor)
		      : 0;
}

void dm_map_tell_udev(const struct mpath_dev *dev)
{
	char path[64];

	(void)snprintf(path, sizeof(path), UDEV_RECORDS "/b%u:%u", dev->major, dev->minor);
	(void)dir_make(UDEV_RECORDS, 0755); /* the write fails as well, then */
	(void)file_write(path, "E:DM_UDEV_PRIMARY_SOURCE_FLAG=1\n");
}

int dm_map_find(int fd, const char *name, struct mpath_dev *ret)
{
	struct request r;
	int rc;

	begin(&r, NULL);
	(void)snprintf(r.io.name, sizeof(r.io.name), "%s", name);
	rc = ask(fd, DM_DEV_STATUS, &r);
	if (rc == 0)
		*ret = dev_of(&r);
	return rc;
}

static int remove_map(int fd, const struct mpath_dev *dev, uint32_t flags)
{
	struct request r;

	begin(&r, dev);
	r.io.flags = flags;
	return ask(fd, DM_DEV_REMOVE, &r);
}

int dm_map_remove(int fd, const struct mpath_dev *dev)
{
	return remove_map(fd, dev, 0);
}

int dm_map_let_go(int fd, const struct mpath_dev *dev)
{
	return remove_map(fd, dev, DM_DEFERRED_REMOVE);
}

/* --- what happens to them --- */

int dm_arm(int fd)
{
	struct request r;

	begin(&r, NULL);
	return ask(fd, DM_DEV_ARM_POLL, &r);
}

int dm_map_status(int fd, const struct mpath_dev *dev, char dst[static MPATH_PARAMS_MAX])
{
	struct request r;
	int rc = ask_target(fd, dev, 0, &r);

	if (rc == 0)
		memcpy(dst, r.text, sizeof(r.text));
	return rc;
}

static int message(int fd, const struct mpath_dev *map, const char *text)
{
	struct request r;

	begin(&r, map);
	(void)snprintf(r.message, sizeof(r.message), "%s", text);
	return ask(fd, DM_TARGET_MSG, &r);
}

int dm_map_queue_no_more(int fd, const struct mpath_dev *map)
{
	return message(fd, map, "fail_if_no_path");
}

int dm_path_reinstate(int fd, const struct mpath_dev *map, const struct mpath_dev *path)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "reinstate_path %u:%u", path->major, path->minor);
	return message(fd, map, text);
}
