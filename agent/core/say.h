/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine of the guard has to say, and how much that weighs. */
#ifndef NETROOT_CORE_SAY_H
#define NETROOT_CORE_SAY_H

#include <stddef.h>

enum say_weight { SAY_NOTHING, SAY_INFO, SAY_WARN, SAY_BAD };

/* The text is cut where it does not fit. */
__attribute__((format(printf, 5, 6))) void say_text(enum say_weight *ret_weight, char *ret_text,
						    size_t size, enum say_weight weight,
						    const char *fmt, ...);
/* In the say and text of a machine's actions. */
#define say(act, weight, ...) \
	say_text(&(act)->say, (act)->text, sizeof((act)->text), weight, __VA_ARGS__)

#endif
