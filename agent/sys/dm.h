/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device mapper by its ioctls (linux/dm-ioctl.h). Decides nothing; what blocks says so. */
#ifndef NETROOT_SYS_DM_H
#define NETROOT_SYS_DM_H

#include "core/err.h"
#include "core/mpath.h"

#define DM_CONTROL "/dev/mapper/control"

struct dm_map {
	const char *name, *uuid;
	const char *type, *params; /* of its one target */
	uint64_t n_sectors;
	bool read_only;
};

/* The descriptor, the caller's; -errno where there is no device mapper (the module dm_mod). */
int dm_open(struct err *err);
/*
 * Makes the map, or gives the one of this UUID that is there the new table: what is queued in it
 * stays. Blocks for as long as it takes to settle what is on its way, so only in a child.
 */
int dm_map_set(int fd, const struct dm_map *map, struct mpath_dev *ret, struct err *err);

/*
 * For the udev of the booted system. Of a map that it finds without having seen it made its rules
 * (55-dm.rules) make no links, and systemd does not take it for ready, unless udev's own record
 * says that it was begun in order. A child's work, as above; what fails is no loss to the boot.
 */
void dm_map_tell_udev(const struct mpath_dev *dev);
/* Gives a multipath map that is there a further path, the last of them, if it has not got it. A
 * child's work, as above. */
int dm_map_add_path(int fd, const struct mpath_dev *map, const struct mpath_dev *path,
		    struct err *err);
/* The map of that name, or -ENXIO. */
int dm_map_find(int fd, const char *name, struct mpath_dev *ret);
/* -EBUSY while something is on it. */
int dm_map_remove(int fd, const struct mpath_dev *dev);
/* Now, or with the last of what is on it. */
int dm_map_let_go(int fd, const struct mpath_dev *dev);

/* The rest does not block, and allocates nothing. */

/* From here on the descriptor is readable as soon as anything happens to a map (DM_DEV_ARM_POLL).
 */
int dm_arm(int fd);
/* The status of the map's one target; -ENXIO: there is no such map any more. */
int dm_map_status(int fd, const struct mpath_dev *dev, char dst[static MPATH_PARAMS_MAX]);
/* What is queued in a multipath map fails, unless a path works. */
int dm_map_queue_no_more(int fd, const struct mpath_dev *map);
int dm_path_reinstate(int fd, const struct mpath_dev *map, const struct mpath_dev *path);

#endif
