/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of several offers is taken, and what a proxyDHCP server adds to it: between core/dhcp and
 * core/dhcp_offer.c, nobody else's. */
#ifndef NETROOT_CORE_DHCP_OFFER_H
#define NETROOT_CORE_DHCP_OFFER_H

#include "core/dhcp.h"

/* Has what the configuration wants. */
bool dhcp_offer_has_all(const struct dhcp *d, const struct lease *l);
/* Forgets all that was offered, by a proxy as well. */
void dhcp_offer_forget(struct dhcp *d);
/* Keeps it where it is the best so far. True: it has all that is wanted. */
bool dhcp_offer_take(struct dhcp *d, const struct lease *offer);
/* The same for what a proxyDHCP server said, together with the best so far. */
bool dhcp_offer_take_proxy(struct dhcp *d, const struct lease *said);
/* What a boot server said behind it: whatever the proxy left out. */
void dhcp_offer_add_proxy(struct dhcp *d, const struct lease *said);
/* No more is to be remembered: one of these has to do. */
bool dhcp_offer_is_full(const struct dhcp *d);
/* What the proxy has and the lease lacks. */
void dhcp_offer_complete(const struct dhcp *d, struct lease *l);
bool dhcp_is_declined(const struct dhcp *d, const struct ip_addr *address);

/* "10.0.0.1 has no root-path": why the window is open. */
void dhcp_offer_say_lack(const struct dhcp *d, const struct lease *offer, struct out *out);
/* "2 offers, 10.0.0.1 has no root-path, taking 10.0.0.2"; nothing where the first was good. */
void dhcp_offer_say_choice(const struct dhcp *d, struct out *out);

#endif
