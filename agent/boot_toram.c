/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row toram: the image, or a LUN that is the root as a whole, is copied into memory, and the
 * export or the session it came by is let go of. */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/verity.h"
#include "sys/image_layers.h"
#include "sys/log.h"
#include "sys/verity.h"

bool toram_wanted(const struct boot *b)
{
	return b->plan.to_ram && (plan_has_image(&b->plan) || b->root.kind == ROOT_ISCSI);
}

/* As messages have it. */
#define TORAM_NAME_MAX 144
static const char *name_of(const struct boot *b, char dst[static TORAM_NAME_MAX])
{
	char q[128];

	if (plan_has_image(&b->plan))
		(void)snprintf(dst, TORAM_NAME_MAX, "the image %s",
			       text_quote(q, sizeof(q), span_of(b->plan.image.path)));
	else
		(void)snprintf(dst, TORAM_NAME_MAX, "the disk %s",
			       b->iscsi.devs[b->iscsi.chosen].name);
	return dst;
}

int toram_fd(const struct boot *b)
{
	return b->toram.whole ? b->toram.file.fd : -1;
}

int toram_tree_fd(const struct boot *b)
{
	return b->toram.whole && toram_total(&b->toram.tree) ? b->toram.tree.fd : -1;
}

void toram_forget(struct boot *b)
{
	if (b->toram.opened) {
		toram_close(&b->toram.file);
		toram_close(&b->toram.tree);
	}
	b->toram.opened = b->toram.whole = false;
}

bool toram_root_is_free(const struct boot *b)
{
	return b->toram.whole && !paths_now(b);
}

/* The boot goes on as if nobody had asked for it. */
static void give_up(struct boot *b, const struct err *why)
{
	char name[TORAM_NAME_MAX];

	log_line(LOG_LEVEL_WARN, "toram", "%s is read over the network: %s", name_of(b, name),
		 why->text);
	toram_forget(b);
	phase_done(b, PHASE_TORAM);
}

/* By the map where it is verified: what is in memory was, and needs no tree there. */
static int fill_device(struct boot *b, struct err *err)
{
	char name[32], path[64];
	struct err changed;

	mount_root_name(b, name, sizeof(name));
	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	toram_empty(&b->toram.tree);
	if (toram_fill_device(&b->toram.file, path, err) == 0)
		return 0;
	if (err->code == ENOMEM) /* give_up() says of what */
		return -ENOMEM;
	if (b->verity.made && verity_intact(&b->plan.verity, &changed) < 0)
		*err = changed;
	return err_wrap(err, "the disk %s", b->iscsi.devs[b->iscsi.chosen].name);
}

static int fill_image(struct boot_toram *t, const struct plan *plan, struct err *err)
{
	char path[VERITY_PATH_MAX];

	if (toram_fill(&t->file, plan->image.path, err) < 0)
		return -err->code;
	/* without a file it may be a partition of the image */
	if (plan_has_verity(plan) && verity_file(&plan->verity, &plan->image, path))
		return toram_fill_if_there(&t->tree, path, err);
	toram_empty(&t->tree);
	return 0;
}

static int fill_child(void *arg, int out_fd)
{
	static struct image_layers layers;
	struct boot *b = arg; /* the child's own copy */
	struct plan_image *image = &b->plan.image;
	struct err err;
	int rc = plan_has_image(&b->plan) ? image_settle(image, &layers, &err) : 0;

	if (!rc && layers.n > 1)
		rc = err_set(&err, ENOMEM, "of %u images over each other none is copied", layers.n);
	if (!rc)
		rc = plan_has_image(&b->plan) ? fill_image(&b->toram, &b->plan, &err)
					      : fill_device(b, &err);
	if (!rc)
		return child_write(out_fd, &layers, sizeof(layers)) ? 0 : 1;
	if (err.code == ENOMEM) { /* PID 1 gives it up, and would have to wait for that */
		toram_empty(&b->toram.file);
		toram_empty(&b->toram.tree);
	}
	return child_fail(out_fd, &err);
}

static void fill_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct boot_toram *t = &b->toram;
	char name[TORAM_NAME_MAX], sum[96];
	struct out out = out_to(sum, sizeof(sum));
	struct image_layers layers;
	struct err err;

	(void)child;
	b->dirty = true;
	if (child_ok(result, sizeof(layers)))
		memcpy(&layers, result->out, sizeof(layers));
	if (!child_ok(result, sizeof(layers)) || !image_layers_ok(&layers)) {
		child_err(result, 0, &err);
		root_explain_stale(b, &err);
		if (err.code == ENOMEM)
			give_up(b, &err);
		else
			phase_failed(b, PHASE_TORAM, &err);
		return;
	}
	t->whole = true;
	image_layers_use(&b->plan.image, &layers);
	toram_summary(&t->copy, toram_total(&t->file), clock_now_ns(), &out);
	log_line(LOG_LEVEL_INFO, "toram", "%s is in memory, %s", name_of(b, name), sum);
}

void toram_start(struct boot *b)
{
	struct boot_toram *t = &b->toram;
	struct err err;

	t->whole = t->let_go = false;
	if (!t->opened && toram_open(&t->file, &err) < 0) {
		give_up(b, &err);
		return;
	}
	if (!t->opened && toram_open(&t->tree, &err) < 0) {
		toram_close(&t->file);
		give_up(b, &err);
		return;
	}
	t->opened = true;
	toram_begin(&t->copy, toram_done(&t->file), clock_now_ns());
	if (child_start(b->loop, &t->child, "toram", fill_child, b, 0, fill_done, b, &err) < 0)
		phase_failed(b, PHASE_TORAM, &err);
}

/* The other paths of a map may still be joining it: they stay, and the guard keeps them. */
static void let_go(struct boot *b)
{
	struct boot_toram *t = &b->toram;

	if (!t->let_go)
		mount_let_go(b);
	t->let_go = true;
	if (b->unmount.pid)
		return;
	if (b->root.kind == ROOT_ISCSI && !map_wanted(b))
		paths_leave_all(b);
	phase_done(b, PHASE_TORAM);
}

void toram_check(struct boot *b)
{
	struct boot_toram *t = &b->toram;
	char line[160], name[TORAM_NAME_MAX];
	struct out out = out_to(line, sizeof(line));
	enum toram_step step;
	struct err err;

	if (t->whole) {
		let_go(b);
		return;
	}
	step = toram_step(&t->copy, toram_done(&t->file), toram_total(&t->file), clock_now_ns(),
			  &out);
	/* however long it takes, it is no boot without a root while it gets on */
	if (t->copy.most_ns > b->end_from_ns)
		b->end_from_ns = t->copy.most_ns;
	switch (step) {
	case TORAM_QUIET:
		break;
	case TORAM_SAY:
		log_line(LOG_LEVEL_WARN, "toram", "%s", line);
		break;
	case TORAM_STUCK:
		(void)err_set(&err, ETIMEDOUT, "copying %s into memory: %s", name_of(b, name),
			      line);
		phase_failed(b, PHASE_TORAM, &err);
		break;
	}
}

void toram_stop(struct boot *b)
{
	child_kill(b->loop, &b->toram.child);
}

uint64_t toram_due(const struct boot *b)
{
	return b->toram.whole ? LOOP_NEVER : toram_deadline(&b->toram.copy);
}
