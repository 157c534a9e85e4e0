/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A boot's phases as a bar chart in text, at most 80 columns wide. */
#ifndef NETROOT_CORE_TIMELINE_H
#define NETROOT_CORE_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

struct timeline_row {
	const char *name; /* shown at most 12 bytes of it; printable ASCII */
	uint64_t start_ns, end_ns; /* end 0: still running */
	uint32_t attempts;
};

/* One line per row, in the order given, without line end; UTF-8. The scale is from the earliest
 * start to the latest end. Nothing for no rows. */
void timeline_print(const struct timeline_row *rows, size_t n,
		    void (*emit)(void *arg, const char *line), void *arg);

#endif
