/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners that an NFS server of version 4 tells as names ("root@lab.example", RFC 8881 5.9), before
 * the root and what looks names up there. */
#ifndef NETROOT_CORE_OWNER_H
#define NETROOT_CORE_OWNER_H

#include "core/text.h"

#define OWNER_NOBODY 65534 /* as nfsidmap has it of names that it does not find */

/* The number behind a key of the kernel's, as keyctl(2) describes it
 * ("id_resolver;0;0;3b010000;uid:root@lab.example"); *ret_name is what the server sent. False: it
 * does not ask for the number of a name. */
bool owner_of_key(struct span key, uint32_t *ret_id, struct span *ret_name);

#endif
