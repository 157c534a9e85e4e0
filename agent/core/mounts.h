/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/self/mountinfo (proc_pid_mountinfo(5)) as values. The kernel escapes white space and the
 * backslash in octal; whoever may mount chooses the rest. */
#ifndef NETROOT_CORE_MOUNTS_H
#define NETROOT_CORE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOUNTS_MAX 512

struct mount_entry {
	uint32_t id, parent;
	const char *dir, *fstype; /* in the text that was read, unescaped */
	bool read_only; /* this mount or its filesystem */
};

struct mounts {
	struct mount_entry entries[MOUNTS_MAX];
	size_t n;
	bool cut; /* there are more */
};

/* Unescapes text in place; what it gives points into it. A line that is not such a line, or has no
 * end, is left out. */
void mounts_parse(char *text, size_t len, struct mounts *ret);

/* Kept in memory alone: nothing is lost with it. */
bool mount_is_memory(const struct mount_entry *m);
bool mount_is_network(const struct mount_entry *m);
/* top itself, or below it. */
bool mount_is_below(const struct mount_entry *m, const char *top);

#endif
