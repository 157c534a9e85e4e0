/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of names on a command line that are not netroot's to act on. */
#ifndef NETROOT_CORE_PLAN_NAMES_H
#define NETROOT_CORE_PLAN_NAMES_H

#include "core/text.h"

/* A bare word that the kernel takes for itself and does not pass on to init. */
bool name_is_kernel(struct span key);
/* A parameter of dracut, Debian or others without effect here: why, in a few words; NULL: none. */
const char *name_is_later(struct span key);

/* One that means something beside words of a live system alone (core/plan_words_live). */
bool name_is_live(struct span key);

/* Row i of these names (one that ends in '.' stands for all that begin so), NULL behind the last.
 */
const char *name_later_at(size_t i);
/* The name of ours that this one, which is not, was probably meant to be; NULL: none. */
const char *name_near(struct span key);

#endif
