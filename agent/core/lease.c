/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a lease outlives the boot. */
#include "core/lease.h"

#include <string.h>

void lease_to_keep(const struct lease *lease, struct lease *ret)
{
	*ret = *lease;
	memset(ret->root_path, 0, sizeof(ret->root_path));
	memset(ret->boot_file, 0, sizeof(ret->boot_file));
	memset(ret->chap_user, 0, sizeof(ret->chap_user));
	memset(ret->chap_secret, 0, sizeof(ret->chap_secret));
	memset(ret->chap_in_user, 0, sizeof(ret->chap_in_user));
	memset(ret->chap_in_secret, 0, sizeof(ret->chap_in_secret));
}
