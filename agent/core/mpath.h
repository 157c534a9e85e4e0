/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A multipath map of the device mapper, as text: its name, its UUID and its table as multipathd has
 * them, the maps of its partitions as kpartx makes them, and what the kernel says of its paths.
 * (Documentation/admin-guide/device-mapper/dm-service-time.rst; dm-mpath.c)
 */
#ifndef NETROOT_CORE_MPATH_H
#define NETROOT_CORE_MPATH_H

#include "core/text.h"
#include "core/wwid.h"

#define MPATH_PATHS_MAX 8
#define MPATH_NAME_MAX 128 /* DM_NAME_LEN */
#define MPATH_UUID_MAX 129 /* DM_UUID_LEN */
#define MPATH_PARAMS_MAX 1024
#define MPATH_SECTOR 512u

struct mpath_dev {
	uint32_t major, minor;
};

struct mpath {
	char wwid[WWID_MAX];
	uint64_t n_sectors;
	bool alua; /* the target groups its ports (TPGS): scsi_dh_alua is to move between them */
	struct mpath_dev paths[MPATH_PATHS_MAX]; /* in the order they are preferred */
	uint8_t prios[MPATH_PATHS_MAX]; /* by that, and of equal ones as they came */
	uint8_t n_paths;
};

/* There has to be room. */
void mpath_add(struct mpath *m, const struct mpath_dev *path, uint8_t prio);
/*
 * The parameters of its one target, "multipath". Each path is a group of its own, with the selector
 * and the counts that multipathd has by default: it finds nothing to change in the map and leaves
 * it, with all that is queued, as it is.
 */
void mpath_params(const struct mpath *m, struct out *ret);
/* Those parameters as the kernel has them now (DM_STATUS_TABLE_FLAG), with that path as a further
 * group, the last. False where they make no sense. */
bool mpath_params_add(struct span table, const struct mpath_dev *path, struct out *ret);
/* Whether the path is among them already. */
bool mpath_params_has(struct span table, const struct mpath_dev *path);
/* Whether the map queues while no path works. */
bool mpath_params_queue(struct span table);
/* Without user_friendly_names the name is the WWID; with them multipathd renames the map. */
void mpath_name(const char *wwid, char ret[static MPATH_NAME_MAX]);
void mpath_uuid(const char *wwid, char ret[static MPATH_UUID_MAX]);
/* A map has no partitions of the kernel's: each is a map "linear" on it. */
void mpath_part_name(const char *wwid, uint32_t partno, char ret[static MPATH_NAME_MAX]);
void mpath_part_uuid(const char *wwid, uint32_t partno, char ret[static MPATH_UUID_MAX]);
/* map: the number of the map below. */
void mpath_part_params(struct mpath_dev map, uint64_t start_sector, struct out *ret);

/* "8:16"; false where it is not that. */
bool mpath_dev_parse(struct span text, struct mpath_dev *ret);
bool mpath_dev_eq(const struct mpath_dev *a, const struct mpath_dev *b);

/* Where a path is on its way into the map, while a boot makes it. */
enum mpath_path {
	MPATH_PATH_NEW,
	MPATH_PATH_LATE, /* was not there in time: the guard goes on trying it */
	MPATH_PATH_SCANS,
	MPATH_PATH_SCANNED,
	MPATH_PATH_JOINS,
	MPATH_PATH_JOINS_LOST, /* the same, and its session broke meanwhile */
	MPATH_PATH_IN,
	MPATH_PATH_LOST /* it is in, but its session broke: it is the guard's */
};

enum mpath_loss {
	MPATH_LOSS_HELD, /* the map has other paths that work */
	MPATH_LOSS_PATH, /* it was not in the map: nothing but this path is lost */
	MPATH_LOSS_ROOT, /* it was the last that worked */
};

/* The session of path i broke: what that comes to. Its disk stays where it is in the map, or is
 * being put there: under it no session is taken down but with all of the map's. */
enum mpath_loss mpath_lost(enum mpath_path *paths, uint8_t n_paths, uint8_t i);
/* Its disk is in the map now. */
enum mpath_path mpath_joined(enum mpath_path path);

struct mpath_status {
	struct mpath_dev paths[MPATH_PATHS_MAX];
	bool failed[MPATH_PATHS_MAX];
	bool in_use[MPATH_PATHS_MAX]; /* of the group that is: others are in reserve */
	uint8_t n_paths;
};

/* Of the status line of a target "multipath" (DM_TABLE_STATUS); false where it makes no sense.
 * Paths beyond MPATH_PATHS_MAX are left out. */
bool mpath_status_parse(struct span text, struct mpath_status *ret);

#endif
