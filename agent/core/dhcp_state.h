/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transitions of the DHCPv4 client: between core/dhcp, core/dhcp_rx.c and core/dhcp_state.c, nobody
 * else's. */
#ifndef NETROOT_CORE_DHCP_STATE_H
#define NETROOT_CORE_DHCP_STATE_H

#include "core/dhcp.h"

/* The only way into a state. */
void dhcp_enter(struct dhcp *d, enum dhcp_state state);
/* From DISCOVER, under a new xid: what still comes for the old one is foreign. */
void dhcp_begin_round(struct dhcp *d, uint64_t now_ns, uint64_t delay_ns, struct dhcp_actions *act);
/* What INIT-REBOOT asks for: the address we have, or had before, or none. */
struct ip_addr dhcp_reboot_address(const struct dhcp *d);
/* An offer led to no lease. */
void dhcp_round_failed(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
/* Requests the best offer. */
void dhcp_take_offer(struct dhcp *d, uint64_t now_ns, struct dhcp_actions *act);
void dhcp_lose_lease(struct dhcp *d, struct dhcp_actions *act);
/* A packet, in any state (dhcp_rx.c). */
void dhcp_on_packet(struct dhcp *d, const struct dhcp_event *ev, struct dhcp_actions *act);

#endif
