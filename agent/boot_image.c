/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row image: what is mounted holds a file that is the root; or a LUN was copied into memory,
 * and the copy is the root. */
#include "boot.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "sys/image.h"
#include "sys/image_layers.h"
#include "sys/log.h"
#include "sys/verity.h"

#define FIND_LIMIT_NS (40 * NS_PER_S)
#define MOUNT_LIMIT_NS (40 * NS_PER_S)

bool image_wanted(const struct boot *b)
{
	return plan_has_image(&b->plan) || toram_fd(b) >= 0;
}

uint8_t image_n_below(const struct boot *b)
{
	const struct boot_image *i = &b->image;

	return i->found && i->layers.n ? (uint8_t)(i->layers.n - 1) : 0;
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
	struct image_layers layers;
	char fstypes[IMAGE_LAYERS_MAX][32];
};
static_assert(sizeof(struct find_report) <= CHILD_OUT_MAX, "all of it is told");

/* What lies under it, each the whole of a file. */
static int find_below(const struct plan_image *image, struct find_report *report, struct err *err)
{
	for (uint8_t i = 0; i + 1 < report->layers.n; i++) {
		static struct plan_image below;
		struct block_dev dev;

		if (!image_layer_path(image, report->layers.name[i], below.path))
			return err_set(err, ENAMETOOLONG, "the image \"%s\": too long a path",
				       report->layers.name[i]);
		if (image_find(&below, -1, &dev, err) < 0)
			return -err->code;
		if (dev.partno)
			return err_set(err, EINVAL,
				       "the image \"%s\" has partitions, and others "
				       "over it",
				       report->layers.name[i]);
		memcpy(report->fstypes[i], dev.fstype, sizeof(dev.fstype));
	}
	return 0;
}

static int find_child(void *arg, int out_fd)
{
	static struct find_report report;
	struct boot *b = arg; /* the child's own copy */
	struct plan_image *image = &b->plan.image;
	struct err err;

	if (toram_fd(b) >= 0)
		image_layers_one(image, &report.layers);
	else if (image_settle(image, &report.layers, &err) < 0)
		return child_fail(out_fd, &err);
	if (find_below(image, &report, &err) < 0 ||
	    image_find(image, toram_fd(b), &report.dev, &err) < 0)
		return child_fail(out_fd, &err);
	return child_write(out_fd, &report, sizeof(report)) ? 0 : 1;
}

static void want_modules(struct boot *b)
{
	if (!b->kmod)
		return;
	kmod_want(b->kmod, fstype_of(b), KMOD_NEEDED);
	for (uint8_t i = 0; i < image_n_below(b); i++)
		kmod_want(b->kmod, b->image.fstypes[i], KMOD_NEEDED);
}

static void find_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_image *image = &b->image;
	struct find_report report = { 0 };
	struct err err;

	(void)child;
	b->dirty = true;
	if (child_ok(result, sizeof(report)))
		memcpy(&report, result->out, sizeof(report));
	if (!child_ok(result, sizeof(report)) || !image_layers_ok(&report.layers)) {
		child_err(result, FIND_LIMIT_NS, &err);
		root_explain_stale(b, &err);
		phase_failed(b, PHASE_IMAGE, &err);
		return;
	}
	if (report.layers.n > 1 && !overlay_wanted(b)) {
		(void)err_set(&err, EINVAL,
			      "the root is %u images over each other, which takes a writable layer "
			      "over them: leave the word out by which there is none",
			      report.layers.n);
		phase_failed(b, PHASE_IMAGE, &err);
		return;
	}
	image->dev = report.dev;
	image->layers = report.layers;
	memcpy(image->fstypes, report.fstypes, sizeof(image->fstypes));
	for (uint8_t i = 0; i < IMAGE_LAYERS_MAX; i++)
		image->fstypes[i][sizeof(image->fstypes[0]) - 1] = '\0';
	image_layers_use(&b->plan.image, &image->layers);
	image->found = true;
	if (b->plan.verity.by_parts && !image->dev.partno)
		log_line(
			LOG_LEVEL_WARN, "image",
			"roothash= is read by systemd of the root, too, which waits for partitions "
			"called by it, and this image has none: netroot.verity= takes the same hash");
	want_modules(b);
}

/* --- mounting --- */

static int mount_below(const struct boot *b, struct err *err)
{
	const struct image_layers *layers = &b->image.layers;

	for (uint8_t i = 0; i < image_n_below(b); i++) {
		static struct plan_image below;

		(void)image_layer_path(&b->plan.image, layers->name[i], below.path); /* it fits */
		if (image_mount_below(&below, i, b->image.fstypes[i], err) < 0)
			return err_wrap(err, "under it, \"%s\"", layers->name[i]);
	}
	return 0;
}

static int mount_child(void *arg, int out_fd)
{
	struct boot *b = arg; /* likewise */
	const struct verity_tree verity = { &b->plan.verity, toram_tree_fd(b) };
	bool verified = plan_has_verity(&b->plan) && plan_has_image(&b->plan);
	struct err err;

	/* the plan may have been made anew */
	image_layers_use(&b->plan.image, &b->image.layers);
	if (mount_below(b, &err) < 0)
		return child_fail(out_fd, &err);
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
	if (image_n_below(b))
		log_line(LOG_LEVEL_INFO, "image", "under it lie %u more, \"%s\" is the lowest",
			 image_n_below(b), b->image.layers.name[0]);
	say_mounted(b);
	phase_done(b, PHASE_IMAGE);
}

static bool fstypes_settled(const struct boot *b)
{
	for (uint8_t i = 0; i < image_n_below(b); i++)
		if (!kmod_settled(b->kmod, b->image.fstypes[i]))
			return false;
	return kmod_settled(b->kmod, fstype_of(b));
}

static bool modules_settled(const struct boot *b)
{
	return !b->kmod || (kmod_settled(b->kmod, "loop") && verity_modules_settled(b) &&
			    (!b->image.found || fstypes_settled(b)));
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
