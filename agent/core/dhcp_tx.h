/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the DHCPv4 client sends, and when it sends again: between core/dhcp and core/dhcp_tx.c,
 * nobody else's. */
#ifndef NETROOT_CORE_DHCP_TX_H
#define NETROOT_CORE_DHCP_TX_H

#include "core/dhcp.h"

/*
 * RFC 2131 4.1 begins at 4 s, doubles, and ends at 64 s, each randomised by up to 1 s. The first
 * packet after link-up is the one most likely lost (the switch port still learns or negotiates),
 * and a boot cannot afford 4 s for it: the doubling begins at 250 ms and meets the RFC's at the
 * fifth try. A quarter up or down is the RFC's jitter at its first step, kept at all steps.
 */
#define DHCP_BACKOFF_FIRST_MS 250
#define DHCP_BACKOFF_MAX_MS 64000

uint64_t dhcp_with_jitter(struct dhcp *d, uint64_t ms);
void dhcp_new_xid(struct dhcp *d);

void dhcp_send_discover(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
/* For d->offer. */
void dhcp_send_request(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
/* INIT-REBOOT, for this address. */
void dhcp_send_reboot(struct dhcp *d, const struct ip_addr *address, uint64_t now_ns,
		      struct dhcp_actions *act);
/* RENEWING or REBINDING, for the lease; the state, or the lease, ends at until_ns. */
void dhcp_send_renewal(struct dhcp *d, uint64_t now_ns, uint64_t until_ns,
		       struct dhcp_actions *act);
/* To the boot server that is asked beside the lease. */
void dhcp_send_boot(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
/* For the lease; nothing answers it. */
void dhcp_send_decline(struct dhcp *d, struct dhcp_actions *act);

#endif
