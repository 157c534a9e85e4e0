/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was fetched, before its words are read: bytes that no text has, whoever sent them. */
#ifndef NETROOT_CORE_CONFIG_TEXT_H
#define NETROOT_CORE_CONFIG_TEXT_H

#include <stddef.h>

#define CONFIG_TEXT_SAID_MAX 6

/* Lines with control characters or broken UTF-8 become blanks, and each of the first few is said
 * with its number, the others counted. The text has room for a terminator behind it, and gets one.
 */
void config_text_clean(char *text, size_t len, void (*say)(void *arg, const char *line), void *arg);

#endif
