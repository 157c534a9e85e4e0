/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens paths inside another root, as a process whose / it is would see them: links, absolute ones
 * too, and ".." never lead out of it. */
#ifndef NETROOT_SYS_INROOT_H
#define NETROOT_SYS_INROOT_H

/* A close-on-exec descriptor; -errno. */
int inroot_open(int root_fd, const char *path, int flags);

#endif
