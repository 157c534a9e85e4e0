/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a kernel uevent: "add@/devices/..." and KEY=value, each with a terminating NUL. */
#ifndef NETROOT_CORE_UEVENT_MSG_H
#define NETROOT_CORE_UEVENT_MSG_H

#include <stdbool.h>
#include <stddef.h>

/* Fields that are absent are "". All point into the message. */
struct uevent {
	const char *action, *devpath, *subsystem, *devtype, *devname, *modalias, *driver;
};

/* False, *ret untouched, where it is no kernel uevent: udev's own ("libudev"), cut short, without
 * ACTION or DEVPATH, or with a ".." in a path. */
bool uevent_parse(const char *bytes, size_t len, struct uevent *ret);

#endif
