/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lease written as text, for explain: lines of name=value under the names that klibc's ipconfig
 * (/run/net-eth0.conf), Ubuntu (/run/net6-eth0.conf) and people use. */
#ifndef NETROOT_CORE_LEASE_TEXT_H
#define NETROOT_CORE_LEASE_TEXT_H

#include "core/err.h"
#include "core/lease.h"

/* False, with *ret untouched, where a line is no name=value or a known name has a bad value: err
 * names line and cause. Unknown names pass: klibc's files have several. */
bool lease_from_text(struct span text, struct lease *ret, struct err *err);

#endif
