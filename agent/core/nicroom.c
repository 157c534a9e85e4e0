/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for NICs. */
#include "core/nicroom.h"

/* 0: nothing would be lost. */
static int worth(const struct nicroom *nic)
{
	if (nic->idle)
		return 0;
	if (nic->named || nic->boot)
		return 4;
	return nic->address ? 3 : nic->carrier ? 2 : 1;
}

int nicroom_victim(const struct nicroom *nics, uint8_t n, bool new_named, bool *ret_lost)
{
	uint8_t least = 0;

	for (uint8_t i = 1; i < n; i++)
		if (worth(&nics[i]) < worth(&nics[least]))
			least = i;
	if (!n || worth(&nics[least]) >= (new_named ? 4 : 1))
		return -1;
	*ret_lost = worth(&nics[least]) > 0;
	return least;
}
