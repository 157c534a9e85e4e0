/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks and partitions in sysfs, and what libblkid finds on them. */
#ifndef NETROOT_SYS_BLOCK_H
#define NETROOT_SYS_BLOCK_H

#include "core/alua.h"
#include "core/mpath.h"
#include "core/rootdev.h"

/* Disks of the iSCSI session and their partitions, from sysfs: name, disk, lun, size, partno.
 * Returns the count, at most max. */
size_t block_list_session(uint32_t sid, struct block_dev *devs, size_t max);
/* Likewise of the whole machine, without a LUN. */
size_t block_list_all(struct block_dev *devs, size_t max);
/* One disk of any kind, with its partitions. */
size_t block_list_disk(const char *name, struct block_dev *devs, size_t max);
/* How many of the session's logical units are disks, whether sd has taken them up yet or not. */
size_t block_count_session_disks(uint32_t sid);
/* True where a uevent's devpath lies below the session. */
bool block_devpath_in_session(const char *devpath, uint32_t sid);
/* What a disk is to the device mapper, all of it as sysfs has it: no I/O. -ENXIO: it is not, or not
 * yet, all in sysfs. */
struct block_unit {
	char name[32]; /* "sda" */
	struct mpath_dev dev;
	uint64_t n_sectors;
	bool alua, read_only;
	bool grouped; /* the page that names it tells the group of its target ports */
	uint16_t group;
	char wwid[WWID_MAX];
};
int block_unit_read(const char *disk, struct block_unit *ret, struct err *err);
/* The session's disk of that WWID. 0: there; -EAGAIN: its disks are not all there yet; -ENODEV:
 * none is. */
int block_find_unit(uint32_t sid, const char *wwid, struct block_unit *ret);
/* Whether the target ports by which the disk is reached do I/O, and how much they are preferred;
 * -ENODATA: it does not tell. Asks the target: only in a child. */
int block_alua_read(const struct block_unit *unit, struct alua *ret, struct err *err);
/* Where on its disk a partition begins, and how long it is. */
int block_part_read(const char *part, uint64_t *ret_start, uint64_t *ret_n_sectors,
		    struct err *err);
/* Fills fstype, label and the rest by reading the disk: blocks, so only in a child. Unreadable is
 * an error, nothing found is not. */
int block_probe(struct block_dev *dev, struct err *err);

#endif
