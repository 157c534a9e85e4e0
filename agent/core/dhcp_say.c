/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DHCP clients say of what they do. */
#include "core/dhcp_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/dhcp_time.h"

void dhcp_say(struct dhcp_actions *act, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(act->text, sizeof(act->text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(act->text))
		memcpy(act->text + sizeof(act->text) - sizeof("..."), "...", sizeof("..."));
}

void dhcp_say_waiting(struct dhcp_actions *act, const char *what, unsigned int n_sent,
		      uint64_t left_ns)
{
	uint64_t left_ms = left_ns / DHCP_NS_PER_MS;

	act->waiting = true;
	dhcp_say(act, "no answer to %s after %u tr%s, sent again, next in %u.%u s", what,
		 n_sent - 1, n_sent == 2 ? "y" : "ies", (unsigned int)(left_ms / 1000),
		 (unsigned int)(left_ms % 1000 / 100));
}
