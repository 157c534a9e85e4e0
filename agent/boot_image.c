/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row image: what is mounted holds a file that is the root; or a LUN was copied into memory,
 * and the copy is the root. */
#include "boot.h"

#include <errno.h>
#include <string.h>

#include "sys/image.h"
#include "sys/log.h"
#include "sys/verity.h"

#define FIND_LIMIT_NS (40 * NS_PER_S)
#define MOUNT_LIMIT_NS (40 * NS_PER_S)

bool image_wanted(const struct boot *b)
{
	return plan_has_image(&b->plan) || toram_fd(b) >= 0;
}

void image_start(struct boot *b)
{
	b->image.found = false;
	b->mount_tried = true; /* also where what held the image is gone */
	b->dirty = true;
}

/* --- what is in it --- */

static const char *fstype_of(const struct boot *b)
{
	return b->plan.image.fstype[0] ? b->plan.image.fstype : b->image.dev.fstype;
}

struct find_report {
	struct block_dev dev;
	bool other; /* of the two files that it may be */
};

static int find_child(void *arg, int out_fd)
{
	struct boot *b = arg; /* the child's own copy */
	struct find_report report = { .other = image_settle(&b->plan.image) };
	struct err err;

	if (image_find(&b->plan.image, toram_fd(b), &report.dev, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

static void find_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct find_report report;
	struct err err;

	(void)child;
	b->dirty = true;
	if (!child_ok(result, sizeof(report))) {
		child_err(result, FIND_LIMIT_NS, &err);
		root_explain_stale(b, &err);
		phase_failed(b, PHASE_IMAGE, &err);
		return;
	}
	memcpy(&report, result->out, sizeof(report));
	b->image.dev = report.dev;
	if (report.other && b->plan.image.other[0])
		image_take_other(&b->plan.image);
	b->image.found = true;
	if (b->plan.verity.by_parts && !b->image.dev.partno)
		log_line(
			LOG_LEVEL_WARN, "image",
			"roothash= is read by systemd of the root, too, which waits for partitions "
			"called by it, and this image has none: netroot.verity= takes the same hash");
	if (b->kmod)
		kmod_want(b->kmod, fstype_of(b), KMOD_NEEDED);
}

/* --- mounting --- */

static int mount_child(void *arg, int out_fd)
{
	struct boot *b = arg; /* likewise */
	const struct verity_tree verity = { &b->plan.verity, toram_tree_fd(b) };
	bool verified = plan_has_verity(&b->plan) && plan_has_image(&b->plan);
	struct err err;

	(void)image_settle(&b->plan.image); /* the plan may have been made anew */
	if (!plan_has_image(&b->plan)) /* as of the LUN, which was verified as it was copied */
		memcpy(b->plan.image.options, b->plan.rootflags, sizeof(b->plan.image.options));
	if (image_mount(&b->plan.image, toram_fd(b), verified ? &verity : NULL, &b->image.dev,
			&err) < 0)
		return child_fail(out_fd, &err);
	return 0;
}

static void say_mounted(const struct boot *b)
{
	const char *verified = plan_has_verity(&b->plan) ? ", verified" : "";
	char q[128];

	if (plan_has_image(&b->plan))
		log_line(LOG_LEVEL_INFO, "image", "the root is %s of %s, %s%s",
			 b->image.dev.partno ? "a partition" : "the whole",
			 text_quote(q, sizeof(q), span_of(b->plan.image.path)), fstype_of(b),
			 verified);
	else
		log_line(LOG_LEVEL_INFO, "image", "the root is the copy in memory, %s%s",
			 fstype_of(b), verified);
}

static void mount_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct err err;
	char q[128];

	(void)child;
	if (!child_ok(result, 0)) {
		child_err(result, MOUNT_LIMIT_NS, &err);
		if (err.code == EBADMSG)
			toram_forget(b); /* it may have come so */
		(void)err_wrap(&err, "the image %s",
			       plan_has_image(&b->plan)
				       ? text_quote(q, sizeof(q), span_of(b->plan.image.path))
				       : "in memory");
		root_explain_stale(b, &err);
		phase_failed(b, PHASE_IMAGE, &err);
		return;
	}
	say_mounted(b);
	phase_done(b, PHASE_IMAGE);
}

static bool modules_settled(const struct boot *b)
{
	return !b->kmod || (kmod_settled(b->kmod, "loop") && verity_modules_settled(b) &&
			    (!b->image.found || kmod_settled(b->kmod, fstype_of(b))));
}

void image_check(struct boot *b)
{
	struct boot_image *i = &b->image;
	struct err err;
	int rc;

	if (i->child.pid || !modules_settled(b))
		return;
	rc = i->found ? child_start(b->loop, &i->child, "image", mount_child, b, MOUNT_LIMIT_NS,
				    mount_done, b, &err)
		      : child_start(b->loop, &i->child, "image", find_child, b, FIND_LIMIT_NS,
				    find_done, b, &err);
	if (rc < 0)
		phase_failed(b, PHASE_IMAGE, &err);
}

void image_stop(struct boot *b)
{
	child_kill(b->loop, &b->image.child);
}

void image_waiting(const struct boot *b, struct out *out)
{
	if (!b->image.child.pid)
		out_add(out, "waiting for the modules of the image");
	else
		out_add(out, b->image.found ? "mounting the image" : "reading the image");
}
