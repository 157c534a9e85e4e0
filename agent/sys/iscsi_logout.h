/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs core/iscsi_logout for sessions that are in the kernel, whoever logged in. Decides nothing.
 */
#ifndef NETROOT_SYS_ISCSI_LOGOUT_H
#define NETROOT_SYS_ISCSI_LOGOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define ISCSI_SESSIONS_MAX 16

/* The sessions of iscsi_tcp that there are; never blocks. */
size_t iscsi_sessions_list(uint32_t sids[static ISCSI_SESSIONS_MAX]);
/* Only in a child: blocks as long as the target and the kernel take, and opens the loop anew.
 * -errno and *err: the session is taken down as far as the kernel let it, but not in agreement with
 * the target. */
int iscsi_logout_run(uint32_t sid, struct err *err);
/* Every disk of the session answers with an error from now on: the kernel waits for none of them
 * any more. Never blocks. */
void iscsi_session_offline(uint32_t sid);

#endif
