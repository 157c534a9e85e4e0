/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel uevents over netlink (NETLINK_KOBJECT_UEVENT). Only messages of the kernel itself are
 * taken. */
#ifndef NETROOT_SYS_UEVENT_H
#define NETROOT_SYS_UEVENT_H

#include "core/uevent_msg.h"
#include "sys/loop.h"

/* ev points into a buffer that lives as long as the call. lost: the socket overran and events are
 * missing; look again at everything. The other fields are
 * "" then. */
typedef void uevent_fn(void *arg, const struct uevent *ev, bool lost);
int uevent_open(struct loop *loop, uevent_fn *fn, void *arg, struct err *err);

#endif
