/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of struct dhcp_actions, for both DHCP clients. */
#ifndef NETROOT_CORE_DHCP_SAY_H
#define NETROOT_CORE_DHCP_SAY_H

#include "core/dhcp.h"

/* act->text, cut with "..." at its end. */
__attribute__((format(printf, 2, 3))) void dhcp_say(struct dhcp_actions *act, const char *fmt, ...);
/* Called once the message is out for the n_sent-th time, and is sent again in left_ns. */
void dhcp_say_waiting(struct dhcp_actions *act, const char *what, unsigned int n_sent,
		      uint64_t left_ns);
/* An answer that is refused: act->refused, with the reason. from unset: nobody knows. */
void dhcp_say_refused(struct dhcp_actions *act, const char *what, const struct ip_addr *from,
		      const char *why);
/* The same of one that nothing comes of: *n counts them, and whoever floods the link with them
 * fills no log. Where it is not said, act->ignored. */
void dhcp_say_useless(uint32_t *n, struct dhcp_actions *act, const char *what,
		      const struct ip_addr *from, const char *why);

#endif
