/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The initrd's module index in memory, and one load: what sys/kmod's workers are made of. */
#ifndef NETROOT_SYS_KMOD_LOAD_H
#define NETROOT_SYS_KMOD_LOAD_H

#include "core/moddep.h"

/* Placed by the owner, in static storage. */
struct kmod_index {
	void *text; /* mapped; dep points into it */
	size_t len_text;
	struct moddep dep;
};

int kmod_index_open(struct kmod_index *index, const char *path, struct err *err);
void kmod_index_close(struct kmod_index *index); /* there are no modules afterwards */

enum kmod_outcome {
	KMOD_LOAD_OK,
	KMOD_LOAD_NOT_OPENED,
	KMOD_LOAD_REFUSED,
	KMOD_LOAD_DIED,
	KMOD_LOAD_HUNG,
	KMOD_LOAD_NO_WORKER,
};

struct kmod_verdict {
	uint16_t outcome; /* enum kmod_outcome */
	uint16_t error; /* errno, where the outcome has one */
};

/* Blocks as long as the driver's init does. */
struct kmod_verdict kmod_load(const struct moddep *dep, uint16_t module, const char *params);

#endif
