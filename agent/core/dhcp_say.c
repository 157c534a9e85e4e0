/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DHCP clients say of what they do. */
#include "core/dhcp_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/dhcp_time.h"

/* Unusable answers that are said; then at 4, 8, 16 ... of them. */
#define USELESS_SAID 3

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

void dhcp_say_refused(struct dhcp_actions *act, const char *what, const struct ip_addr *from,
		      const char *why)
{
	char ip[IP_TEXT_MAX];

	act->refused = true;
	if (ip_is_unset(from))
		dhcp_say(act, "%s: %s", what, why);
	else
		dhcp_say(act, "%s from %s: %s", what, ip_text(from, ip), why);
}

void dhcp_say_useless(uint32_t *n, struct dhcp_actions *act, const char *what,
		      const struct ip_addr *from, const char *why)
{
	char told[sizeof(act->text)];

	if (*n < UINT32_MAX)
		++*n;
	if (*n > USELESS_SAID && *n & (*n - 1)) {
		act->ignored = true;
		dhcp_say(act, "%s", why);
		return;
	}
	dhcp_say_refused(act, what, from, why);
	if (*n <= USELESS_SAID)
		return;
	(void)text_copy(told, sizeof(told), span_of(act->text)); /* both of one size */
	dhcp_say(act, "%u unusable answers so far: %s", *n, told);
}
