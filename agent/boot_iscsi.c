/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row device of an iSCSI root: the disk of the LUN and the filesystem on it, by the path that
 * boot_paths.c has taken. */
#include "boot.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/rootspec.h"
#include "core/verity.h"
#include "sys/block.h"
#include "sys/log.h"

#define SCAN_LIMIT_NS (20 * NS_PER_S)
#define PROBE_LIMIT_NS (20 * NS_PER_S)
/* sd probes its disks beside the scan: after the scan's end and this much silence nothing more will
 * come */
#define DISKS_QUIET_NS (2 * NS_PER_S)

bool device_wanted(const struct boot *b)
{
	return b->root.kind == ROOT_ISCSI;
}

/* Only while there is a path. */
static const struct iscsi_login_result *session_of(const struct boot *b)
{
	return &paths_now(b)->result;
}

static bool looks_at_all_luns(const struct boot *b)
{
	return b->iscsi.scanned_all || !b->root.iscsi.lun_given || verity_looks_for_tree(b) ||
	       (b->plan.block.key != BLOCK_ANY && b->plan.block.key != BLOCK_DEV);
}

static bool known(const struct boot_iscsi *s, const struct block_dev *dev)
{
	for (size_t i = 0; i < s->n_devs; i++)
		if (!strcmp(s->devs[i].name, dev->name))
			return true;
	return false;
}

static void look_for_disks(struct boot *b)
{
	static struct block_dev seen[ROOTDEV_MAX];
	struct boot_iscsi *s = &b->iscsi;
	size_t n = s->at < 0 ? 0 : block_list_session(session_of(b)->sid, seen, ROOTDEV_MAX);

	for (size_t i = 0; i < n && s->n_devs < ROOTDEV_MAX; i++) {
		if (known(s, &seen[i]))
			continue;
		s->last_news_ns = clock_now_ns();
		rootdev_node_seen(&s->nodes[s->n_devs], s->last_news_ns);
		s->devs[s->n_devs++] = seen[i];
	}
}

/* This path has no root; another may. */
static void give_up(struct boot *b, bool whole_target, const struct err *err)
{
	device_stop(b);
	if (!paths_give_up(b, whole_target, err))
		phase_failed(b, PHASE_DEVICE, err);
}

static int scan_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct err err;

	if (iscsi_scan(session_of(b)->host_no, looks_at_all_luns(b) ? NULL : b->root.iscsi.lun,
		       &err) < 0)
		return child_fail(out_fd, &err);
	return 0;
}

static void scan_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct err err;

	(void)child;
	if (!child_ok(result, 0)) {
		child_err(result, SCAN_LIMIT_NS, &err);
		give_up(b, false, &err);
		return;
	}
	b->iscsi.scanned = true;
	b->iscsi.last_news_ns = clock_now_ns();
	look_for_disks(b);
	b->dirty = true;
}

/* What the child tells of each. */
struct probe_report {
	struct block_dev dev;
	struct err err; /* code 0: it was read */
};
static_assert(sizeof(((struct boot_iscsi *)0)->probing) / sizeof(size_t) *
			      sizeof(struct probe_report) <=
		      CHILD_OUT_MAX,
	      "all of a probe is told");

/* Of a disk, by a path whose target ports do no I/O now: what it holds cannot be said. */
static int check_ports(const struct block_dev *dev, struct err *err)
{
	struct block_unit unit;
	struct alua alua;
	struct err unused;

	if (dev->partno || block_unit_read(dev->name, &unit, &unused) < 0 ||
	    block_alua_read(&unit, &alua, &unused) < 0 || alua_is_open(&alua))
		return 0;
	return err_set(err, ENOLINK,
		       "%s: the ports of its target that this path leads to are %s (ALUA)",
		       dev->name, alua_text(&alua));
}

static int probe_child(void *arg, int out_fd)
{
	const struct boot_iscsi *s = &((const struct boot *)arg)->iscsi;

	for (size_t i = 0; i < s->n_probing; i++) {
		struct probe_report report = { .dev = s->devs[s->probing[i]] };

		if (check_ports(&report.dev, &report.err) == 0 &&
		    block_probe(&report.dev, &report.err) == 0)
			report.err.code = 0;
		if (!child_write(out_fd, &report, sizeof(report)))
			return 1;
	}
	return 0;
}

/* Another disk may hold the root, whatever is wrong with this one. */
static void probed(struct boot_iscsi *s, size_t i, const struct probe_report *report)
{
	struct block_dev *dev = &s->devs[i];

	if (!rootdev_node_read(&s->nodes[i], report->err.code, clock_now_ns())) {
		log_line(LOG_LEVEL_DEBUG, "device", "%s: not all there yet", report->err.text);
		return;
	}
	if (report->err.code == ENOLINK)
		return;
	if (report->err.code) {
		log_line(LOG_LEVEL_WARN, "device", "%s", report->err.text);
		return;
	}
	*dev = report->dev;
	log_line(LOG_LEVEL_DEBUG, "device", "%s: %s LABEL=\"%s\" UUID=%s", dev->name,
		 dev->fstype[0] ? dev->fstype : "no filesystem", dev->label, dev->uuid);
}

static void probe_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_iscsi *s = &b->iscsi;
	size_t n = result->len_out / sizeof(struct probe_report);
	struct probe_report report;
	struct err err, closed = { .code = 0 };

	(void)child;
	b->dirty = true;
	if (!child_ok(result, s->n_probing * sizeof(report))) {
		child_err(result, PROBE_LIMIT_NS, &err);
		log_line(LOG_LEVEL_WARN, "device", "%s", err.text);
	}
	for (size_t i = 0; i < s->n_probing; i++) {
		if (i < n) {
			memcpy(&report, result->out + i * sizeof(report), sizeof(report));
			probed(s, s->probing[i], &report);
			if (report.err.code == ENOLINK)
				closed = report.err;
		} else {
			(void)rootdev_node_read(&s->nodes[s->probing[i]], EIO, clock_now_ns());
		}
	}
	s->n_probing = 0;
	if (closed.code)
		give_up(b, false, &closed);
}

static void probe_next(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	struct err err;

	if (s->probe.pid)
		return;
	s->n_probing = 0;
	for (size_t i = 0;
	     i < s->n_devs && s->n_probing < sizeof(s->probing) / sizeof(s->probing[0]); i++)
		if (rootdev_node_due(&s->nodes[i]) <= clock_now_ns())
			s->probing[s->n_probing++] = i;
	if (s->n_probing && child_start(b->loop, &s->probe, "probe", probe_child, b, PROBE_LIMIT_NS,
					probe_done, b, &err) < 0)
		phase_failed(b, PHASE_DEVICE, &err);
}

static void begin_scan(struct boot *b)
{
	struct err err;

	b->iscsi.scanned = false;
	b->iscsi.last_news_ns = clock_now_ns();
	if (child_start(b->loop, &b->iscsi.scan, "scan", scan_child, b, SCAN_LIMIT_NS, scan_done, b,
			&err) < 0)
		give_up(b, false, &err);
}

void device_start(struct boot *b)
{
	b->iscsi.scanned_all = false;
	b->iscsi.n_devs = b->iscsi.n_probing = b->iscsi.n_announced = 0;
	begin_scan(b);
}

static uint64_t quiet_ns(const struct boot *b)
{
	uint64_t delay_ns = b->plan.rootdelay_s * NS_PER_S;

	return delay_ns > DISKS_QUIET_NS ? delay_ns : DISKS_QUIET_NS;
}

/* When the next of the disks is to be read, LOOP_NEVER: each has been. */
static uint64_t next_due_ns(const struct boot_iscsi *s)
{
	uint64_t at = LOOP_NEVER;

	for (size_t i = 0; i < s->n_devs; i++)
		if (rootdev_node_due(&s->nodes[i]) < at)
			at = rootdev_node_due(&s->nodes[i]);
	return at;
}

uint64_t device_deadline(const struct boot *b)
{
	uint64_t due_ns = next_due_ns(&b->iscsi);

	if (b->iscsi.at < 0)
		return paths_deadline(b);
	if (b->iscsi.probe.pid)
		return LOOP_NEVER;
	if (!b->iscsi.scanned || due_ns != LOOP_NEVER)
		return due_ns;
	if (!b->plan.rootdelay_s && b->iscsi.n_announced &&
	    b->iscsi.n_announced >= block_count_session_disks(session_of(b)->sid))
		return 0; /* every disk that the scan found is there, with its partitions */
	return b->iscsi.last_news_ns + quiet_ns(b);
}

void device_check(struct boot *b)
{
	struct boot_iscsi *s = &b->iscsi;
	bool all_seen;
	const struct block_dev *dev;
	char lun[32];
	struct err err;

	paths_check(b);
	if (s->at < 0 || !phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		return;
	probe_next(b);
	if (s->probe.pid || !phase_is(b, PHASE_DEVICE, PHASE_RUNNING))
		return;
	all_seen = device_deadline(b) <= clock_now_ns();
	switch (rootdev_choose(&b->root, &b->plan.block, s->devs, s->n_devs, all_seen, &s->chosen,
			       &err)) {
	case ROOTDEV_FOUND:
		if (!all_seen && !verity_tree_seen(b, &err))
			break; /* it may come; without it the row verity fails */
		dev = &s->devs[s->chosen];
		log_line(LOG_LEVEL_INFO, "device", "root is %s, %s on LUN %s", dev->name,
			 dev->fstype, lun_text(dev->lun, lun, sizeof(lun)));
		kmod_want(b->kmod, dev->fstype, KMOD_NEEDED);
		if (!map_wanted(b))
			paths_settle(b);
		phase_done(b, PHASE_DEVICE);
		break;
	case ROOTDEV_WAIT:
		if (!all_seen)
			break;
		(void)err_set(&err, ENODEV, "no disk appeared");
		give_up(b, false, &err);
		break;
	case ROOTDEV_AMBIGUOUS:
	case ROOTDEV_NONE:
		/* a LUN that is not there: which ones are */
		if (!looks_at_all_luns(b)) {
			s->scanned_all = true;
			begin_scan(b);
			break;
		}
		verity_say_part(&b->plan, &err);
		give_up(b, true, &err);
		break;
	}
}

void device_stop(struct boot *b)
{
	child_kill(b->loop, &b->iscsi.scan);
	child_kill(b->loop, &b->iscsi.probe);
}

void device_waiting(const struct boot *b, struct out *out)
{
	if (b->iscsi.at < 0)
		paths_waiting(b, out);
	else
		out_add(out, b->iscsi.scanned ? "waiting for the disk of the root"
					      : "waiting for the target's LUNs");
}

void device_uevent(struct boot *b, const struct uevent *ev)
{
	if (!phase_is(b, PHASE_DEVICE, PHASE_RUNNING) || b->iscsi.at < 0)
		return;
	if (ev && (strcmp(ev->subsystem, "block") != 0 ||
		   !block_devpath_in_session(ev->devpath, session_of(b)->sid)))
		return;
	/* the kernel announces a disk after it has read the partition table (block/genhd.c,
	 * device_add_disk()) */
	if (ev && !strcmp(ev->devtype, "disk") && !strcmp(ev->action, "add"))
		b->iscsi.n_announced++;
	for (size_t i = 0; i < b->iscsi.n_devs; i++)
		rootdev_node_news(&b->iscsi.nodes[i]);
	look_for_disks(b);
	b->dirty = true;
}
