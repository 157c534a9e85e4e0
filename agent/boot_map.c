/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows map and paths: the device mapper's multipath map of the root's LUN. map makes it of the
 * path by which the root was found, and of each partition on it a map like kpartx's; the root is
 * mounted from there. Beside that, paths adds the other paths to the same logical unit, told by its
 * WWID, as they come up.
 */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/rootspec.h"
#include "sys/block.h"
#include "sys/dm.h"
#include "sys/log.h"

#define MAP_LIMIT_NS (20 * NS_PER_S)
/* From the root to init this is next to nothing, where all portals live; a dead one costs it, once
 * a boot, lest a live one be left out that is a moment slower. */
#define PATHS_LIMIT_NS (2 * NS_PER_S)

bool map_wanted(const struct boot *b)
{
	return b->root.kind == ROOT_ISCSI && b->plan.multipath;
}

void map_root_name(const struct boot *b, char *dst, size_t size)
{
	if (map_wanted(b) && b->map.made)
		(void)snprintf(dst, size, "dm-%u", b->map.root.minor);
	else
		(void)snprintf(dst, size, "%s", b->iscsi.devs[b->iscsi.chosen].name);
}

void map_dev_name(const struct boot *b, size_t i, char *dst, size_t size)
{
	const struct block_dev *dev = &b->iscsi.devs[i], *root = &b->iscsi.devs[b->iscsi.chosen];
	char name[MPATH_NAME_MAX];
	struct mpath_dev map;
	struct err err;
	int fd;

	(void)snprintf(dst, size, "%s", dev->name);
	if (!map_wanted(b) || !b->map.made || strcmp(dev->disk, root->disk) != 0)
		return;
	/* the map has the disk to itself */
	if (dev->partno)
		mpath_part_name(b->map.mpath.wwid, dev->partno, name);
	else
		mpath_name(b->map.mpath.wwid, name);
	fd = dm_open(&err);
	if (fd < 0)
		return;
	if (dm_map_find(fd, name, &map) == 0)
		(void)snprintf(dst, size, "dm-%u", map.minor);
	close(fd);
}

/* --- the map --- */

/* What the child tells. */
struct map_report {
	struct mpath mpath;
	bool read_only;
	struct mpath_dev dev, root;
};

static int set_and_tell(int fd, const struct dm_map *map, struct mpath_dev *ret, struct err *err)
{
	int rc = dm_map_set(fd, map, ret, err);

	if (rc == 0)
		dm_map_tell_udev(ret);
	return rc;
}

static int set_map(int fd, const struct mpath *m, bool read_only, struct mpath_dev *ret,
		   struct err *err)
{
	char name[MPATH_NAME_MAX], uuid[MPATH_UUID_MAX], params[MPATH_PARAMS_MAX];
	struct out out = out_to(params, sizeof(params));
	struct dm_map map = { .name = name,
			      .uuid = uuid,
			      .type = "multipath",
			      .params = params,
			      .n_sectors = m->n_sectors,
			      .read_only = read_only };

	mpath_name(m->wwid, name);
	mpath_uuid(m->wwid, uuid);
	mpath_params(m, &out);
	return set_and_tell(fd, &map, ret, err);
}

static int set_part(int fd, const struct map_report *report, const struct block_dev *part,
		    struct mpath_dev *ret, struct err *err)
{
	char name[MPATH_NAME_MAX], uuid[MPATH_UUID_MAX], params[MPATH_PARAMS_MAX];
	struct out out = out_to(params, sizeof(params));
	struct dm_map map = { .name = name,
			      .uuid = uuid,
			      .type = "linear",
			      .params = params,
			      .read_only = report->read_only };
	uint64_t start;
	int rc = block_part_read(part->name, &start, &map.n_sectors, err);

	if (rc < 0)
		return rc;
	mpath_part_name(report->mpath.wwid, part->partno, name);
	mpath_part_uuid(report->mpath.wwid, part->partno, uuid);
	mpath_part_params(report->dev, start, &out);
	return set_and_tell(fd, &map, ret, err);
}

/* Of equal ones the first that came is in use. */
static uint8_t prio_of(const struct block_unit *unit)
{
	struct alua alua;
	struct err err;

	if (block_alua_read(unit, &alua, &err) == 0)
		return alua_prio(&alua);
	if (err.code != ENODATA)
		log_line(LOG_LEVEL_WARN, "map", "%s, going on without", err.text);
	return ALUA_PRIO_UNKNOWN;
}

static int make(const struct boot *b, int fd, struct map_report *report, struct err *err)
{
	const struct block_dev *root = &b->iscsi.devs[b->iscsi.chosen];
	struct block_unit unit;
	struct mpath_dev part;
	int rc = block_unit_read(root->disk, &unit, err);

	if (rc < 0)
		return rc;
	report->mpath = (struct mpath){ .n_sectors = unit.n_sectors, .alua = unit.alua };
	mpath_add(&report->mpath, &unit.dev, prio_of(&unit));
	memcpy(report->mpath.wwid, unit.wwid, sizeof(unit.wwid));
	report->read_only = unit.read_only;
	rc = set_map(fd, &report->mpath, unit.read_only, &report->dev, err);
	report->root = report->dev;
	for (size_t i = 0; rc == 0 && i < b->iscsi.n_devs; i++) {
		const struct block_dev *dev = &b->iscsi.devs[i];

		if (!dev->partno || strcmp(dev->disk, root->disk) != 0)
			continue;
		rc = set_part(fd, report, dev, &part, err);
		if (dev == root)
			report->root = part;
	}
	return rc;
}

static int map_child(void *arg, int out_fd)
{
	struct map_report report = { .read_only = false };
	struct err err;
	int fd = dm_open(&err);

	if (fd < 0 || make(arg, fd, &report, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

/* What is right for one of several paths would cost a root that has one. */
static void hold_single(const struct boot *b)
{
	uint32_t seconds = iscsi_tune_seconds(&b->plan.tune, ISCSI_TIMER_REPLACEMENT);
	struct err err;

	if (iscsi_session_replacement(b->loop, paths_now(b)->result.sid, seconds, &err) < 0)
		log_line(LOG_LEVEL_WARN, "map", "%s, the root fails soon without its target",
			 err.text);
}

static void map_failed(struct boot *b, const struct err *err)
{
	log_line(LOG_LEVEL_WARN, "map",
		 "%s: no multipath map, going on with one path; is the initrd packed with "
		 "--add-feature multipath?",
		 err->text);
	paths_settle(b);
	hold_single(b);
	phase_done(b, PHASE_MAP);
}

static void map_done(void *arg, struct child *child, const struct child_result *result)
{
	struct map_report report;
	struct boot *b = arg;
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(report))) {
		child_err(result, MAP_LIMIT_NS, &err);
		map_failed(b, &err);
		return;
	}
	memcpy(&report, result->out, sizeof(report));
	b->map.mpath = report.mpath;
	b->map.read_only = report.read_only;
	b->map.dev = report.dev;
	b->map.root = report.root;
	b->map.of[b->iscsi.at] = MPATH_PATH_IN;
	b->map.devs[b->iscsi.at] = report.mpath.paths[0];
	b->map.made = true;
	log_line(LOG_LEVEL_INFO, "map", "dm-%u is the map of %s%s, the root is dm-%u",
		 report.dev.minor, report.mpath.wwid, report.mpath.alua ? ", with ALUA" : "",
		 report.root.minor);
	phase_done(b, PHASE_MAP);
}

void map_start(struct boot *b)
{
	b->map.made = false;
	memset(b->map.of, 0, sizeof(b->map.of));
	b->dirty = true;
}

void map_check(struct boot *b)
{
	struct err err;

	if (b->map.child.pid || !root_map_modules_settled(b))
		return;
	if (child_start(b->loop, &b->map.child, "map", map_child, b, MAP_LIMIT_NS, map_done, b,
			&err) < 0)
		map_failed(b, &err);
}

/* A map that is there is given the paths of the next attempt: what is queued in it stays. */
void map_stop(struct boot *b)
{
	child_kill(b->loop, &b->map.child);
	b->map.made = false;
}

void map_waiting(const struct boot *b, struct out *out)
{
	out_add(out, b->map.child.pid ? "making the multipath map"
				      : "waiting for the modules of the device mapper");
}

enum mpath_loss map_lost(struct boot *b, uint8_t i)
{
	if (map_wanted(b) && b->map.made)
		return mpath_lost(b->map.of, b->iscsi.paths.n, i);
	return i == b->iscsi.at ? MPATH_LOSS_ROOT : MPATH_LOSS_PATH;
}

bool map_path_anew(struct boot *b, uint8_t i)
{
	enum mpath_path *of = &b->map.of[i];

	if (b->map.made && *of != MPATH_PATH_NEW && *of != MPATH_PATH_SCANNED)
		return false;
	*of = MPATH_PATH_NEW;
	return true;
}

/* --- further paths --- */

void map_paths_start(struct boot *b)
{
	b->dirty = true;
}

void map_paths_stop(struct boot *b)
{
	child_kill(b->loop, &b->map.child);
}

static uint64_t paths_limit_ns(const struct boot *b)
{
	return b->phases[PHASE_PATHS].start_ns + PATHS_LIMIT_NS;
}

uint64_t map_paths_deadline(const struct boot *b)
{
	uint64_t at = paths_limit_ns(b);

	if (b->map.child.pid)
		return LOOP_NEVER; /* which has a limit of its own */
	for (uint8_t i = 0; i < b->iscsi.paths.n; i++)
		if (b->iscsi.paths.paths[i].state == ISCSI_PATH_UP &&
		    b->map.of[i] == MPATH_PATH_SCANNED &&
		    b->map.nodes[i].state == ROOTDEV_NODE_LATE && b->map.nodes[i].again_ns < at)
			at = b->map.nodes[i].again_ns;
	return at;
}

void map_uevent(struct boot *b, const struct uevent *ev)
{
	if (!phase_is(b, PHASE_PATHS, PHASE_RUNNING) || (ev && strcmp(ev->subsystem, "block") != 0))
		return;
	for (uint8_t i = 0; i < b->iscsi.paths.n; i++)
		rootdev_node_news(&b->map.nodes[i]);
	b->dirty = true;
}

static const struct iscsi_path *path_at(const struct boot *b, uint8_t i)
{
	return &b->iscsi.paths.paths[i];
}

/* It has come to nothing: the map goes without. */
static void path_out(struct boot *b, uint8_t i, const char *why)
{
	char host[HOST_TEXT_MAX];

	log_line(LOG_LEVEL_WARN, "paths", "the path by %s port %u is left out: %s",
		 host_text(&path_at(b, i)->server, host, sizeof(host)), path_at(b, i)->iscsi.port,
		 why);
	paths_leave(b, i);
}

/* By the same target the LUN has the same number. */
static int scan_child(void *arg, int out_fd)
{
	const struct boot *b = arg;
	const struct iscsi_path *path = path_at(b, b->map.at),
				*first = path_at(b, (uint8_t)b->iscsi.at);
	const uint8_t *lun = strcmp(path->iscsi.target, first->iscsi.target) != 0
				     ? NULL
				     : b->iscsi.devs[b->iscsi.chosen].lun;
	struct err err;

	if (iscsi_scan(b->iscsi.runs[b->map.at].result.host_no, lun, &err) < 0)
		return child_fail(out_fd, &err);
	return 0;
}

/* Tells the map as it is then. */
static int join_child(void *arg, int out_fd)
{
	const struct boot *b = arg;
	struct mpath mpath = b->map.mpath;
	struct mpath_dev dev;
	struct err err;
	int fd = dm_open(&err);

	mpath_add(&mpath, &b->map.unit.dev, prio_of(&b->map.unit));
	if (fd < 0 || set_map(fd, &mpath, b->map.read_only, &dev, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &mpath, sizeof(mpath)) ? 0 : 1;
}

/* The disk that was to join has not. True: it is not all there yet. */
static bool not_yet(struct boot_map *m, const struct err *err)
{
	if (m->of[m->at] == MPATH_PATH_JOINS_LOST ||
	    rootdev_node_read(&m->nodes[m->at], err->code, clock_now_ns()))
		return false;
	m->of[m->at] = MPATH_PATH_SCANNED;
	log_line(LOG_LEVEL_DEBUG, "paths", "%s: the disk is not all there yet", err->text);
	return true;
}

static void step_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_map *m = &b->map;
	bool joins = m->of[m->at] == MPATH_PATH_JOINS || m->of[m->at] == MPATH_PATH_JOINS_LOST;
	char host[HOST_TEXT_MAX];
	struct err err;

	(void)child;
	b->dirty = true;
	if (!child_ok(result, joins ? sizeof(m->mpath) : 0)) {
		child_err(result, MAP_LIMIT_NS, &err);
		if (joins && not_yet(m, &err))
			return;
		m->of[m->at] = MPATH_PATH_NEW;
		path_out(b, m->at, err.text);
		return;
	}
	if (joins)
		memcpy(&m->mpath, result->out, sizeof(m->mpath));
	m->of[m->at] = joins ? mpath_joined(m->of[m->at]) : MPATH_PATH_SCANNED;
	rootdev_node_seen(&m->nodes[m->at], clock_now_ns());
	if (joins)
		log_line(LOG_LEVEL_INFO, "paths", "the path by %s port %u is in the map, %u in all",
			 host_text(&path_at(b, m->at)->server, host, sizeof(host)),
			 path_at(b, m->at)->iscsi.port, m->mpath.n_paths);
}

static void begin_step(struct boot *b, uint8_t i, enum mpath_path to)
{
	struct err err;

	b->map.at = i;
	b->map.of[i] = to;
	if (child_start(b->loop, &b->map.child, "paths",
			to == MPATH_PATH_SCANS ? scan_child : join_child, b, MAP_LIMIT_NS,
			step_done, b, &err) < 0)
		path_out(b, i, err.text);
}

/* The session's disk that is the root's LUN; false: not there yet, or not at all. */
static bool find_unit(struct boot *b, uint8_t i, struct block_unit *ret)
{
	int rc = block_find_unit(b->iscsi.runs[i].result.sid, b->map.mpath.wwid, ret);

	if (rc == -ENODEV)
		path_out(b, i, "it does not lead to the LUN of the root");
	return rc == 0;
}

static void next_step(struct boot *b, uint8_t i)
{
	struct mpath *m = &b->map.mpath;

	switch (b->map.of[i]) {
	case MPATH_PATH_NEW:
		begin_step(b, i, MPATH_PATH_SCANS);
		break;
	case MPATH_PATH_SCANNED:
		if (rootdev_node_due(&b->map.nodes[i]) > clock_now_ns())
			break;
		if (m->n_paths == MPATH_PATHS_MAX) {
			path_out(b, i, "the map has as many as it may have");
		} else if (find_unit(b, i, &b->map.unit)) {
			b->map.devs[i] = b->map.unit.dev;
			begin_step(b, i, MPATH_PATH_JOINS);
		}
		break;
	case MPATH_PATH_LATE:
	case MPATH_PATH_SCANS:
	case MPATH_PATH_JOINS:
	case MPATH_PATH_JOINS_LOST:
	case MPATH_PATH_IN:
	case MPATH_PATH_LOST:
		break;
	}
}

/* Not in the map, and may still be. */
static bool is_open(const struct boot *b, uint8_t i)
{
	return path_at(b, i)->state != ISCSI_PATH_OVER && b->map.of[i] < MPATH_PATH_IN;
}

static bool any_open(const struct boot *b)
{
	for (uint8_t i = 0; i < b->iscsi.paths.n; i++)
		if (is_open(b, i))
			return true;
	return false;
}

/* The guard asks no portal for targets, and looks no name up. */
static bool may_come(const struct iscsi_path *path)
{
	return !path->asks && path->state != ISCSI_PATH_WAITS && path->server.ip.family != IP_NONE;
}

static void give_rest_up(struct boot *b)
{
	for (uint8_t i = 0; i < b->iscsi.paths.n; i++) {
		bool late = may_come(path_at(b, i));

		if (!is_open(b, i))
			continue;
		path_out(b, i,
			 late ? "it is not there in time; the guard goes on trying it"
			      : "it is not there in time");
		if (late)
			b->map.of[i] = MPATH_PATH_LATE;
	}
}

void map_paths_check(struct boot *b)
{
	if (!b->map.made) {
		phase_done(b, PHASE_PATHS);
		return;
	}
	paths_check(b);
	for (uint8_t i = 0; i < b->iscsi.paths.n && !b->map.child.pid; i++)
		if (is_open(b, i) && path_at(b, i)->state == ISCSI_PATH_UP)
			next_step(b, i);
	if (!b->map.child.pid && paths_limit_ns(b) <= clock_now_ns())
		give_rest_up(b);
	if (b->map.child.pid || any_open(b))
		return;
	log_line(b->map.mpath.n_paths > 1 ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "paths",
		 "the map has %u path%s", b->map.mpath.n_paths,
		 b->map.mpath.n_paths == 1 ? " only" : "s");
	phase_done(b, PHASE_PATHS);
}
