/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row verity: a root that is to be verified becomes a map of the kernel's dm-verity, on the
 * device of the root and that of its tree of hashes, and the map is mounted instead. What cannot be
 * verified ends here and is not mounted. An image's map is made by the row image.
 */
#include "boot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/log.h"
#include "sys/verity.h"

#define MAKE_LIMIT_NS (50 * NS_PER_S)

/* The kernel has its own implementation of the hash, and the processor's is several times as fast:
 * which of them dm-verity takes is settled when the map is made. */
static const char *const modules[] = { "dm_verity", "sha256_ssse3", "sha512_ssse3" };

static bool is_usable_image(const struct boot *b)
{
	return plan_has_image(&b->plan) && !b->plan.verity.unusable.text[0];
}

bool verity_wanted(const struct boot *b)
{
	return plan_has_verity(&b->plan) && !is_usable_image(b);
}

void verity_want_modules(struct boot *b)
{
	if (!plan_has_verity(&b->plan))
		return;
	kmod_want(b->kmod, modules[0], KMOD_NEEDED);
	for (size_t i = 1; i < sizeof(modules) / sizeof(modules[0]); i++)
		kmod_want_alias(b->kmod, modules[i], KMOD_NEEDED);
}

bool verity_modules_settled(const struct boot *b)
{
	for (size_t i = 0; plan_has_verity(&b->plan) && i < sizeof(modules) / sizeof(modules[0]);
	     i++)
		if (b->kmod && !kmod_settled(b->kmod, modules[i]))
			return false;
	return true;
}

bool verity_looks_for_tree(const struct boot *b)
{
	const struct plan_verity *verity = &b->plan.verity;

	return verity_wanted(b) && !verity->unusable.text[0] &&
	       (verity->place == VERITY_DEVICE || !verity->offset);
}

bool verity_tree_seen(struct boot *b, struct err *err)
{
	const struct boot_iscsi *s = &b->iscsi;

	return !verity_wanted(b) || b->plan.verity.unusable.text[0] ||
	       verity_choose(&b->plan.verity, s->devs, s->n_devs, s->chosen, &b->verity.tree,
			     err) == 0;
}

void verity_root_name(const struct boot *b, char *dst, size_t size)
{
	(void)snprintf(dst, size, "dm-%u", b->verity.map.minor);
}

static int make_child(void *arg, int out_fd)
{
	const struct boot *b = arg;
	char data[32], tree[32];
	struct mpath_dev map;
	struct err err;

	map_root_name(b, data, sizeof(data));
	map_dev_name(b, b->verity.tree, tree, sizeof(tree));
	if (verity_make(&b->plan.verity, data, tree, &map, &err) < 0) {
		(void)err_wrap(&err, "%s", b->iscsi.devs[b->iscsi.chosen].name);
		return child_fail(out_fd, &err);
	}
	return child_write(out_fd, &map, sizeof(map)) ? 0 : 1;
}

/* Only the root's own LUN is a multipath map. */
static void warn_single(const struct boot *b)
{
	const struct block_dev *root = &b->iscsi.devs[b->iscsi.chosen];
	const struct block_dev *tree = &b->iscsi.devs[b->verity.tree];

	if (map_wanted(b) && b->map.made && strcmp(root->disk, tree->disk) != 0)
		log_line(LOG_LEVEL_WARN, "verity",
			 "the tree of hashes on %s has one path only, and the root fails with it: "
			 "put it on the root's LUN, as a partition or by mkverity --append",
			 tree->name);
}

static void make_done(void *arg, struct child *child, const struct child_result *result)
{
	struct boot *b = arg;
	struct err err;

	(void)child;
	if (!child_ok(result, sizeof(b->verity.map))) {
		child_err(result, MAKE_LIMIT_NS, &err);
		phase_failed(b, PHASE_VERITY, &err);
		return;
	}
	memcpy(&b->verity.map, result->out, sizeof(b->verity.map));
	b->verity.made = true;
	log_line(LOG_LEVEL_INFO, "verity", "the root is dm-%u, which the kernel verifies, with %s",
		 b->verity.map.minor, b->iscsi.devs[b->verity.tree].name);
	warn_single(b);
	phase_done(b, PHASE_VERITY);
}

void verity_start(struct boot *b)
{
	b->verity.made = false;
	b->dirty = true;
}

/* That it cannot be verified. */
static bool is_hopeless(struct boot *b, struct err *err)
{
	if (b->plan.verity.unusable.text[0]) {
		*err = b->plan.verity.unusable;
		return true;
	}
	if (b->root.kind == ROOT_NFS) {
		(void)err_set(err, EINVAL,
			      "an NFS export is not verified, only an image in it "
			      "(netroot.image=) or an iSCSI root; nothing is mounted unverified");
		return true;
	}
	return !verity_tree_seen(b, err);
}

void verity_check(struct boot *b)
{
	struct err err;

	if (b->verity.child.pid || b->verity.made || b->unmount.pid || !verity_modules_settled(b))
		return;
	if (is_hopeless(b, &err) || child_start(b->loop, &b->verity.child, "verity", make_child, b,
						MAKE_LIMIT_NS, make_done, b, &err) < 0)
		phase_failed(b, PHASE_VERITY, &err);
}

/* A map that is there makes room for that of the next attempt. */
void verity_stop(struct boot *b)
{
	child_kill(b->loop, &b->verity.child);
	b->verity.made = false;
}

void verity_waiting(const struct boot *b, struct out *out)
{
	out_add(out, b->verity.child.pid ? "verifying the root"
		     : b->unmount.pid	 ? "taking the earlier mount away"
					 : "waiting for the modules of dm-verity");
}
