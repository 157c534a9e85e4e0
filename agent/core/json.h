/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing JSON (RFC 8259). */
#ifndef NETROOT_CORE_JSON_H
#define NETROOT_CORE_JSON_H

#include "core/text.h"

/* The text as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void json_string(struct out *out, struct span text);

#endif
