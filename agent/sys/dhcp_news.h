/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both DHCP clients tell their owner: between sys/dhcp_nic.c and sys/dhcp6_nic.c, nobody
 * else's. */
#ifndef NETROOT_SYS_DHCP_NEWS_H
#define NETROOT_SYS_DHCP_NEWS_H

#include "sys/dhcp_nic.h"
#include "sys/nic_slot.h"

struct dhcp_slot {
	struct nic_slot slot; /* first, as nic_slot.h has it */
	dhcp_news_fn *fn;
	void *arg;
};

/* Both return whether the NIC is still there after what the owner did with the news. */
bool dhcp_tell(const struct dhcp_slot *nic, enum dhcp_news news, const struct lease *lease,
	       const char *text);
/* All that the machine, whose lease this is, has to say. */
bool dhcp_tell_all(const struct dhcp_slot *nic, const struct dhcp_actions *act,
		   const struct lease *lease);

#endif
