/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The disks of an iSCSI session as sysfs shows them, and what libblkid reads on them. Chooses
 * nothing: core/rootdev does.
 */
#include "sys/block.h"

#include <blkid/blkid.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys/mount.h"

#define CLASS "/sys/class/block"
#define INQUIRY_LEN 36
#define ALUA_LIMIT_MS 3000
#define SECTOR 512u /* the unit of sysfs' size attribute, whatever the disk's own sector is */

/* --- sysfs --- */

static bool attr_uint(const char *dir, const char *name, uint64_t *ret)
{
	char path[512], text[32];
	int len;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path))
		return false;
	len = file_read(path, text, sizeof(text));
	return len > 0 && parse_uint((struct span){ text, (size_t)len }, 10, 0, UINT64_MAX, ret);
}

/* "2:0:0:1": host, channel, target and the kernel's integer LUN. */
static bool read_hctl(struct span name, uint8_t ret_lun[static 8])
{
	uint64_t v = 0;

	for (int i = 0; i < 4; i++) {
		struct span field = span_cut(&name, ':');

		if (!field.p || !parse_uint(field, 10, 0, UINT64_MAX, &v))
			return false;
	}
	if (name.p)
		return false;
	lun_from_kernel(v, ret_lun);
	return true;
}

struct listing {
	struct block_dev *devs;
	size_t n, max;
};

/* Calls fn for the entries of dir whose name begins with prefix. */
static void each_entry(const char *dir, const char *prefix,
		       void (*fn)(void *arg, const char *path, const char *name), void *arg)
{
	const struct dirent *entry;
	char path[512];
	DIR *d = opendir(dir);

	if (!d)
		return; /* went away, or is not there yet: an event will say so */
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.' || !span_starts(span_of(entry->d_name), prefix))
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) <
		    sizeof(path))
			fn(arg, path, entry->d_name);
	}
	(void)closedir(d);
}

struct disk {
	struct listing *list;
	uint8_t lun[8];
	const char *name; /* "": the entries are disks, not partitions */
};

static void add(const struct disk *disk, const char *path, const char *name, uint32_t partno)
{
	struct listing *list = disk->list;
	struct block_dev *dev = &list->devs[list->n];
	uint64_t sectors;

	if (list->n == list->max || !attr_uint(path, "size", &sectors))
		return;
	memset(dev, 0, sizeof(*dev));
	if (!text_copy(dev->name, sizeof(dev->name), span_of(name)) ||
	    !text_copy(dev->disk, sizeof(dev->disk), span_of(partno ? disk->name : name)))
		return;
	memcpy(dev->lun, disk->lun, sizeof(dev->lun));
	dev->size_bytes = sectors > UINT64_MAX / SECTOR ? UINT64_MAX : sectors * SECTOR;
	dev->partno = partno;
	list->n++;
}

static void on_partition(void *arg, const char *path, const char *name)
{
	const struct disk *disk = arg;
	uint64_t partno;

	if (attr_uint(path, "partition", &partno) && partno && partno <= UINT32_MAX)
		add(disk, path, name, (uint32_t)partno);
}

static void on_disk(void *arg, const char *path, const char *name)
{
	struct disk *disk = arg;

	disk->name = name;
	add(disk, path, name, 0);
	each_entry(path, name, on_partition, disk);
}

static void on_unit(void *arg, const char *path, const char *name)
{
	struct disk disk = { .list = arg, .name = "" };
	char blocks[512];

	if (!read_hctl(span_of(name), disk.lun))
		return;
	if ((size_t)snprintf(blocks, sizeof(blocks), "%s/block", path) < sizeof(blocks))
		each_entry(blocks, "", on_disk, &disk);
}

static void on_target(void *arg, const char *path, const char *name)
{
	(void)name;
	each_entry(path, "", on_unit, arg);
}

/* readdir's order is chance; messages and choices are to be the same each time. */
static int by_lun(const void *a, const void *b)
{
	const struct block_dev *x = a, *y = b;
	uint64_t lun_x = lun_to_kernel(x->lun), lun_y = lun_to_kernel(y->lun);
	int disk = strcmp(x->disk, y->disk);

	if (lun_x != lun_y)
		return lun_x < lun_y ? -1 : 1;
	if (disk)
		return disk;
	return x->partno < y->partno ? -1 : x->partno > y->partno;
}

/* SPC-5 peripheral device types that sd drives: disk, write-once, optical, simplified, zoned. */
static void count_disk(void *arg, const char *path, const char *name)
{
	size_t *n = arg;
	uint64_t type;

	(void)name;
	if (attr_uint(path, "type", &type) &&
	    (type == 0x00 || type == 0x04 || type == 0x07 || type == 0x0e || type == 0x14))
		++*n;
}

static void count_target(void *arg, const char *path, const char *name)
{
	(void)name;
	each_entry(path, "", count_disk, arg);
}

size_t block_count_session_disks(uint32_t sid)
{
	char dir[64];
	size_t n = 0;

	(void)snprintf(dir, sizeof(dir), "/sys/class/iscsi_session/session%u/device", sid);
	each_entry(dir, "target", count_target, &n);
	return n;
}

size_t block_list_session(uint32_t sid, struct block_dev *devs, size_t max)
{
	struct listing list = { .devs = devs, .max = max };
	char dir[64];

	(void)snprintf(dir, sizeof(dir), "/sys/class/iscsi_session/session%u/device", sid);
	each_entry(dir, "target", on_target, &list);
	qsort(devs, list.n, sizeof(devs[0]), by_lun);
	return list.n;
}

/* The way to a LUN of iSCSI is by its session. */
static bool is_over_network(const char *path, const char *name)
{
	char to[512];
	ssize_t n = readlink(path, to, sizeof(to));
	struct span rest = { to, n > 0 ? (size_t)n : 0 };

	/* a map may be of whatever disks */
	if (n <= 0 || n == sizeof(to) || span_starts(span_of(name), "dm-"))
		return true;
	while (rest.p)
		if (span_starts(span_cut(&rest, '/'), "session"))
			return true;
	return false;
}

/* Those that hold no filesystem of their own, or only while something is done to them. */
static void on_any_disk(void *arg, const char *path, const char *name)
{
	static const char *const others[] = { "loop", "ram", "zram", "sr", "fd", "nbd" };
	struct listing *list = ((struct disk *)arg)->list;
	size_t first = list->n;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (span_starts(span_of(name), others[i]))
			return;
	on_disk(arg, path, name);
	for (size_t i = first; i < list->n; i++)
		list->devs[i].over_network = is_over_network(path, name);
}

size_t block_list_all(struct block_dev *devs, size_t max)
{
	struct listing list = { .devs = devs, .max = max };
	struct disk disk = { .list = &list };

	each_entry("/sys/block", "", on_any_disk, &disk);
	qsort(devs, list.n, sizeof(devs[0]), by_lun);
	return list.n;
}

size_t block_list_disk(const char *name, struct block_dev *devs, size_t max)
{
	struct listing list = { .devs = devs, .max = max };
	struct disk disk = { .list = &list };
	char path[64];

	(void)snprintf(path, sizeof(path), CLASS "/%.32s", name);
	on_disk(&disk, path, name);
	qsort(devs, list.n, sizeof(devs[0]), by_lun);
	return list.n;
}

bool block_devpath_in_session(const char *devpath, uint32_t sid)
{
	char name[24];

	(void)snprintf(name, sizeof(name), "session%u", sid);
	return span_has(span_of(devpath), '/', name);
}

/* --- for the device mapper --- */

/* A page as it is: file_read() is for text. */
static size_t read_page(const char *disk, const char *name, uint8_t *dst, size_t size)
{
	char path[128];
	size_t len = 0;
	ssize_t n = 1;
	int fd;

	(void)snprintf(path, sizeof(path), CLASS "/%s/device/%s", disk, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && n > 0 && len < size) {
		n = read(fd, dst + len, size - len);
		if (n > 0)
			len += (size_t)n;
	}
	if (fd >= 0)
		close(fd);
	return len;
}

static bool read_number(const char *name, struct mpath_dev *ret)
{
	char path[96], text[32];
	int len;

	(void)snprintf(path, sizeof(path), CLASS "/%s/dev", name);
	len = file_read(path, text, sizeof(text));
	return len > 0 && mpath_dev_parse((struct span){ text, (size_t)len }, ret);
}

int block_unit_read(const char *disk, struct block_unit *ret, struct err *err)
{
	struct block_unit unit = { .alua = false };
	uint8_t page[WWID_PAGE_MAX];
	char dir[64];
	uint64_t read_only;
	size_t len;

	(void)snprintf(dir, sizeof(dir), CLASS "/%s", disk);
	if (!read_number(disk, &unit.dev) || !attr_uint(dir, "size", &unit.n_sectors) ||
	    !attr_uint(dir, "ro", &read_only))
		return err_set(err, ENXIO, "the disk %s is not all there", disk);
	(void)snprintf(unit.name, sizeof(unit.name), "%s", disk);
	unit.read_only = read_only;
	len = read_page(disk, "vpd_pg83", page, sizeof(page));
	if (!wwid_of_page(page, len, unit.wwid))
		return err_set(err, ENODEV,
			       "the disk %s has no identifier (VPD page 0x83), by which its paths "
			       "could be told",
			       disk);
	unit.grouped = wwid_port_group(page, len, &unit.group);
	/* SPC-5 6.6.2: TPGS, implicit or explicit */
	unit.alua = read_page(disk, "inquiry", page, INQUIRY_LEN) == INQUIRY_LEN && page[5] & 0x30;
	*ret = unit;
	return 0;
}

static int report_groups(const struct block_unit *unit, uint8_t *dst, unsigned int size)
{
	uint8_t cdb[ALUA_CDB_LEN], sense[32];
	struct sg_io_hdr io = { .interface_id = 'S',
				.dxfer_direction = SG_DXFER_FROM_DEV,
				.cmdp = cdb,
				.cmd_len = sizeof(cdb),
				.dxferp = dst,
				.dxfer_len = size,
				.sbp = sense,
				.mx_sb_len = sizeof(sense),
				.timeout = ALUA_LIMIT_MS };
	char path[64];
	int fd, rc;

	alua_cdb(size, cdb);
	(void)snprintf(path, sizeof(path), "/dev/%.32s", unit->name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = ioctl(fd, SG_IO, &io) < 0			 ? -errno
	     : (io.info & SG_INFO_OK_MASK) != SG_INFO_OK ? -EIO
							 : 0;
	close(fd);
	return rc < 0 ? rc : (int)size - io.resid;
}

int block_alua_read(const struct block_unit *unit, struct alua *ret, struct err *err)
{
	uint8_t report[ALUA_REPORT_MAX];
	int len;

	if (!unit->alua || !unit->grouped)
		return err_set(err, ENODATA, "%s: its target has no groups of ports", unit->name);
	len = report_groups(unit, report, sizeof(report));
	if (len < 0)
		return err_sys(err, -len, "%s: asking for the states of its target's ports",
			       unit->name);
	if (!alua_of_report(report, (size_t)len, unit->group, ret))
		return err_set(err, ENODATA,
			       "%s: its target does not tell of group %u of its ports", unit->name,
			       unit->group);
	return 0;
}

int block_find_unit(uint32_t sid, const char *wwid, struct block_unit *ret)
{
	static struct block_dev devs[ROOTDEV_MAX];
	size_t n = block_list_session(sid, devs, ROOTDEV_MAX), n_disks = 0;
	struct block_unit unit;
	struct err err;

	for (size_t i = 0; i < n; i++) {
		bool has_wwid;

		if (devs[i].partno)
			continue;
		has_wwid = block_unit_read(devs[i].name, &unit, &err) == 0;
		if (!has_wwid && rootdev_is_late(err.code))
			continue;
		n_disks++;
		if (!has_wwid || strcmp(unit.wwid, wwid) != 0)
			continue;
		*ret = unit;
		return 0;
	}
	return n_disks && n_disks == block_count_session_disks(sid) ? -ENODEV : -EAGAIN;
}

int block_part_read(const char *part, uint64_t *ret_start, uint64_t *ret_n_sectors, struct err *err)
{
	char dir[64];
	uint64_t start, n;

	(void)snprintf(dir, sizeof(dir), CLASS "/%s", part);
	if (!attr_uint(dir, "start", &start) || !attr_uint(dir, "size", &n))
		return err_set(err, ENODEV, "the partition %s is gone", part);
	*ret_start = start;
	*ret_n_sectors = n;
	return 0;
}

/* --- libblkid --- */

static blkid_probe probe_open(const char *name, struct err *err)
{
	char path[64];
	blkid_probe probe;

	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	errno = 0;
	probe = blkid_new_probe_from_filename(path);
	if (!probe)
		(void)err_sys(err, errno ? errno : EIO, "%s", path);
	return probe;
}

/* A value that is too long for its field is left out: no label of that length can have been asked
 * for. */
static void copy_value(char *dst, size_t size, const char *value)
{
	if (value)
		(void)text_copy(dst, size, span_of(value));
}

static void look_up(blkid_probe probe, const char *key, char *dst, size_t size)
{
	const char *value = NULL;

	if (!blkid_probe_lookup_value(probe, key, &value, NULL))
		copy_value(dst, size, value);
}

/* libblkid's safe probing refuses to pick one of several signatures: mounting the wrong one can
 * destroy the other. */
static int probe_superblocks(blkid_probe probe, struct block_dev *dev, struct err *err)
{
	int rc;

	(void)blkid_probe_enable_superblocks(probe, 1);
	(void)blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID |
							       BLKID_SUBLKS_TYPE);
	errno = 0;
	rc = blkid_do_safeprobe(probe);
	if (rc == -2)
		return err_set(err, ENOTUNIQ,
			       "/dev/%s carries signatures of more than one filesystem: remove the "
			       "stale one with wipefs",
			       dev->name);
	if (rc < 0)
		return err_sys(err, errno ? errno : EIO, "reading /dev/%s", dev->name);
	if (rc > 0)
		return 0;
	look_up(probe, "TYPE", dev->fstype, sizeof(dev->fstype));
	look_up(probe, "LABEL", dev->label, sizeof(dev->label));
	look_up(probe, "UUID", dev->uuid, sizeof(dev->uuid));
	return 0;
}

static void whole_disk_table(blkid_probe probe, struct block_dev *dev)
{
	blkid_partlist list = blkid_probe_get_partitions(probe);
	blkid_parttable table = list ? blkid_partlist_get_table(list) : NULL;

	if (table)
		copy_value(dev->pttype, sizeof(dev->pttype), blkid_parttable_get_type(table));
}

/* A partition's own entry stands in the table of its disk. */
static int partition_entry(struct block_dev *dev, struct err *err)
{
	blkid_probe probe = probe_open(dev->disk, err);
	blkid_partlist list;
	blkid_partition part;

	if (!probe)
		return -err->code;
	list = blkid_probe_get_partitions(probe);
	part = list ? blkid_partlist_get_partition_by_partno(list, (int)dev->partno) : NULL;
	if (part) {
		copy_value(dev->partuuid, sizeof(dev->partuuid), blkid_partition_get_uuid(part));
		copy_value(dev->partlabel, sizeof(dev->partlabel), blkid_partition_get_name(part));
		copy_value(dev->parttype, sizeof(dev->parttype),
			   blkid_partition_get_type_string(part));
	}
	blkid_free_probe(probe);
	return 0;
}

int block_probe(struct block_dev *dev, struct err *err)
{
	blkid_probe probe = probe_open(dev->name, err);
	int rc;

	if (!probe)
		return -err->code;
	rc = probe_superblocks(probe, dev, err);
	if (rc == 0 && !dev->partno)
		whole_disk_table(probe, dev);
	blkid_free_probe(probe);
	if (rc == 0 && dev->partno)
		rc = partition_entry(dev, err);
	return rc;
}
