/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a server's addresses takes a TCP connection first. */
#ifndef NETROOT_SYS_REACH_H
#define NETROOT_SYS_REACH_H

#include "core/eyeballs.h"

/* Connects to the addresses as core/eyeballs says and closes what comes about. Blocks up to
 * limit_ns, so only in a child. The index of the first that is through, or -1. n up to
 * EYEBALLS_MAX. */
int reach_first(const struct ip_addr *addrs, uint8_t n, uint16_t port, uint64_t limit_ns);

#endif
