/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of /proc that stay open, and are made anew for every read from the start. */
#ifndef NETROOT_SYS_LINES_H
#define NETROOT_SYS_LINES_H

#include "core/text.h"

/* Whether any line is what is looked for; false where it cannot be read. A line that is longer than
 * a few hundred bytes may be missed, with those behind it. */
bool lines_any(int fd, bool (*is)(struct span line, const void *arg), const void *arg);

#endif
