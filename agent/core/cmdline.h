/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of the kernel command line and of /etc/netroot.conf, cut as the kernel cuts them
 * (lib/cmdline.c, next_arg). Knows no word's meaning. */
#ifndef NETROOT_CORE_CMDLINE_H
#define NETROOT_CORE_CMDLINE_H

#include "core/text.h"

/* Spans into the text, quotes around the whole word or the whole value removed. */
struct cmd_word {
	struct span key, value; /* value {NULL, 0} without a '=' */
	bool has_value;
};

struct cmd_words {
	struct span rest;
	bool conf;
};

/* NULL reads as empty. */
struct cmd_words cmd_words_of(const char *cmdline);
/* The same words; a '#' that begins a word hides the rest of its line, and a line break ends a word
 * even inside quotes, so that one forgotten quote costs one line. */
struct cmd_words conf_words_of(const char *text);
/* The next word; false at the end. */
bool cmd_next(struct cmd_words *words, struct cmd_word *ret);
/* Names of kernel parameters: '-' and '_' are the same (kernel/params.c, parameqn). */
bool cmd_key_is(struct span key, const char *name);

#endif
