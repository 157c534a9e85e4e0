/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mountinfo of whatever content: what is read lies within the text, terminated and without white
 * space that the kernel would have escaped wrongly; the plan has every mount of the old root at
 * most once, and none before one that stands on it.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "core/shutdown.h"

static struct mounts mounts;
static struct unmount_plan plan;

static void check_text(const char *p, const char *text, size_t len)
{
	require(p >= text && p < text + len);
	require(memchr(p, '\0', len - (size_t)(p - text)) != NULL);
}

/* Where both ids are there once: a child is planned before its parent. */
static void check_order(size_t from)
{
	for (size_t i = from; i < plan.n; i++) {
		for (size_t k = from; k < i; k++) {
			const struct mount_entry *e = NULL;
			size_t n_same = 0;

			for (size_t j = 0; j < mounts.n; j++) {
				if (mounts.entries[j].id == plan.steps[i].id)
					e = &mounts.entries[j];
				n_same += mounts.entries[j].id == plan.steps[i].id ||
					  mounts.entries[j].id == plan.steps[k].id;
			}
			require(e != NULL);
			/* k goes first: it must not be what i stands on, but in a circle */
			if (n_same == 2 && e->parent == plan.steps[k].id) {
				uint32_t at = e->parent;
				size_t steps = 0;
				bool found = true;

				while (found && at != e->id && steps++ <= mounts.n) {
					found = false;
					for (size_t j = 0; j < mounts.n && !found; j++) {
						if (mounts.entries[j].id != at)
							continue;
						at = mounts.entries[j].parent;
						found = true;
					}
				}
				require(found);
			}
		}
	}
}

/* How many steps are beforehand, for a writable layer and its disk. */
static size_t n_layer(int round)
{
	if (round != ROUND_UNMOUNT || !plan.n || plan.steps[0].how != UNMOUNT_READ_ONLY)
		return 0;
	require(plan.n >= 2 && plan.steps[1].how == UNMOUNT_READ_ONLY);
	return 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const tops[] = { "/oldroot", "/" };
	struct unmount_stuck stuck = { { 1, 2, 2 }, 3 };
	const struct mount_entry *first = NULL;
	char *text = malloc(len + 1);

	require(text != NULL);
	memcpy(text, bytes, len);
	text[len] = 'x';
	mounts_parse(text, len, &mounts);
	require(text[len] == 'x');
	require(mounts.n <= MOUNTS_MAX);
	for (size_t i = 0; i < mounts.n; i++) {
		const struct mount_entry *e = &mounts.entries[i];

		check_text(e->dir, text, len);
		check_text(e->fstype, text, len);
		require(e->dir[0] == '/');
		(void)mount_is_network(e);
	}
	for (size_t t = 0; t < 2; t++) {
		for (int round = ROUND_UNMOUNT; round <= ROUND_READ_ONLY; round++) {
			unmount_plan(&mounts, tops[t], (enum unmount_round)round, &stuck, &plan);
			require(plan.n <= mounts.n + n_layer(round));
			if (mounts.n < 32)
				check_order(n_layer(round));
		}
		require(unmount_left(&mounts, tops[t], true, &first) <=
			unmount_left(&mounts, tops[t], false, &first));
	}
	free(text);
	return 0;
}
