/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which news the actions of a DHCP machine are. */
#include "sys/dhcp_news.h"

bool dhcp_tell(const struct dhcp_slot *nic, enum dhcp_news news, const struct lease *lease,
	       const char *text)
{
	uint32_t generation = nic->slot.generation;

	nic->fn(nic->arg, nic->slot.ifindex, news, lease, text);
	return nic_slot_is(&nic->slot, generation);
}

bool dhcp_tell_all(const struct dhcp_slot *nic, const struct dhcp_actions *act,
		   const struct lease *lease)
{
	if ((act->refused || act->chosen) && !dhcp_tell(nic, DHCP_NEWS_REFUSED, NULL, act->text))
		return false;
	if (act->lost_lease && !dhcp_tell(nic, DHCP_NEWS_LOST, NULL, act->text))
		return false;
	if (act->new_lease) {
		struct lease copy = *lease; /* the machine may go on, or go, under the owner */

		return dhcp_tell(nic, DHCP_NEWS_LEASE, &copy, act->text);
	}
	return !act->waiting || dhcp_tell(nic, DHCP_NEWS_WAITING, NULL, act->text);
}
