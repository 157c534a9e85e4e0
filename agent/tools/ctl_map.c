/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The multipath map under the root: from sysfs which one it is and what its disks are, from the
 * device mapper, of which only root may ask, what it makes of them; and multipathd's configuration.
 * Of a root that is verified what the map has found, from the device mapper too.
 */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/mpath.h"
#include "tools/netrootctl.h"

#define CONF_MAX 65536

static bool attribute(const char *device, const char *name, char *dst, size_t size)
{
	char path[CTL_TEXT_MAX];

	(void)snprintf(path, sizeof(path), "/sys/dev/block/%s/%s", device, name);
	return ctl_read_line(path, dst, size);
}

/* The first slave of a device whose name begins so, as MAJOR:MINOR. */
static bool slave_of(const char *device, const char *prefix, char *dst, size_t size)
{
	char pattern[CTL_TEXT_MAX], path[PATH_MAX];
	glob_t found = { 0 };
	bool any;

	(void)snprintf(pattern, sizeof(pattern), "/sys/dev/block/%s/slaves/%s*", device, prefix);
	any = !glob(pattern, 0, NULL, &found) && found.gl_pathc;
	if (any) {
		(void)snprintf(path, sizeof(path), "%s/dev", found.gl_pathv[0]);
		any = ctl_read_line(path, dst, size);
	}
	globfree(&found);
	return any;
}

/* The root is on the map, or on the map of a partition on it, or either is verified by one more. */
static bool find_map(const struct ctl_mount *root, struct ctl_map *m)
{
	static const char *const above[] = { CTL_VERITY, "part" };
	char uuid[MPATH_UUID_MAX + CTL_NAME_MAX], slave[CTL_NAME_MAX];

	(void)snprintf(m->device, sizeof(m->device), "%u:%u", root->major, root->minor);
	if (!attribute(m->device, "dm/uuid", uuid, sizeof(uuid)))
		return false;
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++)
		if (span_starts(span_of(uuid), above[i]) &&
		    slave_of(m->device, "dm-", slave, sizeof(slave)) &&
		    attribute(slave, "dm/uuid", uuid, sizeof(uuid)))
			memcpy(m->device, slave, sizeof(slave));
	return span_starts(span_of(uuid), "mpath-") &&
	       attribute(m->device, "dm/name", m->name, sizeof(m->name));
}

/* --- its paths --- */

static void add_path(struct ctl_map *m, const char *slave)
{
	struct ctl_path *p = &m->paths[m->n_paths];
	char path[PATH_MAX], real[PATH_MAX];
	const char *session;
	struct span rest;
	uint64_t sid;

	if (m->n_paths == CTL_PATHS_MAX || !realpath(slave, real))
		return;
	(void)snprintf(path, sizeof(path), "%.4000s/dev", real);
	if (!ctl_read_line(path, p->device, sizeof(p->device)))
		return;
	(void)text_quote(p->disk, sizeof(p->disk), span_of(strrchr(real, '/') + 1));
	(void)snprintf(path, sizeof(path), "%.4000s/device/state", real);
	(void)ctl_read_line(path, p->scsi_state, sizeof(p->scsi_state));
	(void)snprintf(path, sizeof(path), "%.4000s/device/access_state", real);
	(void)ctl_read_line(path, p->access, sizeof(p->access));
	session = strstr(real, "/session");
	rest = span_of(session ? session + strlen("/session") : "");
	if (parse_uint(span_cut(&rest, '/'), 10, 0, UINT32_MAX, &sid))
		p->sid = (uint32_t)sid;
	m->n_paths++;
}

static void paths_gather(struct ctl_map *m)
{
	char pattern[CTL_TEXT_MAX];
	glob_t found = { 0 };

	(void)snprintf(pattern, sizeof(pattern), "/sys/dev/block/%s/slaves/*", m->device);
	if (!glob(pattern, 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++)
			add_path(m, found.gl_pathv[i]);
	globfree(&found);
}

/* --- what the device mapper says --- */

struct request {
	struct dm_ioctl io;
	struct dm_target_spec target;
	char text[4096];
};

static bool ask(int fd, const char *type, const struct mpath_dev *dev, uint32_t flags,
		struct request *r)
{
	memset(r, 0, sizeof(*r));
	r->io.version[0] = 4;
	r->io.data_size = sizeof(*r);
	r->io.data_start = sizeof(r->io);
	r->io.dev = makedev(dev->major, dev->minor);
	r->io.flags = DM_NOFLUSH_FLAG | flags;
	if (ioctl(fd, DM_TABLE_STATUS, r) < 0 || r->io.flags & DM_BUFFER_FULL_FLAG)
		return false;
	r->text[sizeof(r->text) - 1] = '\0';
	return r->io.target_count == 1 && !strcmp(r->target.target_type, type);
}

static void state_of(const struct mpath_status *status, struct ctl_path *p)
{
	struct mpath_dev dev;

	for (uint8_t i = 0; i < status->n_paths; i++)
		if (mpath_dev_parse(span_of(p->device), &dev) &&
		    mpath_dev_eq(&dev, &status->paths[i])) {
			p->failed = status->failed[i];
			p->in_use = status->in_use[i] && !p->failed;
		}
}

static void status_gather(struct ctl_map *m)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct mpath_status status;
	struct mpath_dev dev;
	struct request r;

	if (fd < 0)
		return;
	m->known = mpath_dev_parse(span_of(m->device), &dev) && ask(fd, "multipath", &dev, 0, &r) &&
		   mpath_status_parse(span_of(r.text), &status) &&
		   ask(fd, "multipath", &dev, DM_STATUS_TABLE_FLAG, &r);
	close(fd);
	if (!m->known)
		return;
	m->queues = mpath_params_queue(span_of(r.text));
	for (size_t i = 0; i < m->n_paths; i++)
		state_of(&status, &m->paths[i]);
}

static void verity_gather(struct ctl_mount *m)
{
	int fd = m->verity ? open("/dev/mapper/control", O_RDWR | O_CLOEXEC) : -1;
	struct mpath_dev dev = { m->major, m->minor };
	struct request r;

	if (fd < 0)
		return;
	m->verity_known = ask(fd, "verity", &dev, 0, &r);
	m->verity_changed = m->verity_known && r.text[0] == 'C' /* verified so far: V */;
	m->verity_passes = m->verity_known && ask(fd, "verity", &dev, DM_STATUS_TABLE_FLAG, &r) &&
			   strstr(r.text, " ignore_corruption");
	close(fd);
}

/* --- multipathd --- */

/* multipath.conf(5): the main file first, then those of the directory by their names. */
static void conf_gather(struct ctl_map *m)
{
	static char text[CONF_MAX];
	glob_t found = { 0 };
	int64_t len = ctl_read("/etc/multipath.conf", text, sizeof(text));

	if (len > 0)
		ctl_multipath_parse((struct span){ text, (size_t)len }, m);
	if (!glob("/etc/multipath/conf.d/*.conf", 0, NULL, &found))
		for (size_t i = 0; i < found.gl_pathc; i++) {
			len = ctl_read(found.gl_pathv[i], text, sizeof(text));
			if (len > 0)
				ctl_multipath_parse((struct span){ text, (size_t)len }, m);
		}
	globfree(&found);
}

void ctl_map_gather(struct ctl_facts *facts)
{
	struct ctl_map *m = &facts->map;

	if (facts->live)
		verity_gather(&facts->root);
	if (!facts->root.there || !find_map(&facts->root, m))
		return;
	m->there = true;
	paths_gather(m);
	if (facts->live)
		status_gather(m);
	m->daemon_installed = ctl_exists("/sbin/multipathd") || ctl_exists("/usr/sbin/multipathd");
	conf_gather(m);
}
