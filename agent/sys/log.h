/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where messages go: every active console, /dev/kmsg, and /run/netroot/boot.log (kept in memory
 * until /run is there). Works, silently, with none of them. Lines read "netroot: <phase>: <text>";
 * whatever is not printable is escaped here once more.
 */
#ifndef NETROOT_SYS_LOG_H
#define NETROOT_SYS_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARN = 4, LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 };

/* The consoles and /dev/kmsg, as far as they are there; again after /dev is mounted. Also makes
 * descriptors 0 to 2 valid, which PID 1 lacks where the kernel found no /dev/console. */
void log_open(void);
/* For a process that outlives the boot: the kernel's log alone, by a descriptor that is kept. The
 * kernel puts the lines on its consoles by their level, also on one that a getty has hung up and
 * opened since, which no descriptor of before reaches. */
void log_open_kernel(void);
void log_set_debug(bool on); /* debug lines also on the console */
void log_set_quiet(bool on); /* "quiet": only errors and warnings on the console */
void log_file_open(void); /* once /run is mounted: what was kept is written out */
__attribute__((format(printf, 3, 4))) void log_line(enum log_level level, const char *phase,
						    const char *fmt, ...);

#endif
