/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DHCPv6 client sends, and when it sends again: between core/dhcp6 and core/dhcp6_tx.c,
 * nobody else's. */
#ifndef NETROOT_CORE_DHCP6_TX_H
#define NETROOT_CORE_DHCP6_TX_H

#include "core/dhcp6_msg.h"

/*
 * RFC 8415 18.2.1 and 18.2.6 delay the first message by up to 1 s, against a whole site that is
 * switched on at once; then 7.6 begins at 1 s and doubles up to an hour (SOL_MAX_RT). Firmware has
 * been through its own start and DHCP by now, which spreads a site by more than that, and the first
 * packet behind link-up is the one most likely lost: none is delayed, the doubling begins at 250 ms
 * as in core/dhcp.c, and ends at 64 s where the server names no other end. Behind an advertisement
 * with M or O, or by the user's word, somebody is expected to answer.
 */
#define DHCP6_BACKOFF_FIRST_MS 250
#define DHCP6_BACKOFF_MAX_MS 64000

/* REN_TIMEOUT; REB_TIMEOUT is the same. */
#define DHCP6_RENEW_FIRST_MS 10000

uint64_t dhcp6_with_jitter(struct dhcp6 *d, uint64_t ms);
struct span dhcp6_server_duid(const struct lease *l);

/* SOLICIT, or where no address is wanted INFORMATION-REQUEST. */
void dhcp6_send_ask(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act);
/* For d->offer. */
void dhcp6_send_request(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act);
/* RENEWING or REBINDING, for the lease. */
void dhcp6_send_renewal(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act);
/* For the lease; nothing answers it. */
void dhcp6_send_decline(struct dhcp6 *d, uint64_t now_ns, struct dhcp_actions *act);

#endif
