/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Node records of open-iscsi in a root: what its iscsid goes by when it takes a session over. */
#ifndef NETROOT_SYS_ISCSI_RECORD_H
#define NETROOT_SYS_ISCSI_RECORD_H

#include "core/iscsi_address.h"

/* Whether the root that is mounted at that directory has a record of the target at this portal.
 * Reads the root, which may block. */
bool iscsi_record_there(const char *root, const char *target, const struct iscsi_portal *portal);

#endif
