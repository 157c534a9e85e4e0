/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much what a machine of the guard has to say weighs. */
#ifndef NETROOT_CORE_SAY_H
#define NETROOT_CORE_SAY_H

enum say_weight { SAY_NOTHING, SAY_INFO, SAY_WARN, SAY_BAD };

#endif
