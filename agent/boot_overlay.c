/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row overlay: a writable layer over the root, which is then only read. */
#include "boot.h"

#include <errno.h>
#include <string.h>

#include "sys/block.h"
#include "sys/log.h"
#include "sys/mount.h"
#include "sys/overlay.h"

#define LOOK_LIMIT_NS (20 * NS_PER_S)
#define LAYER_LIMIT_NS (120 * NS_PER_S) /* a journal to be replayed, a layer to be emptied */

bool overlay_wanted(const struct boot *b)
{
	return b->plan.overlay.kind != OVERLAY_NONE;
}

void overlay_start(struct boot *b)
{
	struct boot_overlay *o = &b->overlay;

	o->now = b->plan.overlay;
	o->found = false;
	o->look = true;
	o->until_ns = clock_now_ns() + o->now.wait_s * NS_PER_S;
	b->dirty = true;
}

static void use_memory(struct boot_overlay *o)
{
	o->now = (struct plan_overlay){ .kind = OVERLAY_TMPFS };
}

/* Whoever reads it on the console must know that nothing is kept. */
static void say_memory(const struct err *why)
{
	log_line(LOG_LEVEL_WARN, "overlay",
		 "%s; the writable layer is in memory instead, nothing is kept", why->text);
}

/* --- the disk --- */

struct look_report {
	enum rootdev_verdict verdict;
	struct block_dev dev;
	struct err err;
};

static int look_child(void *arg, int out_fd)
{
	static struct block_dev devs[ROOTDEV_MAX];
	const struct boot *b = arg;
	const char *root = b->root.kind == ROOT_ISCSI ? b->iscsi.devs[b->iscsi.chosen].name : "";
	struct look_report report = { .verdict = ROOTDEV_NONE };
	size_t n = block_list_all(devs, ROOTDEV_MAX), at = 0;
	struct err ignored;

	for (size_t i = 0; i < n; i++)
		(void)block_probe(&devs[i], &ignored); /* as if it were empty, then */
	report.verdict = overlay_choose(&b->overlay.now.disk, devs, n, root,
					plan_has_verity(&b->plan), &at, &report.err);
	if (report.verdict == ROOTDEV_FOUND)
		report.dev = devs[at];
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

static void look_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_overlay *o = &b->overlay;
	struct look_report report;

	(void)child;
	b->dirty = true;
	if (!child_ok(result, sizeof(report))) {
		child_err(result, LOOK_LIMIT_NS, &o->none);
		return;
	}
	memcpy(&report, result->out, sizeof(report));
	o->none = report.err;
	o->found = report.verdict == ROOTDEV_FOUND;
	if (!o->found)
		return;
	o->dev = report.dev;
	if (b->kmod)
		kmod_want(b->kmod, o->dev.fstype, KMOD_NEEDED);
}

/* True: it is found, or given up. */
static bool disk_settled(struct boot *b)
{
	struct boot_overlay *o = &b->overlay;
	struct err err;

	if (o->now.kind != OVERLAY_DISK || o->found)
		return true;
	if (o->look) {
		o->look = false;
		if (child_start(b->loop, &o->child, "disks", look_child, b, LOOK_LIMIT_NS,
				look_done, b, &err) == 0)
			return false;
		o->none = err;
		o->until_ns = 0;
	}
	if (clock_now_ns() < o->until_ns)
		return false;
	say_memory(&o->none);
	use_memory(o);
	return true;
}

void overlay_uevent(struct boot *b, const struct uevent *ev)
{
	if (!phase_is(b, PHASE_OVERLAY, PHASE_RUNNING) ||
	    (ev && strcmp(ev->subsystem, "block") != 0))
		return;
	b->overlay.look = b->dirty = true;
}

/* --- mounting --- */

struct layer_report {
	bool ok, in_memory; /* in_memory: instead of on the disk, for err */
	struct err err;
};

static int layer_child(void *arg, int out_fd)
{
	struct boot *b = arg;
	struct boot_overlay *o = &b->overlay;
	const struct block_dev *disk = o->now.kind == OVERLAY_DISK ? &o->dev : NULL;
	struct layer_report report = { .ok = true };
	struct err err;

	if (overlay_mount(&o->now, disk, image_n_below(b), &report.err) < 0) {
		report.ok = false;
		report.in_memory = o->now.kind == OVERLAY_DISK;
	}
	if (report.in_memory) {
		use_memory(o);
		report.ok = overlay_mount(&o->now, NULL, image_n_below(b), &err) == 0;
	}
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

static void layer_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_overlay *o = &b->overlay;
	struct layer_report report;
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(report))) {
		child_err(result, LAYER_LIMIT_NS, &err);
		(void)err_wrap(&err, "making the root writable");
		phase_failed(b, PHASE_OVERLAY, &err);
		return;
	}
	memcpy(&report, result->out, sizeof(report));
	if (!report.ok) {
		phase_failed(b, PHASE_OVERLAY, &report.err);
		return;
	}
	if (report.in_memory) {
		say_memory(&report.err);
		use_memory(o);
	} else if (o->now.kind == OVERLAY_DISK) {
		log_line(LOG_LEVEL_INFO, "overlay", "the writable layer is /%s of %s, %s%s%s",
			 o->now.upper, o->dev.name, o->dev.fstype,
			 o->now.frozen ? ", only read, under one in memory" : "",
			 o->now.reset && !o->now.frozen ? ", and begins empty" : "");
	} else {
		log_line(LOG_LEVEL_INFO, "overlay", "the writable layer is in memory");
	}
	phase_done(b, PHASE_OVERLAY);
}

static bool modules_settled(const struct boot *b)
{
	const struct boot_overlay *o = &b->overlay;

	return !b->kmod || (kmod_settled(b->kmod, "overlay") &&
			    (!o->found || kmod_settled(b->kmod, o->dev.fstype)));
}

void overlay_check(struct boot *b)
{
	struct err err;

	if (b->overlay.child.pid || !disk_settled(b) || !modules_settled(b))
		return;
	if (child_start(b->loop, &b->overlay.child, "overlay", layer_child, b, LAYER_LIMIT_NS,
			layer_done, b, &err) < 0)
		phase_failed(b, PHASE_OVERLAY, &err);
}

void overlay_stop(struct boot *b)
{
	child_kill(b->loop, &b->overlay.child);
}

uint64_t overlay_deadline(const struct boot *b)
{
	const struct boot_overlay *o = &b->overlay;

	return o->now.kind == OVERLAY_DISK && !o->found && !o->child.pid ? o->until_ns : LOOP_NEVER;
}

void overlay_waiting(const struct boot *b, struct out *out)
{
	const struct boot_overlay *o = &b->overlay;

	if (o->now.kind == OVERLAY_DISK && !o->found)
		out_add(out, "waiting for the disk of the writable layer");
	else
		out_add(out, o->child.pid ? "mounting the writable layer"
					  : "waiting for the modules of the writable layer");
}

void overlay_write_root(const struct boot *b)
{
	struct err err;
	int rc;

	if (!overlay_wanted(b))
		return;
	rc = overlay_write_fstab(&err);
	if (rc < 0)
		log_line(LOG_LEVEL_WARN, "overlay", "%s, going on with it as it is", err.text);
	else if (rc > 0)
		log_line(LOG_LEVEL_DEBUG, "overlay", "/ taken out of /etc/fstab");
}
