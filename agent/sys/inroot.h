/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens paths inside another root, as a process whose / it is would see them: links, absolute ones
 * too, and ".." never lead out of it. */
#ifndef NETROOT_SYS_INROOT_H
#define NETROOT_SYS_INROOT_H

#include <stddef.h>

/* A close-on-exec descriptor; -errno. */
int inroot_open(int root_fd, const char *path, int flags);
/* A file of mode 0644, replaced as a whole; its directory is there already, or nothing is written.
 * 0, or -errno. */
int inroot_put(int root_fd, const char *path, const char *text, size_t len);

#endif
